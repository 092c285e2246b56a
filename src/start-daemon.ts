/** Starts an engine that goes on by itself: for an agent that came first, for a console that hands over. Loads nothing until then. */
import { join } from 'node:path';

export interface DaemonStart {
  /** The program that `--daemon` is said to. */
  readonly binPath: string;
  readonly paths: {
    readonly configDir: string;
    readonly dataDir: string;
    readonly stateDir: string;
    readonly socketPath: string;
  };
  /** Its whole environment but for the folders, which are those of `paths`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StartedDaemon {
  /** What it says on stderr. */
  readonly logPath: string;
  /** Resolves when it ends. */
  readonly exited: Promise<void>;
}

/**
 * In a session and a folder of its own. Two may do this at once: the engine's lock lets one live, the other exits.
 */
export async function startDaemon({ binPath, paths, env }: DaemonStart): Promise<StartedDaemon> {
  const [{ spawn }, fs] = await Promise.all([import('node:child_process'), import('node:fs')]);
  for (const folder of [paths.stateDir, paths.dataDir]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logPath = join(paths.stateDir, 'daemon-stderr.log');
  const log = fs.openSync(logPath, 'a', 0o600);
  // Whoever starts it may run under an engine: its mark must not make another engine's daemon look like one of its children.
  // Relative folders would mean others where it works.
  const { MCPTUI_INSTANCE: _mark, MCPTUI_HOME: _home, ...rest } = env;
  const folders = {
    MCPTUI_CONFIG_DIR: paths.configDir,
    MCPTUI_DATA_DIR: paths.dataDir,
    MCPTUI_STATE_DIR: paths.stateDir,
    MCPTUI_SOCKET: paths.socketPath,
  };
  // With its limits from the start it need not replace itself, which takes time that somebody waits for.
  const child = spawn(process.execPath, ['--max-semi-space-size=4', binPath, '--daemon'], {
    detached: true,
    cwd: paths.dataDir,
    stdio: ['ignore', 'ignore', log],
    env: { MALLOC_ARENA_MAX: '1', ...rest, ...folders },
  });
  const exited = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', (error) => {
      fs.appendFileSync(logPath, `could not start ${binPath}: ${error.message}\n`);
      resolve();
    });
  });
  child.unref();
  fs.closeSync(log);
  return { logPath, exited };
}
