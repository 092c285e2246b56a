/** Tries once to start an instance: secrets, then the runtime, then `initialize`. The first failure ends the attempt. */
import type { Clock } from '../../kernel/clock.ts';
import type { Failure, FailureOf } from '../../store/schema/failure.ts';
import type { Server } from '../../store/schema/server.ts';
import { isProgram, PORT_VARIABLE } from '../models/program-names.ts';
import type { ModelPrograms, PlacedProgram } from '../models/model-programs.ts';
import type { Running, Runtimes, StartRequest } from '../ports.ts';
import type { Masker } from '../secrets/masker.ts';
import { resolveSecrets } from '../secrets/resolver.ts';
import type { ResolvedSecrets, SecretBackends } from '../secrets/secret-source.ts';
import type { LogLine } from '../views/view.ts';
import { seenOf, type Printed } from './evidence.ts';
import { connectFailure, exitFailure } from './failure-facts.ts';
import type { LogBook } from './log-book.ts';
import { markRun } from './run-marks.ts';
import type { Upstreams } from './upstreams.ts';

export interface AttemptParts {
  readonly clock: Clock;
  readonly router: Upstreams;
  readonly programs: Pick<ModelPrograms, 'place'>;
  readonly runtimes: Runtimes;
  readonly secrets: SecretBackends;
  readonly masker: Masker;
  readonly logs: LogBook;
}

export type AttemptOutcome =
  | {
      readonly kind: 'running';
      readonly process: Running;
      readonly evidence: Evidence;
      readonly marks: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly unresolved: readonly string[] }
  /** The container engine is away: no failure of the server. */
  | { readonly kind: 'runtime-away'; readonly failure: FailureOf<'runtime-away'> }
  | { readonly kind: 'aborted' };

export interface AttemptTarget {
  readonly instanceId: string;
  readonly instanceName: string;
  readonly generation: number;
  readonly server: Server;
  /** Of a container: id of the image that it ran first. */
  readonly image?: string;
  /** Instances of the same server that run now. */
  readonly others: () => number;
}

/** What this attempt's process, and no earlier one, has printed. */
export type Evidence = () => Printed;

const WORDS_WITHIN_LINES = 500;

export async function attempt(
  parts: AttemptParts,
  target: AttemptTarget,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const { server, instanceId, instanceName } = target;
  parts.runtimes[server.runtime]?.wanted?.();
  const marks = markRun(parts.logs, parts.clock, target);
  const resolved = await resolveSecrets(server, parts.secrets, parts.masker);
  if (!resolved.ok) {
    marks.notStarted(resolved.failure);
    return { kind: 'failed', failure: resolved.failure, unresolved: resolved.unresolved };
  }
  const runtime = parts.runtimes[server.runtime];
  if (runtime === undefined) return failed({ kind: 'runtime-missing', runtime: server.runtime });
  if (signal.aborted) return { kind: 'aborted' };

  for (const sentence of resolved.weak) parts.logs.add(instanceName, 'engine', sentence);
  const evidence = printedFromNow(parts.logs, instanceName, isProgram(server));
  const placed = isProgram(server) ? await parts.programs.place(instanceId, server) : undefined;
  const started = await runtime.start({ ...target, ...wayOf(resolved, placed), remote: resolved }, signal);
  if (!started.ok) {
    if (signal.aborted) return { kind: 'aborted' };
    const { failure } = started;
    marks.notStarted(failure);
    return failure.kind === 'runtime-away' ? { kind: 'runtime-away', failure } : failed(failure);
  }
  const child = started.process;
  marks.started(child);
  const isRemote = 'target' in child;
  // A server that writes much to stderr answers when that has been read.
  const isAwaited = (): boolean => parts.router.servers.openCalls(instanceId).open > 0;
  if (!isRemote) parts.logs.drain(instanceName, child.stderr, isAwaited);
  if (!isRemote && placed !== undefined) parts.logs.drain(instanceName, child.stdout, isAwaited, 'stdout');
  const connected =
    placed === undefined
      ? await parts.router.servers.connect(
          { id: instanceId, server: server.name },
          isRemote ? child.target : { input: child.stdin, output: child.stdout },
          server.startTimeoutMs,
          signal,
        )
      : await placed.ready(child.exited, server.startTimeoutMs, signal);
  if (signal.aborted) {
    await endOf(parts, instanceId, child);
    return { kind: 'aborted' };
  }
  if (connected.ok) return { kind: 'running', process: child, evidence, marks: resolved.marks };

  await endOf(parts, instanceId, child);
  if (isRemote) return failed(connectFailure(connected));
  const exit = await child.exited;
  const printed = evidence();
  if (connected.code === 'LOST') return failed(exitFailure(exit, false, printed, target.others()));
  const failure = connectFailure(connected);
  if (failure.kind === 'timeout' && placed === undefined)
    return failed({ ...failure, seen: seenOf(printed, server.source.kind === 'package') });
  const hint = [failure.hint ?? [], `mcptui logs ${instanceName}`].flat().join('; ');
  return failed({ ...failure, hint: placed === undefined ? `mcptui logs ${instanceName}` : hint });
}

/** What a start gets beside its target; a program of a model has its port in its words and in its environment. */
function wayOf(
  { env }: Pick<ResolvedSecrets, 'env'>,
  placed: PlacedProgram | undefined,
): Pick<StartRequest, 'env' | 'port'> & Partial<Pick<StartRequest, 'server'>> {
  if (placed === undefined) return { env };
  const { server, port } = placed;
  return { server, port, env: { ...env, [PORT_VARIABLE]: String(port) } };
}

async function endOf(parts: AttemptParts, instanceId: string, child: Running): Promise<void> {
  parts.router.servers.disconnect(instanceId, 'the attempt to start it ended');
  await child.stop();
}

/** The log goes on over attempts: what stands in it now is of earlier ones. */
function printedFromNow(logs: LogBook, instanceName: string, isOfModel: boolean): Evidence {
  const [before] = logs.tail(instanceName, 1);
  return () => {
    const lines = logs.tail(instanceName, WORDS_WITHIN_LINES);
    const since = lines.slice(before === undefined ? 0 : lines.lastIndexOf(before) + 1);
    const of = (...streams: readonly LogLine['stream'][]): readonly string[] =>
      since.filter((line) => streams.includes(line.stream) && line.text.trim() !== '').map(({ text }) => text);
    // To a model's program both are for people.
    return isOfModel ? { stderr: of('stderr', 'stdout'), stdout: [] } : { stderr: of('stderr'), stdout: of('stdout') };
  };
}

function failed(failure: Failure): AttemptOutcome {
  return { kind: 'failed', failure, unresolved: [] };
}
