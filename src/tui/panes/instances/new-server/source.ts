/** Reads what a typed line runs: which kind of source it is, and what a server of it may be called. Pure. */
import { nearestServerName } from '../../../../kernel/server-name.ts';
import { parseUrl } from '../../../../kernel/url.ts';

export const sourceKinds = ['package', 'command', 'image', 'url'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** As the schema takes one, with a tag or with a folder that is none of this machine: `gitea/mcp`. */
const isImage = (word: string): boolean => /^[a-z0-9][\w./:@-]{0,254}$/.test(word) && /[:/]/.test(word);
/** What they run is the word after them that is no flag. */
const RUNNERS = new Set('npx bunx pnpx uvx node python python3 deno bun uv pipx env'.split(' '));
/** Words that say no more than that it is a server, or a file of a program. */
const EMPTY_WORDS = new Set(
  'mcp server servers modelcontextprotocol latest www api run exec index main dist build src lib bin out cli node modules'.split(
    ' ',
  ),
);

/** The kind that the first word is most likely of. */
export function guessedKind([first = '']: readonly string[]): SourceKind {
  if (/^(?:npm|pypi):/.test(first)) return 'package';
  if (/^https?:\/\//i.test(first)) return 'url';
  return isImage(first) ? 'image' : 'command';
}

/** Of what runs, without what every server has in its name; `taken` are names of others. Undefined when nothing is left. */
export function proposedName(words: readonly string[], taken: ReadonlySet<string>): string | undefined {
  const whole = runs(words);
  const found = nearestServerName(telling(whole)) ?? nearestServerName(whole);
  if (found === undefined || !taken.has(found)) return found;
  for (let number = 2; number < 100; number += 1) {
    const next = nearestServerName(`${found.slice(0, 28)}-${number}`);
    if (next !== undefined && !taken.has(next)) return next;
  }
  return undefined;
}

/** The part that names it: a package, the host of a URL, an image's or a program's name. */
function runs(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  const url = guessedKind(words) === 'url' ? parseUrl(first) : undefined;
  if (url !== undefined) {
    const isAddress = /^[\d.]+$/.test(url.hostname) || url.hostname.includes(':') || url.hostname === 'localhost';
    return isAddress ? 'remote' : url.hostname.split('.').slice(0, -1).join('-');
  }
  const ran = ranBy(baseName(first), rest) ?? first;
  return /^[./~]/.test(ran) ? fileName(ran) : withoutVersion(ran.replace(/^(?:npm|pypi):/, ''));
}

/** What a runner runs: its image, or the first word that is no flag; undefined for any other program. */
function ranBy(program: string, rest: readonly string[]): string | undefined {
  if (program === 'docker' || program === 'podman') return rest.findLast(isImage);
  return RUNNERS.has(program) ? rest.find((word) => !word.startsWith('-') && !EMPTY_WORDS.has(word)) : undefined;
}

/** `/opt/server-files/dist/index.js` → `server-files`: the last part of the path that tells something. */
function fileName(path: string): string {
  const parts = path
    .split('/')
    .map(bare)
    .filter((part) => part !== '' && !part.startsWith('@'));
  return parts.findLast((part) => telling(part) !== '') ?? parts.at(-1) ?? '';
}

function bare(part: string): string {
  return part.replace(/\.(?:[cm]?[jt]s|py|sh)$/, '');
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

/** `@scope/server-files@1.2` → `scope/server-files`, `mcp-server-time==1.0` → `mcp-server-time`. */
function withoutVersion(spec: string): string {
  const [whole = ''] = spec.replace(/^@/, '').split(/[@=<>~[]/, 1);
  const at = whole.lastIndexOf('/');
  const name = bare(whole.slice(at + 1).replace(/:[\w.-]{0,128}$/, ''));
  const scope = whole.slice(0, Math.max(0, at));
  return telling(name) === '' ? `${baseName(scope)}-${name}` : name;
}

/** Without the words that are in every name; empty when nothing else is there. */
function telling(name: string): string {
  const parts = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
  return parts.filter((part) => !EMPTY_WORDS.has(part)).join('-');
}
