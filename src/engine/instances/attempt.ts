/** One try to start an instance: secrets, then the runtime, then `initialize`. The first failure ends it. */
import type { Clock } from '../../clock.ts';
import type { Router, UpstreamInfo } from '../../mcp/types.ts';
import type { Failure } from '../../store/schema/instance.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Exit, RunningProcess, Runtime } from '../ports.ts';
import type { Masker } from '../secrets/masker.ts';
import { resolveEnv, type SecretBackends } from '../secrets/resolver.ts';
import type { LogBook } from './log-book.ts';

export interface AttemptParts {
  readonly clock: Clock;
  readonly router: Router;
  readonly runtimes: Readonly<Partial<Record<'docker' | 'process', Runtime>>>;
  readonly secrets: SecretBackends;
  readonly masker: Masker;
  readonly logs: LogBook;
}

export type AttemptOutcome =
  | { readonly kind: 'running'; readonly process: RunningProcess; readonly info: UpstreamInfo }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly unresolved: readonly string[] }
  /** The container engine is away: no failure of the server. */
  | { readonly kind: 'unreachable'; readonly failure: Failure }
  | { readonly kind: 'aborted' };

export interface AttemptTarget {
  readonly instanceId: string;
  readonly instanceName: string;
  readonly generation: number;
  readonly server: Server;
}

const STDERR_LINES = 5;

export async function attempt(
  parts: AttemptParts,
  target: AttemptTarget,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const { server, instanceId, instanceName } = target;
  const resolved = await resolveEnv(server.env, parts.secrets, parts.masker);
  if (!resolved.ok) return { kind: 'failed', failure: resolved.failure, unresolved: resolved.unresolved };
  if (server.runtime === 'remote') return failed(remoteLater(server));
  const runtime = parts.runtimes[server.runtime];
  if (runtime === undefined) return failed({ code: 'RUNTIME_UNKNOWN', message: `no runtime ${server.runtime} here` });
  if (signal.aborted) return { kind: 'aborted' };

  const started = await runtime.start({ ...target, env: resolved.env }, signal);
  if (!started.ok) {
    if (signal.aborted) return { kind: 'aborted' };
    return started.unreachable === true ? { kind: 'unreachable', failure: started.failure } : failed(started.failure);
  }
  const child = started.process;
  parts.logs.drain(instanceName, child.stderr);
  const connected = await parts.router.connect(
    { id: instanceId, server: server.name },
    { input: child.stdin, output: child.stdout },
    server.startTimeoutMs,
    signal,
  );
  if (signal.aborted) {
    await endOf(parts, instanceId, child);
    return { kind: 'aborted' };
  }
  if (connected.ok) return { kind: 'running', process: child, info: connected.info };

  await endOf(parts, instanceId, child);
  const exit = await child.exited;
  if (connected.code === 'LOST')
    return failed(exitFailure('STDIO_EXIT_BEFORE_INIT', exit, stderrOf(parts, instanceName), instanceName));
  return failed({
    code: connected.code,
    message: parts.masker.mask(connected.message),
    hint: hintAfter(connected.code, instanceName),
  });
}

async function endOf(parts: AttemptParts, instanceId: string, child: RunningProcess): Promise<void> {
  parts.router.disconnect(instanceId, 'the attempt to start it ended');
  await child.stop();
}

/** Code, exit status and the last words on stderr, so that the reason is on the screen and not in a file somewhere. */
export function exitFailure(code: string, exit: Exit, stderr: readonly string[], instanceName: string): Failure {
  const how =
    exit.reason ?? (exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `killed by ${exit.signal}`);
  const words = stderr.length === 0 ? '' : `: ${stderr.join(' ⏎ ')}`;
  return { code, message: `${how}${words}`, hint: `mcptui logs ${instanceName}` };
}

export function stderrOf(parts: Pick<AttemptParts, 'logs'>, instanceName: string): readonly string[] {
  return parts.logs
    .tail(instanceName, 200)
    .filter((line) => line.stream === 'stderr' && line.text.trim() !== '')
    .slice(-STDERR_LINES)
    .map((line) => line.text.slice(0, 300));
}

function hintAfter(code: string, instanceName: string): string {
  return code === 'INITIALIZE_TIMEOUT'
    ? `mcptui logs ${instanceName}; a first download may need a longer start timeout`
    : `mcptui logs ${instanceName}`;
}

function failed(failure: Failure): AttemptOutcome {
  return { kind: 'failed', failure, unresolved: [] };
}

function remoteLater(server: Server): Failure {
  return {
    code: 'REMOTE_UNSUPPORTED',
    message: `server ${server.name} is a URL: remote transports are not supported yet`,
    hint: 'use an image, a package or a command',
  };
}
