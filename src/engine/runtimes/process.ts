/** Runs servers as child processes: no shell, own process group, whole tree gone on stop. */
import type { Readable, Writable } from 'node:stream';
import { settlesWithin, type Clock } from '../../clock.ts';
import { errnoOf, messageOf } from '../../errors.ts';
import { silentLogger, type Logger } from '../../log.ts';
import type { Failure } from '../../store/schema/instance.ts';
import type { Server } from '../../store/schema/server.ts';
import { unawaited } from '../../unawaited.ts';
import {
  HURRY_MS,
  type Exit,
  type RunningProcess,
  type Runtime,
  type StartOutcome,
  type StartRequest,
} from '../ports.ts';
import { argvOf } from './argv.ts';
import { MARKER, markerOf, ProcessTree } from './process-tree.ts';

export interface ProcessRuntimeOptions {
  readonly clock: Clock;
  /** Told what could not be ended. Default: nobody. */
  readonly logger?: Logger;
  /** Tells this data folder's children from those of others; no spaces. */
  readonly folderId: string;
  /** How an earlier version named the folder: its children are reaped too. */
  readonly formerFolderId?: string;
  /** The engine's own environment: only the few variables of `INHERITED` reach a child. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Between EOF and TERM, and between TERM and KILL. Default 2,000. */
  readonly graceMs?: number;
}

/** What a server that has exited printed last is read for so long, when something that it left behind holds its pipes open. */
const LAST_WORDS_MS = 500;

/** What a program needs to find its home and its tools; everything else must be in the definition. */
const INHERITED = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME'] as const;

export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  const { clock, folderId } = options;
  const graceMs = options.graceMs ?? 2_000;
  const logger = options.logger ?? silentLogger;
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

  /** The leader's `exit` is its end: its pipes may stay open for as long as a process lives that it left behind. */
  function tracked(subprocess: Spawned, pid: number, request: StartRequest): RunningProcess {
    const { stdin, stdout, stderr } = subprocess;
    const tree = new ProcessTree(markerOf(folderId, request.instanceId, request.generation), pid, { clock, logger });
    // A child that closes its stdin early must not take the engine down with an EPIPE.
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
    const leaderGone = new Promise<Exit>((resolve) => {
      subprocess.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const read = Promise.all([ended(stdout), ended(stderr)]);
    let ending: Promise<void> | undefined;
    const endTree = (): Promise<void> => (ending ??= tree.end(graceMs));
    const letGo = async (): Promise<void> => {
      await settlesWithin(clock, LAST_WORDS_MS, read);
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
    };
    const gone = Promise.withResolvers<Exit>();
    // Its end is told whatever became of what it left behind.
    unawaited(leaderGone.then((exit) => Promise.allSettled([letGo(), endTree()]).then(() => gone.resolve(exit))));
    const exited = gone.promise.finally(() => running.delete(child));
    let stopping: Promise<void> | undefined;
    const child: RunningProcess = {
      runtimeId: String(pid),
      pid,
      stdin,
      stdout,
      stderr,
      exited,
      stop: (hurry) => (stopping ??= stop(hurry === undefined ? graceMs : HURRY_MS)),
    };
    async function stop(eofMs: number): Promise<void> {
      stdin.end();
      await settlesWithin(clock, eofMs, leaderGone);
      await endTree();
      // What even KILL does not end is left, and has been told: nothing waits for it.
      if (await settlesWithin(clock, LAST_WORDS_MS, exited)) return;
      await letGo();
      const left = `process ${pid} is left: it cannot be ended`;
      gone.resolve({ code: null, signal: null, reason: left, left });
    }
    running.add(child);
    return child;
  }

  return {
    kind: 'process',
    describe: (server) => argvOf(server.source),
    start,
    async reap(keep) {
      // Children of this engine are alive: only the first reap, before any start, is safe to be broad.
      if (keep.size > 0) return;
      const names = options.formerFolderId === undefined ? [folderId] : [folderId, options.formerFolderId];
      await Promise.all(names.map((name) => new ProcessTree(`${name}/`, undefined, { clock, logger }).end(graceMs)));
    },
    state: () => ({ kind: 'ok', version: process.version }),
    onState: () => () => undefined,
    async close() {
      await Promise.all([...running].map((child) => child.stop()));
    },
  };
}

/** What is used of execa's child: it is a `ChildProcess` too. */
interface Spawned {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  once(event: 'exit', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve());
  });
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
