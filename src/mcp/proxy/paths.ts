/**
 * Where the engine's socket and logs are. The same rule as the store's `paths.ts`, which this program cannot load: it must
 * start in little more than Node's own time, and the protocol does not know the store. A test holds the two together.
 */
import { isAbsolute, join, resolve } from 'node:path';

export interface EnginePaths {
  readonly socketPath: string;
  readonly stateDir: string;
}

type Env = Readonly<Record<string, string | undefined>>;

export function enginePaths(env: Env, userHome: () => string): EnginePaths {
  const own = given(env['MCPTUI_HOME']);
  const stateDir = given(env['MCPTUI_STATE_DIR']) ?? defaultStateDir(env, own, userHome);
  const xdgRuntime = absolute(env['XDG_RUNTIME_DIR']);
  const runtimeDir =
    given(env['MCPTUI_DATA_DIR']) ??
    (own === undefined ? undefined : join(own, 'run')) ??
    (xdgRuntime === undefined ? stateDir : join(xdgRuntime, 'mcptui'));
  return { socketPath: given(env['MCPTUI_SOCKET']) ?? join(runtimeDir, 'engine.sock'), stateDir };
}

function defaultStateDir(env: Env, own: string | undefined, userHome: () => string): string {
  if (own !== undefined) return join(own, 'state');
  return join(absolute(env['XDG_STATE_HOME']) ?? join(userHome(), '.local/state'), 'mcptui');
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : resolve(value);
}

function absolute(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
