/** Starts an engine that goes on by itself: for an agent that came first, for a console that hands over. Loads nothing until then. */
import { join } from 'node:path';
import { placingEnv } from './paths.ts';

/** Of Node, for engines that live for days; why is said where `--daemon` adds them itself, in bin/mcptui.js. */
const MEMORY_OPTIONS = ['--max-semi-space-size=4', '--initial-old-space-size=48'];

export interface DaemonStart {
  /** The program that `--daemon` is said to. */
  readonly binPath: string;
  readonly paths: {
    readonly dataDir: string;
    readonly stateDir: string;
  };
  /** Its whole environment, from which it finds the same folders. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StartedDaemon {
  /** What it says on stderr, after what others have said there. */
  readonly logPath: string;
  /** Resolves with its exit code when it ends. */
  readonly exited: Promise<number | null>;
  /** Its last words, without `mcptui: `. */
  words(): string;
}

/** Of its last words. */
const MAX_WORDS_BYTES = 4096;

/**
 * In a session and a folder of its own. Two may do this at once: the engine's lock lets one live, the other exits.
 * @throws Error of the system, which `folderTrouble` puts into words
 */
export async function startDaemon({ binPath, paths, env }: DaemonStart): Promise<StartedDaemon> {
  const [{ spawn }, fs] = await Promise.all([import('node:child_process'), import('node:fs')]);
  const logPath = join(paths.stateDir, 'daemon-stderr.log');
  for (const folder of [paths.stateDir, paths.dataDir]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = fs.openSync(logPath, 'a', 0o600);
  const before = fs.fstatSync(log).size;
  // Whoever starts it may run under an engine: its mark must not make another engine's daemon look like one of its children.
  const { MCPTUI_INSTANCE: _mark, ...rest } = env;
  // With its limits from the start it need not replace itself, which takes time that somebody waits for.
  const child = spawn(process.execPath, [...MEMORY_OPTIONS, binPath, '--daemon'], {
    detached: true,
    cwd: paths.dataDir,
    stdio: ['ignore', 'ignore', log],
    // Relative folders would mean others where it works.
    env: { MALLOC_ARENA_MAX: '1', ...rest, ...placingEnv(env) },
  });
  const exited = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code));
    child.on('error', (error) => {
      fs.appendFileSync(logPath, `could not start ${binPath}: ${error.message}\n`);
      resolve(null);
    });
  });
  child.unref();
  fs.closeSync(log);
  const words = (): string => {
    try {
      const said = fs.readFileSync(logPath).subarray(before).subarray(-MAX_WORDS_BYTES).toString('utf8').trim();
      return said.replace(/^mcptui: /, '');
    } catch {
      return '';
    }
  };
  return { logPath, exited, words };
}
