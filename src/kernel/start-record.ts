/** Keeps beside a folder's lock who started its engine and in which surroundings, so that whoever starts the next one takes neither from an agent. */
import { isAbsolute } from 'node:path';
import { withoutFileSettings } from './file-settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `service`: a supervisor starts it again. `operator`: by hand, or by something that may. `agent`: for an agent that came first. */
export type StartedBy = 'service' | 'operator' | 'agent';

/** `shut-down`: an operator ended it on purpose, so that agents that it served start no other. */
export type LastStart = StartedBy | 'shut-down';

export interface StartRecord {
  /** Undefined once that engine has ended in good order, unless a service keeps it. */
  readonly startedBy: LastStart | undefined;
  /** Of the last engine that no agent started. */
  readonly surroundings: Readonly<Record<string, string>>;
  /** Of the same engine: an `XDG_STATE_HOME` that an agent does not have moves nothing. */
  readonly folders?: StartFolders | undefined;
}

export interface StartFolders {
  readonly stateDir: string;
  readonly configDir: string;
}

export const START_RECORD = 'engine-start.json';
/** Tells a daemon that another program of ours starts it. */
export const STARTED_BY = 'MCPTUI_STARTED_BY';

const MAX_VALUE_CHARS = 8192;

/** Where the engine finds programs, the container engine, proxies and authorities; who may choose that is no agent. */
const SURROUNDINGS = new Set([
  'PATH',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'MCPTUI_DOCKER_PLAIN_TCP',
  'MCPTUI_RUNNER_IMAGE',
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'NO_PROXY',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'MCPTUI_LISTEN',
  'MCPTUI_AUDIT_REQUIRED',
  'MCPTUI_LOG_LEVEL',
  'MCPTUI_PASS_ENV',
]);

/** Variables by which a program finds its files and tools, and the folders of mcptui. */
const BASE = new Set([
  'HOME',
  'LOGNAME',
  'USER',
  'PATH',
  'SHELL',
  'LANG',
  'TZ',
  'TMPDIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'XDG_RUNTIME_DIR',
  'XDG_CACHE_HOME',
]);

/** By what a daemon's own environment says. systemd tells what it starts its pid, which children inherit and do not have. */
export function starterOf(env: Env, pid: number): StartedBy {
  const said = env[STARTED_BY];
  if (said === 'agent' || said === 'operator') return said;
  const isService = env['MCPTUI_SUPERVISED'] === '1' || env['SYSTEMD_EXEC_PID'] === String(pid);
  return isService ? 'service' : 'operator';
}

export function surroundingsOf(env: Env): Readonly<Record<string, string>> {
  return only(withoutFileSettings(env), SURROUNDINGS);
}

/** The environment of a daemon that is started for an agent: nothing of the agent's but where the user's things are. */
export function daemonEnvironment(env: Env, record: StartRecord | undefined): Record<string, string> {
  const own = only(env, BASE);
  if (own['PATH'] !== undefined) own['PATH'] = withoutProjects(own['PATH']);
  return { ...own, ...record?.surroundings, ...foldersOf(env, record?.folders), [STARTED_BY]: 'agent' };
}

/** The agent may have been started by a project's script: programs of that project are none of the engine's. */
function withoutProjects(searchPath: string): string {
  const folders = searchPath
    .split(':')
    .filter((folder) => isAbsolute(folder) && !/\/node_modules\/\.bin\/?$/.test(folder));
  return folders.join(':');
}

function foldersOf(env: Env, folders: StartFolders | undefined): Record<string, string> {
  if (folders === undefined || env['MCPTUI_HOME']) return {};
  return {
    ...(env['MCPTUI_STATE_DIR'] ? {} : { MCPTUI_STATE_DIR: folders.stateDir }),
    ...(env['MCPTUI_CONFIG_DIR'] ? {} : { MCPTUI_CONFIG_DIR: folders.configDir }),
  };
}

const LAST_STARTS: readonly LastStart[] = ['service', 'operator', 'agent', 'shut-down'];

/** Undefined for what is no such record. */
export function parseStartRecord(text: string): StartRecord | undefined {
  try {
    const { startedBy, surroundings, folders } = JSON.parse(text) as Record<keyof StartRecord, unknown>;
    return {
      startedBy: LAST_STARTS.find((known) => known === startedBy),
      surroundings: only(isTable(surroundings) ? surroundings : {}, SURROUNDINGS),
      folders: parseFolders(folders),
    };
  } catch {
    return undefined;
  }
}

function parseFolders(value: unknown): StartFolders | undefined {
  if (!isTable(value)) return undefined;
  const { stateDir, configDir } = value;
  return isFolder(stateDir) && isFolder(configDir) ? { stateDir, configDir } : undefined;
}

function isFolder(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_VALUE_CHARS && isAbsolute(value);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function only(env: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, string> {
  const found = Object.entries(env).flatMap(([name, value]) =>
    isAmong(names, name) && typeof value === 'string' && value.length <= MAX_VALUE_CHARS
      ? [[name, value] as const]
      : [],
  );
  return Object.fromEntries(found);
}

/** What a program's locale is made of belongs to who the user is. */
function isAmong(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name) || (names === BASE && /^LC_[A-Z]{1,20}$/.test(name));
}
