/** Reads `docker run` as an image of ours, as far as it asks for nothing that ours have not. Pure. */
import type { Named } from './foreign.ts';

export interface DockerImage {
  readonly kind: 'image';
  readonly image: string;
  readonly args: readonly string[];
  /** What `-e` gives; a name alone takes it from the client's environment. */
  readonly env: readonly Named[];
  readonly network: 'bridge' | 'none';
  /** Sources as they stand there, variables included. */
  readonly mounts: readonly DockerMount[];
  readonly entrypoint?: string;
  readonly user?: string;
  readonly cwd?: string;
  readonly pull?: 'missing' | 'never' | 'always';
}

export interface DockerMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Flags that say nothing here: containers are interactive and removed in any case. */
const IDLE = new Set(['-i', '--interactive', '-t', '--tty', '-it', '-ti', '--rm', '--init', '--quiet', '-q']);

type Read = { -readonly [K in keyof DockerImage]: DockerImage[K] } & { env: Named[]; mounts: DockerMount[] };

/** `args` begin with `run`. A sentence when it stays a command for a flag of it; undefined when it is no `docker run`. */
export function dockerRun([verb, ...args]: readonly string[], env: readonly Named[]): DockerImage | string | undefined {
  if (verb !== 'run') return undefined;
  const read: Read = { kind: 'image', image: '', args: [], env: [], network: 'bridge', mounts: [] };
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (!word.startsWith('-')) return { ...read, image: word, args: args.slice(at + 1) };
    if (IDLE.has(word)) continue;
    const [flag, joined] = flagOf(word);
    const value = joined ?? args[at + 1] ?? '';
    if (!takes(read, flag, value, env)) {
      return `docker run ${flag} stays the command that it is: an image of mcptui has nothing like it`;
    }
    if (joined === undefined) at += 1;
  }
  return undefined;
}

/** False for what ours have not. */
function takes(read: Read, flag: string, value: string, env: readonly Named[]): boolean {
  switch (flag) {
    case '-e':
    case '--env':
      read.env.push(variable(value, env));
      return true;
    case '--network':
    case '--net':
      if (value !== 'bridge' && value !== 'none') return false;
      read.network = value;
      return true;
    case '-v':
    case '--volume':
      return added(read.mounts, volume(value));
    case '--mount':
      return added(read.mounts, bindMount(value));
    case '-u':
    case '--user':
      if (/^(?:root|0+)(?::|$)/.test(value)) return false;
      read.user = value;
      return true;
    case '--entrypoint':
      read.entrypoint = value;
      return value !== '';
    case '-w':
    case '--workdir':
      read.cwd = value;
      return value.startsWith('/');
    case '--pull':
      if (value !== 'missing' && value !== 'never' && value !== 'always') return false;
      read.pull = value;
      return true;
    default:
      return flag === '--name';
  }
}

function added(mounts: DockerMount[], mount: DockerMount | undefined): boolean {
  if (mount !== undefined) mounts.push(mount);
  return mount !== undefined;
}

/** `SRC:DST[:ro]` of a folder; a volume with a name is none. */
function volume(text: string): DockerMount | undefined {
  // A variable may hold a colon.
  const split = text.indexOf(':', text.lastIndexOf('}') + 1);
  const [source, rest] = [text.slice(0, Math.max(split, 0)), text.slice(split + 1)];
  const [target = '', mode = 'rw', ...more] = rest.split(':');
  if (!/^[/~.$]/.test(source) || !target.startsWith('/') || more.length > 0) return undefined;
  return mode === 'ro' || mode === 'rw' ? { source, target, readOnly: mode === 'ro' } : undefined;
}

/** `type=bind,src=SRC,dst=DST[,readonly]`. */
function bindMount(text: string): DockerMount | undefined {
  const fields = new Map(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return at === -1 ? ([pair, 'true'] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const);
    }),
  );
  const source = fields.get('source') ?? fields.get('src');
  const target = fields.get('target') ?? fields.get('destination') ?? fields.get('dst');
  if (fields.get('type') !== 'bind' || source === undefined || target?.startsWith('/') !== true) return undefined;
  const flag = fields.get('readonly') ?? fields.get('ro');
  return { source, target, readOnly: flag === 'true' || flag === '1' };
}

/** `--env=A=1`, `-eA=1`. */
function flagOf(word: string): readonly [string, string | undefined] {
  if (word.startsWith('--')) {
    const split = word.indexOf('=');
    return split === -1 ? [word, undefined] : [word.slice(0, split), word.slice(split + 1)];
  }
  return word.length > 2 && /^-[evuw]/.test(word) ? [word.slice(0, 2), word.slice(2)] : [word, undefined];
}

function variable(text: string, env: readonly Named[]): Named {
  const split = text.indexOf('=');
  if (split > 0) return { name: text.slice(0, split), text: text.slice(split + 1) };
  return { name: text, text: env.find(({ name }) => name === text)?.text ?? `\${${text}}` };
}
