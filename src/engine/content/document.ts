/** Writes contents as documents, and reads them back: front matter and body, as people edit, compare and merge them. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import type {
  Content,
  ContentKind,
  PersonalityContent,
  PromptContent,
  SkillContent,
} from '../../store/schema/content.ts';
import { withTags } from './tags.ts';
import { splitFrontMatter, strictFields, yaml } from './front-matter.ts';
import { skillDocument, skillFrom } from './skill-document.ts';

const FENCE = '---\n';

export const PROMPT_FIELDS = ['summary', 'tags', 'priority', 'link', 'stale', 'read', 'arguments', 'foreign'] as const;

/** Ends with a line end; `fromDocument` gives the same content back. */
export function toDocument(kind: ContentKind, content: Content): string {
  switch (kind) {
    case 'prompt': {
      const { body, ...fields } = content as PromptContent;
      const inOrder = PROMPT_FIELDS.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]);
      return `${frontMatter(Object.fromEntries(inOrder))}${body}\n`;
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
  if (kind === 'skill') return { ...skillFrom(text, base as SkillContent | undefined) };
  const { fields, body } = splitDocument(kind, text);
  if (kind === 'personality') {
    if (fields === undefined) throw noFrontMatter('personality');
    if (body.trim() !== '') {
      throw new McptuiError('invalid', 'a personality has no body: bind prompts under `prompts:` in the front matter');
    }
    return known(kind, fields, ['summary', 'prompts']);
  }
  const { body: _, ...before } = (base as PromptContent | undefined) ?? { body: '' };
  const kept = fields === undefined ? before : withTags(known(kind, fields, PROMPT_FIELDS));
  return { ...kept, body: body.endsWith('\n') ? body.slice(0, -1) : body };
}

function frontMatter(fields: object): string {
  return `${FENCE}${yaml().stringify(fields, { lineWidth: 0 })}${FENCE}`;
}

function noFrontMatter(kind: string): McptuiError {
  return new McptuiError('invalid', `a ${kind} begins with front matter between two lines of ---`);
}

/** @throws McptuiError `invalid` */
export function splitDocument(
  what: string,
  text: string,
): { readonly fields: Readonly<Record<string, unknown>> | undefined; readonly body: string } {
  const split = splitFrontMatter(what, text);
  if (split === undefined) return { fields: undefined, body: text };
  return { fields: strictFields(what, split.head), body: split.body };
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
