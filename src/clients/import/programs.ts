/** Recognises how clients start servers: packages by npx and uvx, images by docker run, remote servers by mcp-remote. Pure. */
import path from 'node:path';
import { dockerRun, type DockerImage } from './docker-run.ts';
import type { Named } from './foreign.ts';

export type Program =
  | { readonly kind: 'command'; readonly words: readonly string[]; readonly note?: string }
  | { readonly kind: 'package'; readonly spec: string; readonly args: readonly string[] }
  | DockerImage
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
    case 'docker': {
      const read = dockerRun(args, env);
      if (typeof read === 'object') return read;
      return { kind: 'command', words: rest, ...(read === undefined ? {} : { note: read }) };
    }
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
