/** Lists every setting of the file of settings: its key, the variable that it stands for, what it may be and what it does. */
import { isAbsolute } from 'node:path';
import { parseListen } from '../../engine/host/listen-address.ts';
import { parseUrl } from '../../kernel/url.ts';
import { skinNames } from '../../tui/state/style.ts';
import { parseDuration } from '../duration.ts';
import { formats } from '../formats.ts';
import { choice, flag, list, table, text, type Kind } from './kinds.ts';

export interface Setting {
  /** As in `config set`; dots are levels of the file. */
  readonly key: string;
  readonly kind: Kind;
  /** Undefined where there is none. */
  readonly variable?: string;
  /** What holds when nobody says anything, in words. */
  readonly fallback: string;
  /** In one line, for docs and lists. */
  readonly about: string;
  /** When a change of the file is heard: by the console or daemon that runs, or when the next one starts. */
  readonly heard: 'at once' | 'at the next start';
  /** `true` takes something away: it holds even in a file that cannot be used. */
  readonly restricts?: true;
  /** Its entries are set one by one, too. */
  readonly isMap?: true;
}

const atStart = { heard: 'at the next start' } as const;
const atOnce = { heard: 'at once' } as const;

const isVariable = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name);

function isListen(address: string): boolean {
  try {
    parseListen(address);
    return true;
  } catch {
    return false;
  }
}

function isCollector(address: string): boolean {
  const url = parseUrl(address);
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && !address.includes('@');
}

export const settings: readonly Setting[] = [
  {
    key: 'output',
    variable: 'MCPTUI_OUTPUT',
    kind: choice(formats),
    fallback: 'table',
    about: 'how verbs print: what `-o` says otherwise',
    ...atStart,
  },
  {
    key: 'project',
    variable: 'MCPTUI_PROJECT',
    kind: text('a name of a project', (name) => /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(name)),
    fallback: 'default',
    about: 'the project that `create server` and `import` put servers into, and `call` looks in',
    ...atStart,
  },
  {
    key: 'readOnly',
    variable: 'MCPTUI_READONLY',
    kind: flag,
    fallback: 'false',
    about: 'verbs and the console change nothing, as with `--read-only`',
    restricts: true,
    ...atStart,
  },
  {
    key: 'editor',
    variable: 'MCPTUI_EDITOR',
    kind: text('a program and its arguments'),
    fallback: '$VISUAL, $EDITOR, vi',
    about: 'your editor here',
    ...atStart,
  },
  {
    key: 'pager',
    variable: 'MCPTUI_PAGER',
    kind: text('a program and its arguments'),
    fallback: '$PAGER, less -R',
    about: 'your pager here',
    ...atStart,
  },
  {
    key: 'console.skin',
    variable: 'MCPTUI_SKIN',
    kind: choice(skinNames),
    fallback: 'standard',
    about: 'its colours; `:theme` chooses another one',
    ...atOnce,
  },
  {
    key: 'console.mouse',
    variable: 'MCPTUI_MOUSE',
    kind: flag,
    fallback: 'false',
    about: 'wheel and clicks; `:mouse` turns them on and off',
    ...atOnce,
  },
  {
    key: 'console.ascii',
    variable: 'MCPTUI_ASCII',
    kind: flag,
    fallback: 'by the terminal',
    about: 'only characters that every terminal shows',
    ...atOnce,
  },
  {
    key: 'console.reduceMotion',
    variable: 'MCPTUI_REDUCE_MOTION',
    kind: flag,
    fallback: 'false',
    about: 'nothing turns or blinks',
    ...atOnce,
  },
  {
    key: 'console.bell',
    variable: 'MCPTUI_BELL',
    kind: choice(['off', 'inbox', 'errors', 'all']),
    fallback: 'inbox',
    about: 'what rings: a new proposal (`inbox`), an instance that fails (`errors`), both, or nothing',
    ...atOnce,
  },
  {
    key: 'console.keymap',
    kind: table('a map of actions to keys'),
    fallback: 'as in keys.md',
    about: 'keys of actions; `none` for no key',
    isMap: true,
    ...atOnce,
  },
  {
    key: 'console.columns',
    kind: table('a map of panes to titles of columns'),
    fallback: 'all',
    about: 'the columns that the table of a pane shows; `c` in the console chooses others',
    isMap: true,
    ...atOnce,
  },
  {
    key: 'daemon.listen',
    variable: 'MCPTUI_LISTEN',
    kind: text('a loopback address and a port, such as 127.0.0.1:7777', isListen),
    fallback: 'no port',
    about: 'a port of this machine for the REST API and for agents over HTTP',
    ...atStart,
  },
  {
    key: 'daemon.logLevel',
    variable: 'MCPTUI_LOG_LEVEL',
    kind: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    fallback: 'info',
    about: 'how much engine.log tells',
    ...atOnce,
  },
  {
    key: 'daemon.auditRequired',
    variable: 'MCPTUI_AUDIT_REQUIRED',
    kind: flag,
    fallback: 'false',
    about: 'calls that could not be audited are refused',
    restricts: true,
    ...atStart,
  },
  {
    key: 'daemon.auditReads',
    variable: 'MCPTUI_AUDIT_READS',
    kind: flag,
    fallback: 'false',
    about: 'what operators only look at is audited too',
    restricts: true,
    ...atStart,
  },
  {
    key: 'daemon.passEnv',
    variable: 'MCPTUI_PASS_ENV',
    kind: list('a name of a variable', ',', isVariable),
    fallback: 'none',
    about: 'variables that all servers get from the environment of the engine',
    ...atStart,
  },
  {
    key: 'daemon.mounts',
    variable: 'MCPTUI_MOUNTS',
    kind: list('a whole path', ':', isAbsolute),
    fallback: 'none',
    about: 'folders that images may have besides those that they always may',
    ...atStart,
  },
  {
    key: 'daemon.httpMaxBody',
    variable: 'MCPTUI_HTTP_MAX_BODY',
    kind: text('a number of MiB from 1 to 512', (digits) => Number(digits) >= 1 && Number(digits) <= 512),
    fallback: '64',
    about: 'the longest body over HTTP, in MiB',
    ...atStart,
  },
  {
    key: 'daemon.httpSessionIdle',
    variable: 'MCPTUI_HTTP_SESSION_IDLE',
    kind: text('a time of 1s or more, such as 30m', (time) => (parseDuration(time) ?? 0) >= 1_000),
    fallback: '30m',
    about: 'how long an HTTP session may be idle',
    ...atStart,
  },
  {
    key: 'daemon.otlpEndpoint',
    variable: 'MCPTUI_OTLP_ENDPOINT',
    kind: text('a URL such as http://127.0.0.1:4318, without a password', isCollector),
    fallback: 'nowhere',
    about: 'where spans of calls are sent',
    ...atStart,
  },
  {
    key: 'daemon.runnerImage',
    variable: 'MCPTUI_RUNNER_IMAGE',
    kind: text('an image'),
    fallback: 'node:24-slim',
    about: 'the image that packages run in',
    ...atStart,
  },
  {
    key: 'daemon.dockerPlainTcp',
    variable: 'MCPTUI_DOCKER_PLAIN_TCP',
    kind: flag,
    fallback: 'false',
    about: 'a container engine may be reached over TCP without TLS',
    ...atStart,
  },
];

const byKey: ReadonlyMap<string, Setting> = new Map(settings.map((setting) => [setting.key, setting]));

export function settingOf(key: string): Setting | undefined {
  return byKey.get(key);
}

/** `console`, `daemon`: keys that only hold settings. */
export const groups: ReadonlySet<string> = new Set(
  settings.flatMap(({ key }) => (key.includes('.') ? [key.slice(0, key.indexOf('.'))] : [])),
);

/** Put into the environment where it says nothing. The console reads its own from the file, again and again. */
export const isForEnvironment = ({ key, variable }: Setting): boolean =>
  variable !== undefined && !key.startsWith('console.');
