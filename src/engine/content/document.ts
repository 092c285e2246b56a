/** Contents as documents: front matter and body, as people edit, compare and merge them. Pure. */
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { McptuiError, messageOf } from '../../errors.ts';
import type {
  Content,
  ContentKind,
  PersonalityContent,
  PromptContent,
  SkillContent,
} from '../../store/schema/content.ts';

const FENCE = '---\n';
/** In characters; parsing takes time that agents wait for. */
const MAX_FRONT_MATTER = 16 * 1024;

const require = createRequire(import.meta.url);
let loaded: typeof Yaml | undefined;
/** Loaded at the first document: an engine that starts up for an agent's call needs none. */
function yaml(): typeof Yaml {
  return (loaded ??= require('yaml') as typeof Yaml);
}

/** Ends with a line end; `fromDocument` gives the same content back. */
export function toDocument(kind: ContentKind, content: Content): string {
  switch (kind) {
    case 'prompt': {
      const { summary, priority, link, body } = content as PromptContent;
      const fields = { summary, priority, ...(link === undefined ? {} : { link }) };
      return `${frontMatter(fields)}${body}\n`;
    }
    case 'personality': {
      const { summary, prompts } = content as PersonalityContent;
      return frontMatter({ summary, prompts });
    }
    case 'skill':
      return skillDocument(content as SkillContent);
  }
}

/**
 * The fields of a document, not yet checked by the schema. One without front matter keeps the fields of `base`.
 * @throws McptuiError `invalid` with the line
 */
export function fromDocument(kind: ContentKind, text: string, base?: Content): Readonly<Record<string, unknown>> {
  if (kind === 'skill') return { files: skillFiles(text) };
  const { fields, body } = splitDocument(kind, text);
  if (kind === 'personality') {
    if (fields === undefined) throw noFrontMatter('personality');
    if (body.trim() !== '') {
      throw new McptuiError('invalid', 'a personality has no body: bind prompts under `prompts:` in the front matter');
    }
    return known(kind, fields, ['summary', 'prompts']);
  }
  const { body: _, ...before } = (base as PromptContent | undefined) ?? { body: '' };
  const kept = fields === undefined ? before : known(kind, fields, ['summary', 'priority', 'link']);
  return { ...kept, body: body.endsWith('\n') ? body.slice(0, -1) : body };
}

function frontMatter(fields: object): string {
  return `${FENCE}${yaml().stringify(fields, { lineWidth: 0 })}${FENCE}`;
}

function noFrontMatter(kind: string): McptuiError {
  return new McptuiError('invalid', `a ${kind} begins with front matter between two lines of ---`);
}

interface Split {
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly body: string;
}

/** @throws McptuiError `invalid` */
export function splitDocument(what: string, text: string): Split {
  const found = /^\uFEFF?---[ \t]*\r?\n/.exec(text);
  if (found === null) return { fields: undefined, body: text };
  const rest = text.slice(found[0].length);
  const end = /^---[ \t]*(?:\r?\n|$)/m.exec(rest);
  if (end === null) throw new McptuiError('invalid', `${what}: the front matter has no closing line of ---`);
  const fields = parseYaml(what, rest.slice(0, end.index));
  return { fields, body: rest.slice(end.index + end[0].length) };
}

function parseYaml(what: string, text: string): Readonly<Record<string, unknown>> {
  if (text.length > MAX_FRONT_MATTER) {
    throw new McptuiError('invalid', `${what}: the front matter is over ${MAX_FRONT_MATTER} characters long`);
  }
  let value: unknown;
  try {
    value = yaml().parse(text) ?? {};
  } catch (error) {
    // Not only syntax: an alias too many is another kind of error.
    const at = error instanceof yaml().YAMLParseError ? `, line ${(error.linePos?.[0].line ?? 0) + 1}` : '';
    const why = messageOf(error).split('\n')[0] ?? '';
    throw new McptuiError('invalid', `${what}: front matter${at}: ${why}`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new McptuiError('invalid', `${what}: the front matter is not a list of \`field: value\``);
}

function known(
  kind: string,
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const unknown = Object.keys(fields).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new McptuiError('invalid', `${kind}: front matter has no field ${unknown.join(', ')}`, {
      hint: `fields: ${names.join(', ')}`,
    });
  }
  // An empty field in YAML is null, which means that it was left out.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Files of a skill one after another, each under its own heading. */
function skillDocument({ files }: SkillContent): string {
  return skillPaths(files)
    .map((path) => `=== ${path} ===\n${(files[path] ?? '').replace(/^(?=\\*=== )/gm, '\\')}\n`)
    .join('');
}

/** `SKILL.md` first, the others by name. */
export function skillPaths(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(files).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const rank = (path: string): number => (path === 'SKILL.md' ? 0 : 1);

function skillFiles(text: string): Record<string, string> {
  const files: Record<string, string> = {};
  const parts = text.split(/^=== (.+) ===\r?\n/m);
  if ((parts[0] ?? '').trim() !== '') {
    // A lone SKILL.md is the whole skill.
    if (parts.length === 1) return { 'SKILL.md': text };
    throw new McptuiError('invalid', 'skill: text before the first `=== PATH ===` line');
  }
  for (let i = 1; i < parts.length; i += 2) {
    const path = parts[i] ?? '';
    const body = (parts[i + 1] ?? '').replace(/^\\(?=\\*=== )/gm, '');
    if (Object.hasOwn(files, path)) throw new McptuiError('invalid', `skill: ${path} is there twice`);
    files[path] = body.endsWith('\n') ? body.slice(0, -1) : body;
  }
  return files;
}
