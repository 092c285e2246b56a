/** Shows a definition as people may see it: what was given for it stays inside, and so does what only looks like a secret. Pure. */
import { parseUrl, shownUrl } from '../../kernel/url.ts';
import type { Server, Source } from '../../store/schema/server.ts';
import { MASKED } from '../audit/masked-arguments.ts';
import { namesSecret } from '../../kernel/secret-names.ts';
import { mapRefs } from '../secrets/references.ts';

const SET = '(set)';

/** Values of env and headers, what of a URL may be a secret, and arguments that are named like one. */
export function shownSpec<T extends Server>(server: T): T {
  return { ...server, env: server.env.map(shownEntry), source: shownSource(server.source) };
}

export function shownSource(source: Source): Source {
  if (source.kind !== 'url') return shownProgram(source);
  return { ...source, url: shownTemplate(source.url), headers: source.headers.map(shownEntry) };
}

export function shownProgram(source: Exclude<Source, { kind: 'url' }>): Exclude<Source, { kind: 'url' }> {
  switch (source.kind) {
    case 'image':
    case 'command':
      return { ...source, command: shownArguments(source.command) };
    case 'package':
      return { ...source, package: shownPackage(source.package), args: shownArguments(source.args) };
  }
}

/** What is run, as one would write it. */
export function shownWords(source: Source): readonly string[] {
  const shown = shownSource(source);
  switch (shown.kind) {
    case 'image':
      return [shown.image, ...shown.command];
    case 'package':
      return [shown.package, ...shown.args];
    case 'command':
      return shown.command;
    case 'url':
      return [shown.url];
  }
}

/** An entry without what was given for it. */
export function shownEntry<T extends { readonly name: string; readonly value?: string; readonly template?: string }>(
  entry: T,
): T {
  if (entry.template !== undefined) return { ...entry, template: SET };
  return entry.value === undefined || entry.value === '' ? entry : { ...entry, value: SET };
}

/** A URL with its references as they stand: they are no secrets, and tell where those are. */
export function shownTemplate(text: string): string {
  const references: string[] = [];
  const tokenOf = (index: number): string => `mcptuiref${index}x`;
  const bare = mapRefs(text, 'url', (reference) => tokenOf(references.push(reference) - 1));
  const url = parseUrl(bare);
  if (url === undefined) return '…';
  const isToken = (part: string): boolean => references.some((_, index) => part === tokenOf(index));
  const query = [...url.searchParams].flatMap(([key, value]) =>
    isToken(value) && /^[\w.-]{1,40}$/.test(key) ? [`${key}=${value}`] : [],
  );
  const shown = `${shownUrl(url, isToken)}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  return references.reduce((sum, reference, index) => sum.replace(tokenOf(index), () => reference), shown);
}

/** Arguments as people may see them: without what is named like a secret, and without what URLs hide. */
export function shownArguments(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const before = args[index - 1];
    const flag = before === undefined ? undefined : flagOf(before);
    // The value of the flag before it, unless that had one of its own.
    if (flag !== undefined && !before?.includes('=') && namesSecret(flag) && !arg.startsWith('-')) return MASKED;
    return shownArgument(arg);
  });
}

/** A repository's URL may hold a token. */
function shownPackage(spec: string): string {
  const split = spec.indexOf(':') + 1;
  return `${spec.slice(0, split)}${shownArgument(spec.slice(split))}`;
}

function shownArgument(arg: string): string {
  const url = /^[a-z][a-z0-9+.-]{0,20}:\/\//i.test(arg) ? parseUrl(arg) : undefined;
  if (url !== undefined) return shownParts(url, arg);
  // A header, as tools take it: `Authorization: Bearer …`.
  const [, header] = /^([A-Za-z][\w-]{0,60}): ?[^ ]/.exec(arg) ?? [];
  if (header !== undefined && namesSecret(header)) return `${header}: ${MASKED}`;
  const split = arg.indexOf('=');
  if (split < 1) return arg;
  const name = arg.slice(0, split);
  const value = arg.slice(split + 1);
  if (namesSecret(name) && value !== '') return `${name}=${MASKED}`;
  return `${name}=${shownArgument(value)}`;
}

/** The path in an argument says what the server is to look at: only certain secrets are left out. */
function shownParts(url: URL, text: string): string {
  const isSecret = [...url.searchParams.keys()].some(namesSecret);
  if (url.username === '' && url.password === '' && !isSecret) return text;
  const query = [...url.searchParams].map(([key, value]) => `${key}=${namesSecret(key) ? MASKED : value}`);
  const user = url.username === '' && url.password === '' ? '' : '…@';
  return `${url.protocol}//${user}${url.host}${url.pathname}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

function flagOf(arg: string): string | undefined {
  return /^--?[A-Za-z][\w-]{0,60}$/.test(arg) ? arg : undefined;
}
