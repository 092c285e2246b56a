/** Where mcptui keeps its things: the XDG folders on every system, or one folder when `MCPTUI_HOME` is set. Pure. */
import { isAbsolute, join, resolve } from 'node:path';

export interface Paths {
  /** `config.yaml`, and what people write. */
  readonly configDir: string;
  /** Journal and snapshots. One engine per folder. */
  readonly dataDir: string;
  /** Encrypted secrets and their key. */
  readonly secretsDir: string;
  /** Logs of the engine and of instances. */
  readonly stateDir: string;
  readonly runtimeDir: string;
  readonly socketPath: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * `MCPTUI_CONFIG_DIR`, `MCPTUI_DATA_DIR`, `MCPTUI_STATE_DIR` and `MCPTUI_SOCKET` override the rest. `userHome` is the
 * user's home folder. A data folder of its own brings a socket of its own, in it.
 */
export function resolvePaths(env: Env, userHome: string): Paths {
  const own = env['MCPTUI_HOME'] === undefined || env['MCPTUI_HOME'] === '' ? undefined : resolve(env['MCPTUI_HOME']);
  const base = (name: string, xdg: string, fallback: string): string =>
    own === undefined ? join(xdgFolder(env[xdg]) ?? join(userHome, fallback), 'mcptui') : join(own, name);

  const configDir = given(env['MCPTUI_CONFIG_DIR']) ?? base('config', 'XDG_CONFIG_HOME', '.config');
  const givenData = given(env['MCPTUI_DATA_DIR']);
  const dataDir = givenData ?? base('data', 'XDG_DATA_HOME', '.local/share');
  const stateDir = given(env['MCPTUI_STATE_DIR']) ?? base('state', 'XDG_STATE_HOME', '.local/state');
  const runtimeDir = runtimeFolder(env, own, givenData, stateDir);
  return {
    configDir,
    dataDir,
    secretsDir: join(dataDir, 'secrets'),
    stateDir,
    runtimeDir,
    socketPath: given(env['MCPTUI_SOCKET']) ?? join(runtimeDir, 'engine.sock'),
  };
}

function runtimeFolder(env: Env, own: string | undefined, givenData: string | undefined, stateDir: string): string {
  if (givenData !== undefined) return givenData;
  if (own !== undefined) return join(own, 'run');
  const xdg = xdgFolder(env['XDG_RUNTIME_DIR']);
  return xdg === undefined ? stateDir : join(xdg, 'mcptui');
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : resolve(value);
}

/** The base directory specification has relative paths ignored. */
function xdgFolder(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
