/**
 * Where the engine's socket and folders are. The same rule as the store's `paths.ts`, which this program cannot load: it must
 * start in little more than Node's own time, and the protocol does not know the store. A test holds the two together.
 */
import { isAbsolute, join, resolve } from 'node:path';

export interface EnginePaths {
  readonly configDir: string;
  readonly dataDir: string;
  readonly stateDir: string;
  readonly socketPath: string;
}

type Env = Readonly<Record<string, string | undefined>>;

export function enginePaths(env: Env, userHome: () => string): EnginePaths {
  const own = given(env['MCPTUI_HOME']);
  const base = (name: string, xdg: string, fallback: string): string =>
    own === undefined ? join(absolute(env[xdg]) ?? join(userHome(), fallback), 'mcptui') : join(own, name);
  const givenData = given(env['MCPTUI_DATA_DIR']);
  const stateDir = given(env['MCPTUI_STATE_DIR']) ?? base('state', 'XDG_STATE_HOME', '.local/state');
  const xdgRuntime = absolute(env['XDG_RUNTIME_DIR']);
  const runtimeDir =
    givenData ??
    (own === undefined ? undefined : join(own, 'run')) ??
    (xdgRuntime === undefined ? stateDir : join(xdgRuntime, 'mcptui'));
  return {
    configDir: given(env['MCPTUI_CONFIG_DIR']) ?? base('config', 'XDG_CONFIG_HOME', '.config'),
    dataDir: givenData ?? base('data', 'XDG_DATA_HOME', '.local/share'),
    stateDir,
    socketPath: given(env['MCPTUI_SOCKET']) ?? join(runtimeDir, 'engine.sock'),
  };
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : resolve(value);
}

function absolute(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
