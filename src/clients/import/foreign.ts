/** Reads an entry of a client's file, in whatever words that client has, into one form. Pure. */
import { wordFor } from '../../kernel/foreign.ts';
import { isObject } from '../formats/format.ts';
import type { Dialect } from '../table.ts';

/** Texts stand as they do in the file, variables included. */
export interface ForeignServer {
  readonly name: string;
  /** Undefined when nothing says it. */
  readonly transport: 'stdio' | 'http' | 'sse' | undefined;
  /** The program and its arguments; empty for a remote server. */
  readonly words: readonly string[];
  readonly url: string | undefined;
  readonly cwd: string | undefined;
  readonly env: readonly Named[];
  readonly headers: readonly Named[];
  readonly isDisabled: boolean;
  readonly callTimeoutMs: number | undefined;
  readonly startTimeoutMs: number | undefined;
  readonly about: string | undefined;
  readonly oauth: ForeignLogin | undefined;
  /** What is not taken, and why, a sentence each. */
  readonly notes: readonly string[];
  /** Why it cannot be taken at all. */
  readonly fault: string | undefined;
}

export interface Named {
  readonly name: string;
  readonly text: string;
}

export interface ForeignLogin {
  readonly clientId?: string;
  readonly scope?: string;
  readonly redirectUrl?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Every name that clients have for a transport. */
const TRANSPORTS: Readonly<Record<string, ForeignServer['transport']>> = {
  stdio: 'stdio',
  local: 'stdio',
  http: 'http',
  /** Either; the address may tell. */
  remote: undefined,
  'streamable-http': 'http',
  streamablehttp: 'http',
  streamable_http: 'http',
  sse: 'sse',
};

const TRUST = 'is dropped: nothing is approved in advance here';
const TOOLS = 'is not taken: tools are hidden by roles here';
/** Field → why it is not taken. */
const DROPPED: Readonly<Record<string, string>> = {
  trust: TRUST,
  autoApprove: TRUST,
  alwaysAllow: TRUST,
  autoApproveTools: TRUST,
  includeTools: TOOLS,
  excludeTools: TOOLS,
  enabled_tools: TOOLS,
  disabled_tools: TOOLS,
  disabledTools: TOOLS,
  available_tools: TOOLS,
  tools: TOOLS,
  envFile: 'is not read: give its variables with mcptui set env',
  env_file: 'is not read: give its variables with mcptui set env',
  env_keys: 'is not taken: Goose keeps those secrets itself; give them with mcptui create secret and mcptui set env',
};
/** Said by the rest, or of no use outside the client. */
const SILENT: ReadonlySet<string> = new Set(
  (
    'name id type transport source command cmd args arguments path env envs environment env_vars cwd workingDirectory working_directory ' +
    'url serverUrl httpUrl uri headers http_headers env_http_headers bearer_token_env_var requestOptions disabled enabled ' +
    'timeout startup_timeout_sec startup_timeout_ms tool_timeout_sec connectionTimeout description oauth auth ' +
    'gallery version display_name bundled icon settings dev required faviconUrl'
  ).split(' '),
);

export function readForeign(name: string, value: unknown, dialect: Dialect): ForeignServer {
  if (!isObject(value)) return { ...nothing(name), fault: `it is ${wordFor(value)}, not a server` };
  // Older files of Zed keep the program in an object of its own.
  const program: Fields = isObject(value['command']) ? value['command'] : value;
  const url = textOf(value, 'httpUrl', 'url', 'serverUrl', 'uri');
  const type = textOf(value, 'type', 'transport')?.toLowerCase();
  const words = wordsOf(program);
  const transport = transportOf(value, type, dialect, url);
  const isRemote = transport === 'stdio' ? false : url !== undefined && (words.length === 0 || transport !== undefined);
  const notes = Object.keys(value).flatMap((field) => noteOf(field, value[field]));
  return {
    name,
    transport,
    words: isRemote ? [] : words,
    url: isRemote ? url : undefined,
    cwd: textOf(program, 'cwd', 'workingDirectory', 'working_directory'),
    env: [...namedIn(program, 'env', 'envs', 'environment'), ...passedOn(value['env_vars'])],
    headers: headersOf(value),
    isDisabled: value['disabled'] === true || value['enabled'] === false,
    ...timesOf(value),
    about: textOf(value, 'description')?.slice(0, 2_000),
    oauth: loginOf(value['oauth']),
    notes,
    fault: faultOf(type, words, url),
  };
}

function nothing(name: string): ForeignServer {
  return {
    name,
    transport: undefined,
    words: [],
    url: undefined,
    cwd: undefined,
    env: [],
    headers: [],
    isDisabled: false,
    callTimeoutMs: undefined,
    startTimeoutMs: undefined,
    about: undefined,
    oauth: undefined,
    notes: [],
    fault: undefined,
  };
}

function faultOf(type: string | undefined, words: readonly string[], url: string | undefined): string | undefined {
  if (type === 'builtin' || type === 'platform' || type === 'frontend' || type === 'inline_python') {
    return `it is of type ${type}, a part of that client and no server`;
  }
  if (type !== undefined && !Object.hasOwn(TRANSPORTS, type)) return `its type ${type.slice(0, 40)} is not known`;
  return words.length === 0 && url === undefined ? 'it has neither a command nor a URL' : undefined;
}

function transportOf(
  value: Fields,
  type: string | undefined,
  dialect: Dialect,
  url: string | undefined,
): ForeignServer['transport'] {
  const known = type === undefined || !Object.hasOwn(TRANSPORTS, type) ? undefined : TRANSPORTS[type];
  if (known !== undefined) return known;
  // There `url` alone means the older transport.
  if (dialect === 'gemini' && typeof value['httpUrl'] !== 'string' && url !== undefined) return 'sse';
  return typeof value['httpUrl'] === 'string' ? 'http' : undefined;
}

/** A command may be one text, or a list with its arguments. */
function wordsOf(program: Fields): readonly string[] {
  const command = program['command'] ?? program['cmd'] ?? program['path'];
  const args = program['args'] ?? program['arguments'];
  const words = [...(Array.isArray(command) ? command : [command]), ...(Array.isArray(args) ? args : [])];
  return words.flatMap((word: unknown) => (typeof word === 'string' || typeof word === 'number' ? [String(word)] : []));
}

function textOf(value: Fields, ...fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const text = value[field];
    if (typeof text === 'string' && text.trim() !== '') return text;
  }
  return undefined;
}

function namedIn(value: Fields, ...fields: readonly string[]): readonly Named[] {
  return fields.flatMap((field) => {
    const map = value[field];
    if (!isObject(map)) return [];
    return Object.entries(map).flatMap(([name, text]) =>
      typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean'
        ? [{ name, text: String(text) }]
        : [],
    );
  });
}

/** Codex lists variables that it passes on. */
function passedOn(names: unknown): readonly Named[] {
  if (!Array.isArray(names)) return [];
  return names.flatMap((name: unknown) => (typeof name === 'string' ? [{ name, text: `\${${name}}` }] : []));
}

function headersOf(value: Fields): readonly Named[] {
  const options = isObject(value['requestOptions']) ? value['requestOptions'] : {};
  const bearer = textOf(value, 'bearer_token_env_var');
  return [
    ...namedIn(value, 'headers', 'http_headers'),
    ...namedIn(options, 'headers'),
    ...namedIn(value, 'env_http_headers').map(({ name, text }) => ({ name, text: `\${${text}}` })),
    ...(bearer === undefined ? [] : [{ name: 'Authorization', text: `Bearer \${${bearer}}` }]),
  ];
}

/** Some count in seconds, some in milliseconds: no call ends in less than a second. */
function timesOf(value: Fields): Pick<ForeignServer, 'callTimeoutMs' | 'startTimeoutMs'> {
  const timeMs = (field: string, unit?: number): number | undefined => {
    const time = value[field];
    if (typeof time !== 'number' || !Number.isFinite(time) || time <= 0) return undefined;
    return Math.min(Math.max(Math.round(time * (unit ?? (time < 1_000 ? 1_000 : 1))), 10), 86_400_000);
  };
  return {
    callTimeoutMs: timeMs('tool_timeout_sec', 1_000) ?? timeMs('timeout'),
    startTimeoutMs:
      timeMs('startup_timeout_sec', 1_000) ?? timeMs('startup_timeout_ms', 1) ?? timeMs('connectionTimeout'),
  };
}

function loginOf(value: unknown): ForeignLogin | undefined {
  if (!isObject(value)) return undefined;
  const clientId = textOf(value, 'clientId', 'client_id');
  const { scopes, callbackPort } = value;
  const scope = Array.isArray(scopes)
    ? scopes.filter((one) => typeof one === 'string').join(' ')
    : textOf(value, 'scope', 'scopes');
  const port = typeof callbackPort === 'number' && Number.isInteger(callbackPort) ? callbackPort : undefined;
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(scope === undefined || scope === '' ? {} : { scope }),
    ...(port === undefined ? {} : { redirectUrl: `http://localhost:${port}/callback` }),
  };
}

function noteOf(field: string, value: unknown): readonly string[] {
  const why = Object.hasOwn(DROPPED, field) ? DROPPED[field] : undefined;
  const isNothing = value === false || value === null || (Array.isArray(value) && value.length === 0);
  if (isNothing || SILENT.has(field)) return [];
  return [`${field.slice(0, 64)} ${why ?? 'is not taken: mcptui has nothing like it'}`];
}
