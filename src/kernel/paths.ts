/**
 * Chooses where mcptui keeps its things: the XDG folders on every system, or one folder when `MCPTUI_HOME` is set. Pure, and
 * small: the proxy loads it.
 */
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

export interface Paths {
  /** What people write. */
  readonly configDir: string;
  /** Journal and snapshots. One engine per folder. */
  readonly dataDir: string;
  /** Encrypted secrets and their key. */
  readonly secretsDir: string;
  /** Logs of the engine and of instances. */
  readonly stateDir: string;
  /** Where the engine would listen; where it does listen is said in the data folder (`engine-pointer.ts`). */
  readonly socketPath: string;
  /** In order, the first that can be used: that one, and others when no setting names it. */
  readonly socketPaths: readonly [string, ...string[]];
  /** What names the data folder: `MCPTUI_HOME` or `MCPTUI_DATA_DIR`, `XDG_DATA_HOME`, or nothing. */
  readonly dataFrom: 'setting' | 'xdg' | 'standard';
  /** The data folder of programs that have neither a setting nor `XDG_DATA_HOME`. */
  readonly standardDataDir: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const PLACING = ['MCPTUI_HOME', 'MCPTUI_CONFIG_DIR', 'MCPTUI_DATA_DIR', 'MCPTUI_STATE_DIR', 'MCPTUI_SOCKET'] as const;

/** Bytes that `sun_path` holds of a socket's path, without the NUL that ends it. */
const MAX_SOCKET_BYTES = process.platform === 'darwin' ? 103 : 107;

/**
 * `MCPTUI_CONFIG_DIR`, `MCPTUI_DATA_DIR`, `MCPTUI_STATE_DIR` and `MCPTUI_SOCKET` override the rest. `userHome` is the
 * user's home folder. A data folder of its own brings a socket of its own, in it.
 */
export function resolvePaths(env: Env, userHome: string): Paths {
  const own = given(env['MCPTUI_HOME']);
  const base = (name: string, xdg: string, fallback: string): string =>
    own === undefined ? join(xdgFolder(env[xdg]) ?? join(userHome, fallback), 'mcptui') : join(own, name);

  const givenData = given(env['MCPTUI_DATA_DIR']);
  const dataDir = givenData ?? base('data', 'XDG_DATA_HOME', '.local/share');
  const stateDir = given(env['MCPTUI_STATE_DIR']) ?? base('state', 'XDG_STATE_HOME', '.local/state');
  const standardDataDir = join(userHome, '.local/share/mcptui');
  const socketPaths = socketsOf(env, { own, givenData, dataDir, stateDir });
  return {
    configDir: given(env['MCPTUI_CONFIG_DIR']) ?? base('config', 'XDG_CONFIG_HOME', '.config'),
    dataDir,
    secretsDir: join(dataDir, 'secrets'),
    stateDir,
    socketPath: socketPaths[0],
    socketPaths,
    dataFrom: (givenData ?? own) !== undefined ? 'setting' : dataDir === standardDataDir ? 'standard' : 'xdg',
    standardDataDir,
  };
}

/** The same paths with the data in another folder, which has its socket in it. */
export function withDataDir(paths: Paths, dataDir: string): Paths {
  const socketPath = shortEnough(join(dataDir, 'engine.sock'));
  return { ...paths, dataDir, secretsDir: join(dataDir, 'secrets'), socketPath, socketPaths: [socketPath] };
}

/** The settings of folders that are there, as they hold in any working folder. */
export function placingEnv(env: Env): Record<string, string> {
  const found = PLACING.flatMap((name) => {
    const value = given(env[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

interface Folders {
  readonly own: string | undefined;
  readonly givenData: string | undefined;
  readonly dataDir: string;
  readonly stateDir: string;
}

/** Names a setting that would mean another folder wherever a program is started; undefined when all are whole. */
export function relativeSetting(env: Env): string | undefined {
  const wrong = PLACING.find((name) => (env[name] ?? '') !== '' && !isAbsolute(env[name] ?? ''));
  if (wrong === undefined) return undefined;
  return `${wrong}=${env[wrong]} is relative: it would mean another folder wherever a program is started; give the whole path`;
}

/** Folders that several data folders share come first; the data folder itself is no other's. */
function socketsOf(env: Env, { own, givenData, dataDir, stateDir }: Folders): readonly [string, ...string[]] {
  const named = given(env['MCPTUI_SOCKET']);
  if (named !== undefined) return [shortEnough(named)];
  const folder = givenData ?? (own === undefined ? undefined : join(own, 'run'));
  if (folder !== undefined) return [shortEnough(join(folder, 'engine.sock'))];
  const usual = [stateDir, dataDir].map((folder) => shortEnough(join(folder, 'engine.sock')));
  const xdg = xdgFolder(env['XDG_RUNTIME_DIR']);
  const [first = '', ...others] =
    xdg === undefined ? usual : [shortEnough(join(xdg, 'mcptui', 'engine.sock')), ...usual];
  return [first, ...others];
}

/** Where agents connect: beside the operators' socket. A setting may name it itself, as in a sandbox that has no other. */
export function agentsSocket(socketPath: string): string {
  if (socketPath.endsWith('agents.sock')) return socketPath;
  const folder = dirname(socketPath);
  if (basename(socketPath) === 'engine.sock') return shortEnough(join(folder, 'agents.sock'));
  return shortEnough(`${socketPath.replace(/\.sock$/, '')}.agents.sock`);
}

/** A path that a socket can have: a longer one is replaced by one in a folder of this user's below `/tmp`. */
export function shortEnough(path: string): string {
  if (Buffer.byteLength(path) <= MAX_SOCKET_BYTES) return path;
  return `/tmp/mcptui-${process.getuid?.() ?? 0}/${hashOf(path)}.sock`;
}

/** FNV-1a in 32 bits: enough to tell the folders of one user apart, and nothing has to be loaded for it. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : resolve(value);
}

/** The base directory specification has relative paths ignored. */
function xdgFolder(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
