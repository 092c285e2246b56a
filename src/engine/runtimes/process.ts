/** Runs servers as child processes: no shell, own process group, whole tree gone on stop. */
import type { Readable, Writable } from 'node:stream';
import { settlesWithin, sleep, type Clock } from '../../clock.ts';
import { errnoOf, messageOf } from '../../errors.ts';
import type { Failure } from '../../store/schema/instance.ts';
import type { Server } from '../../store/schema/server.ts';
import {
  HURRY_MS,
  type Exit,
  type RunningProcess,
  type Runtime,
  type StartOutcome,
  type StartRequest,
} from '../ports.ts';
import { argvOf } from './argv.ts';
import { killGroup, MARKER, markerOf, strays } from './process-tree.ts';

export interface ProcessRuntimeOptions {
  readonly clock: Clock;
  /** Tells this data folder's children from those of others; no spaces. */
  readonly folderId: string;
  /** The engine's own environment: only the few variables of `INHERITED` reach a child. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Between EOF and TERM, and between TERM and KILL. Default 2,000. */
  readonly graceMs?: number;
}

/** What a program needs to find its home and its tools; everything else must be in the definition. */
const INHERITED = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME'] as const;

export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  const { clock, folderId } = options;
  const graceMs = options.graceMs ?? 2_000;
  const running = new Set<RunningProcess>();

  function childEnv(request: StartRequest): Record<string, string> {
    const inherited = INHERITED.flatMap((name) => {
      const value = options.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...Object.fromEntries(inherited),
      ...request.env,
      [MARKER]: markerOf(folderId, request.instanceId, request.generation),
    };
  }

  async function start(request: StartRequest, signal: AbortSignal): Promise<StartOutcome> {
    const { server } = request;
    const [file, ...args] = argvOf(server.source);
    if (file === undefined) return failed(server.source.kind === 'image' ? needsDocker(server) : needsRemote(server));
    if (signal.aborted) return failed({ code: 'ABORTED', message: 'stopped before it was started' });
    const cwd = server.source.kind === 'command' ? server.source.cwd : undefined;
    const { execa } = await import('execa');
    const subprocess = execa(file, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: childEnv(request),
      extendEnv: false,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      buffer: false,
      detached: true,
      cleanup: false,
      reject: false,
      encoding: 'buffer',
      windowsHide: true,
    });
    const { pid } = subprocess;
    if (pid === undefined) {
      const result = await subprocess;
      return failed(spawnFailure(file, cwd, 'cause' in result ? result.cause : undefined));
    }
    const child = tracked(subprocess, pid, request);
    return { ok: true, process: child };
  }

  function tracked(
    subprocess: PromiseLike<{ readonly exitCode?: number; readonly signal?: string }> & {
      readonly stdin: Writable;
      readonly stdout: Readable;
      readonly stderr: Readable;
    },
    pid: number,
    request: StartRequest,
  ): RunningProcess {
    const marker = markerOf(folderId, request.instanceId, request.generation);
    // A child that closes its stdin early must not take the engine down with an EPIPE.
    for (const stream of [subprocess.stdin, subprocess.stdout, subprocess.stderr]) stream.on('error', () => undefined);
    const leaderGone = new Promise<Exit>((resolve, reject) => {
      subprocess.then(({ exitCode, signal }) => resolve({ code: exitCode ?? null, signal: signal ?? null }), reject);
    }).catch((error: unknown): Exit => ({ code: null, signal: null, reason: messageOf(error) }));
    const exited = leaderGone.then(async (exit) => {
      await endTree(pid, marker, false);
      running.delete(child);
      return exit;
    });
    let stopping: Promise<void> | undefined;
    const child: RunningProcess = {
      runtimeId: String(pid),
      pid,
      stdin: subprocess.stdin,
      stdout: subprocess.stdout,
      stderr: subprocess.stderr,
      exited,
      stop: (hurry) => (stopping ??= stopTree(hurry === undefined ? graceMs : HURRY_MS)),
    };
    async function stopTree(eofMs: number): Promise<void> {
      subprocess.stdin.end();
      if (!(await settlesWithin(clock, eofMs, leaderGone))) {
        killGroup(pid, 'SIGTERM');
        if (!(await settlesWithin(clock, graceMs, leaderGone))) killGroup(pid, 'SIGKILL');
      }
      await exited;
    }
    running.add(child);
    return child;
  }

  /** Ends what the leader left behind: its group, and whatever left the group but still carries the marker. */
  async function endTree(pid: number | undefined, marker: string, atOnce: boolean): Promise<void> {
    const signals: readonly NodeJS.Signals[] = atOnce ? ['SIGKILL'] : ['SIGTERM', 'SIGKILL'];
    for (const signal of signals) {
      const groupAlive = pid !== undefined && killGroup(pid, signal);
      const left = await strays(marker);
      for (const stray of left) killOne(stray, signal);
      if (!groupAlive && left.length === 0) return;
      await goneWithin(pid, marker, graceMs);
    }
  }

  async function goneWithin(pid: number | undefined, marker: string, ms: number): Promise<void> {
    const until = clock.monotonicMs() + ms;
    while (clock.monotonicMs() < until) {
      if ((pid === undefined || !killGroup(pid, 0)) && (await strays(marker)).length === 0) return;
      await sleep(clock, 20);
    }
  }

  return {
    kind: 'process',
    describe: (server) => argvOf(server.source),
    start,
    async reap(keep) {
      const found = await strays(`${folderId}/`);
      if (found.length === 0) return;
      if (keep.size > 0) return; // children of this engine are alive: only the first reap, before any start, is safe to be broad
      await endTree(undefined, `${folderId}/`, false);
    },
    state: () => ({ kind: 'ok', version: process.version }),
    onState: () => () => undefined,
    async close() {
      await Promise.all([...running].map((child) => child.stop()));
    },
  };
}

function killOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

function failed(failure: Failure): StartOutcome {
  return { ok: false, failure };
}

function spawnFailure(file: string, cwd: string | undefined, cause: unknown): Failure {
  const errno = errnoOf(cause) ?? (cause === undefined ? 'unknown error' : messageOf(cause));
  if (errno === 'ENOENT') {
    const where = cwd === undefined ? '' : ` (or its folder ${cwd})`;
    return {
      code: 'COMMAND_NOT_FOUND',
      message: `command ${file}${where} was not found`,
      hint: 'check the command and PATH',
    };
  }
  if (errno === 'EACCES')
    return { code: 'COMMAND_NOT_EXECUTABLE', message: `command ${file} may not be executed`, hint: `chmod +x ${file}` };
  return { code: 'SPAWN_FAILED', message: `command ${file} did not start: ${errno}` };
}

function needsDocker(server: Server): Failure {
  return {
    code: 'RUNTIME_MISMATCH',
    message: `server ${server.name} is an image and needs the docker runtime`,
    hint: 'delete it and create it with --runtime docker',
  };
}

function needsRemote(server: Server): Failure {
  return { code: 'RUNTIME_MISMATCH', message: `server ${server.name} is a URL and cannot run as a process` };
}
