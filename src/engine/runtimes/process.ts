/** Runs servers as child processes: no shell, own process group, whole tree gone on stop. */
import type { Readable, Writable } from 'node:stream';
import { settlesWithin, type Clock } from '../../kernel/clock.ts';
import { errnoOf, messageOf } from '../../kernel/errors.ts';
import { cutText } from '../../kernel/foreign.ts';
import { silentLogger, type Logger } from '../../kernel/log.ts';
import type { Failure } from '../../store/schema/failure.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import {
  HURRY_MS,
  type Exit,
  type RunningProcess,
  type Runtime,
  type StartOutcome,
  type StartRequest,
} from '../ports.ts';
import { argvOf, ownEnv } from './argv.ts';
import { childEnv, inheritedEnv } from './child-env.ts';
import { CommandContainers, REMOVED_MS, type ContainerCommand } from './command-containers.ts';
import { MARKER, markerOf, ProcessTree } from './process-tree.ts';
import { ownFolder, readyWorkFolder, workFolderOf } from './work-folder.ts';

export interface ProcessRuntimeOptions {
  readonly clock: Clock;
  /** Told what could not be ended. Default: nobody. */
  readonly logger?: Logger;
  /** Tells this data folder's children from those of others; no spaces. */
  readonly folderId: string;
  /** How an earlier version named the folder: its children are reaped too. */
  readonly formerFolderId?: string;
  /** The engine's own environment, of which a child gets little. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the engine's data: servers that name no folder work below it. */
  readonly dataDir: string;
  /** Between EOF and TERM, and between TERM and KILL. Default 2,000. */
  readonly graceMs?: number;
}

/** How long the last output of an exited server is read while a process that it left holds its pipes open. */
const LAST_WORDS_MS = 500;

/** @throws McptuiError `invalid` for a setting of the environment that means nothing */
export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  const { clock, dataDir, folderId } = options;
  const graceMs = options.graceMs ?? 2_000;
  const logger = options.logger ?? silentLogger;
  const running = new Set<RunningProcess>();
  let isClosing = false;
  /** Whoever ends the engine waits for all of it: half the time for what does not end at EOF. */
  const eofMs = (): number => (isClosing ? graceMs / 2 : graceMs);

  const inherited = inheritedEnv(options.env);
  const containers = new CommandContainers({ folderId, dataDir, env: inherited, logger, clock });

  async function start(request: StartRequest, signal: AbortSignal): Promise<StartOutcome> {
    const { server } = request;
    const argv = argvOf(server.source, ownFolder(dataDir, server));
    if (argv[0] === undefined)
      return failed({ kind: 'runtime-mismatch', runtime: 'process', source: server.source.kind });
    if (signal.aborted) return failed({ kind: 'aborted' });
    const trouble = await readyWorkFolder(dataDir, server);
    if (trouble !== undefined) return failed(trouble);
    const marker = markerOf(folderId, request.instanceId, request.generation);
    const env = childEnv(inherited, { ...ownEnv(server.source), ...request.env });
    const container = containers.command(argv, marker, env);
    const [file = '', ...args] = container?.argv ?? argv;
    const { execa } = await import('execa');
    const subprocess = execa(file, args, {
      cwd: workFolderOf(dataDir, server) ?? dataDir,
      env: { ...env, [MARKER]: marker },
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
      return failed(spawnFailure(file, inherited['PATH'], 'cause' in result ? result.cause : undefined));
    }
    const child = tracked(subprocess, pid, marker, container);
    return { ok: true, process: child };
  }

  /** The leader's `exit` is its end: its pipes may stay open for as long as a process lives that it left behind. */
  function tracked(
    subprocess: Spawned,
    pid: number,
    marker: string,
    container: ContainerCommand | undefined,
  ): RunningProcess {
    const { stdin, stdout, stderr } = subprocess;
    const tree = new ProcessTree(marker, pid, { clock, logger });
    // A child that closes its stdin early must not take the engine down with an EPIPE.
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
    const leaderGone = new Promise<Exit>((resolve) => {
      subprocess.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const read = Promise.all([closed(stdout), closed(stderr)]);
    let ending: Promise<void> | undefined;
    const endTree = (): Promise<void> => (ending ??= tree.end(graceMs));
    const letGo = async (): Promise<void> => {
      await settlesWithin(clock, LAST_WORDS_MS, read);
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
    };
    const gone = Promise.withResolvers<Exit>();
    // Its end is told whatever became of what it left behind.
    const ended = async (exit: Exit): Promise<void> => {
      await Promise.allSettled([letGo(), endTree()]);
      const left = await container?.remove();
      gone.resolve(left === undefined ? exit : { ...exit, left });
    };
    unawaited(leaderGone.then(ended));
    const exited = gone.promise.finally(() => running.delete(child));
    let stopping: Promise<void> | undefined;
    const child: RunningProcess = {
      runtimeId: String(pid),
      pid,
      stdin,
      stdout,
      stderr,
      exited,
      stop: (hurry) => (stopping ??= stop(hurry === undefined ? eofMs() : HURRY_MS)),
    };
    async function stop(eofMs: number): Promise<void> {
      stdin.end();
      await settlesWithin(clock, eofMs, leaderGone);
      await endTree();
      // A process that even KILL does not end was reported: nothing waits for it.
      if (await settlesWithin(clock, container === undefined ? LAST_WORDS_MS : REMOVED_MS, exited)) return;
      await letGo();
      const left = `process ${pid} is left: it cannot be ended`;
      gone.resolve({ code: null, signal: null, reason: left, left });
    }
    running.add(child);
    return child;
  }

  return {
    kind: 'process',
    describe: (server) => argvOf(server.source, ownFolder(dataDir, server)),
    start,
    async reap(keep) {
      // Children of this engine are alive: only the first reap, before any start, is safe to be broad.
      if (keep.size > 0) return;
      const names = options.formerFolderId === undefined ? [folderId] : [folderId, options.formerFolderId];
      const trees = names.map((name) => new ProcessTree(`${name}/`, undefined, { clock, logger }).end(graceMs));
      await Promise.all(trees);
      await containers.reap();
    },
    state: () => ({ kind: 'ok', version: process.version }),
    onState: () => () => undefined,
    async close() {
      isClosing = true;
      const exits = await Promise.all([...running].map((child) => child.stop().then(() => child.exited)));
      if (exits.every(({ left }) => left === undefined)) containers.close();
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

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve());
  });
}

function failed(failure: Failure): StartOutcome {
  return { ok: false, failure };
}

function spawnFailure(file: string, searchPath: string | undefined, cause: unknown): Failure {
  const errno = errnoOf(cause) ?? (cause === undefined ? 'unknown error' : messageOf(cause));
  return {
    kind: 'command',
    file,
    errno,
    ...(errno === 'ENOENT' ? { searchPath: cutText(searchPath ?? '', 300) } : {}),
  };
}
