/** Recognises how clients start servers: packages by npx and uvx, images by docker run, remote servers by mcp-remote. Pure. */
import path from 'node:path';
import type { Named } from './foreign.ts';

export type Program =
  | { readonly kind: 'command'; readonly words: readonly string[]; readonly note?: string }
  | { readonly kind: 'package'; readonly spec: string; readonly args: readonly string[] }
  | {
      readonly kind: 'image';
      readonly image: string;
      readonly args: readonly string[];
      /** What `-e` gives; a name alone takes it from the client's environment. */
      readonly env: readonly Named[];
      readonly network: 'bridge' | 'none';
    }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly transport: 'http' | 'sse';
      readonly headers: readonly Named[];
    };

const NPM = /^(?:@[a-z0-9][\w.-]{0,100}\/)?[a-z0-9][\w.-]{0,100}(?:@[\w.^~<>=*-]{1,60})?$/i;
const PYPI = /^[a-z0-9][\w.-]{0,100}(?:\[[\w,.-]{1,60}\])?(?:(?:==|@)[\w.-]{1,60})?$/i;

export function programOf(words: readonly string[], env: readonly Named[]): Program {
  const [given = '', ...all] = words;
  const isShell = /^cmd(?:\.exe)?$/i.test(path.basename(given)) && /^\/c$/i.test(all[0] ?? '');
  const [program = '', ...args] = isShell ? all.slice(1) : words;
  const name = path.basename(program.replaceAll('\\', '/')).replace(/\.(?:cmd|exe)$/i, '');
  const rest = isShell ? [program, ...args] : words;
  switch (name) {
    case 'npx':
      return npx(args) ?? { kind: 'command', words: rest };
    case 'uvx':
      return uvx(args) ?? { kind: 'command', words: rest };
    case 'docker':
      return dockerRun(rest, args, env);
    default:
      return { kind: 'command', words: rest };
  }
}

function npx(args: readonly string[]): Program | undefined {
  const start = args.findIndex((word) => word !== '-y' && word !== '--yes');
  const spec = args[start];
  if (spec === undefined || !NPM.test(spec)) return undefined;
  const rest = args.slice(start + 1);
  const remote = /^mcp-remote(?:@|$)/.test(spec) ? mcpRemote(rest) : undefined;
  return remote ?? { kind: 'package', spec: `npm:${spec}`, args: rest };
}

function uvx(args: readonly string[]): Program | undefined {
  const [spec, ...rest] = args;
  return spec === undefined || !PYPI.test(spec) ? undefined : { kind: 'package', spec: `pypi:${spec}`, args: rest };
}

/** A bridge to a URL, which needs none here. Undefined when it is told more than the URL and headers. */
function mcpRemote([url, ...rest]: readonly string[]): Program | undefined {
  if (url === undefined || !/^https?:\/\//.test(url)) return undefined;
  const headers: Named[] = [];
  let transport: 'http' | 'sse' = 'http';
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (word === '--header') {
      const header = headerIn(rest[(at += 1)] ?? '');
      if (header === undefined) return undefined;
      headers.push(header);
    } else if (word === '--transport') {
      const way = rest[(at += 1)] ?? '';
      transport = way.startsWith('sse') ? 'sse' : 'http';
    } else if (/^\d{2,5}$/.test(word) && at === 0) {
      // The port of its login: ours has its own.
    } else if (word !== '--debug') return undefined;
  }
  return { kind: 'url', url, transport, headers };
}

/** `Authorization: Bearer TOKEN`. */
function headerIn(text: string): Named | undefined {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0));
  return /^[\w-]{1,128}$/.test(name) ? { name, text: text.slice(colon + 1).trim() } : undefined;
}

/** Flags of `docker run` that say nothing here: containers are interactive and removed in any case. */
const IDLE = new Set(['-i', '--interactive', '-t', '--tty', '-it', '-ti', '--rm', '--init', '--quiet', '-q']);

function dockerRun(words: readonly string[], [verb, ...args]: readonly string[], env: readonly Named[]): Program {
  const stays = (flag: string): Program => ({
    kind: 'command',
    words,
    note: `docker ${flag} stays the command that it is: an image of mcptui has nothing like it`,
  });
  if (verb !== 'run') return { kind: 'command', words };
  const given: Named[] = [];
  let network: 'bridge' | 'none' = 'bridge';
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (!word.startsWith('-')) return { kind: 'image', image: word, args: args.slice(at + 1), env: given, network };
    if (IDLE.has(word)) continue;
    const [flag, joined] = flagOf(word);
    const value = joined ?? args[at + 1] ?? '';
    if (flag === '-e' || flag === '--env') given.push(variable(value, env));
    else if (flag === '--network' || flag === '--net') {
      if (value !== 'bridge' && value !== 'none') return stays(`${flag} ${value}`);
      network = value;
    } else if (flag !== '--name' && flag !== '--pull') return stays(flag);
    if (joined === undefined) at += 1;
  }
  return { kind: 'command', words };
}

/** `--env=A=1`, `-eA=1`. */
function flagOf(word: string): readonly [string, string | undefined] {
  if (word.startsWith('--')) {
    const split = word.indexOf('=');
    return split === -1 ? [word, undefined] : [word.slice(0, split), word.slice(split + 1)];
  }
  return word.length > 2 && word.startsWith('-e') ? ['-e', word.slice(2)] : [word, undefined];
}

function variable(text: string, env: readonly Named[]): Named {
  const split = text.indexOf('=');
  if (split > 0) return { name: text.slice(0, split), text: text.slice(split + 1) };
  return { name: text, text: env.find(({ name }) => name === text)?.text ?? `\${${text}}` };
}
