/** Treats the three kinds with revisions as one: where their rows are, what they have in common, how a content is checked. */
import { McptuiError } from '../../kernel/errors.ts';
import {
  personalityContentSchema,
  promptContentSchema,
  skillContentSchema,
  type Content,
  type ContentKind,
  type Current,
  type Prompt,
} from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import { linksOf, parseResourceLink } from '../../store/schema/link.ts';
import type { CollectionReader, CollectionWriter, Database, Transaction, Versioned } from '../../store/types.ts';
import { toDocument } from './document.ts';
import { faultsOf } from './faults.ts';
import { findByRef, type Place } from './refs.ts';
import { asRead, joinTexts, type Template } from './template.ts';
import { skillFrontMatter } from './skill.ts';

/** A row of any kind. A personality's scope is its agent. */
export interface ContentRow extends Place {
  readonly id: string;
  readonly name: string;
  readonly current: Current;
  readonly content: Content;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export const collectionOf = {
  prompt: 'prompts',
  personality: 'personalities',
  skill: 'skills',
} as const satisfies Record<ContentKind, keyof Shape>;

const schemas = { prompt: promptContentSchema, personality: personalityContentSchema, skill: skillContentSchema };

type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

/** Personalities carry no scope on disk: it follows from the kind. */
function asRow(kind: ContentKind, row: Versioned<{ readonly id: string }>): ContentRow {
  const known = row as unknown as ContentRow;
  return kind === 'personality' ? { ...known, scope: 'agent' } : known;
}

export function rowsOf(from: Reads, kind: ContentKind): readonly ContentRow[] {
  const reader = from.collection(collectionOf[kind]) as CollectionReader<{ readonly id: string }>;
  const rows = reader.all();
  return kind === 'personality' ? rows.map((row) => asRow(kind, row)) : (rows as unknown as readonly ContentRow[]);
}

/** @throws McptuiError `not-found`, `invalid` when several have the name */
export function rowNamed(from: Reads, kind: ContentKind, ref: string): ContentRow {
  return findByRef(kind, rowsOf(from, kind), ref);
}

export function rowById(from: Reads, kind: ContentKind, id: string | undefined): ContentRow | undefined {
  if (id === undefined) return undefined;
  const reader = from.collection(collectionOf[kind]) as CollectionReader<{ readonly id: string }>;
  const row = reader.find(id);
  return row === undefined ? undefined : asRow(kind, row);
}

/** Inserts, or replaces what the transaction sees under the same id. */
export function writeRow(tx: Transaction<Shape>, kind: ContentKind, row: ContentRow): void {
  const writer = tx.collection(collectionOf[kind]) as unknown as CollectionWriter<{ readonly id: string }>;
  const { scope, project, ...rest } = row;
  const stored = kind === 'personality' ? rest : { ...rest, scope, ...(project === undefined ? {} : { project }) };
  const before = writer.find(row.id);
  if (before === undefined) writer.insert(withoutVersion(stored));
  else writer.replace({ ...withoutVersion(stored), version: before.version });
}

function withoutVersion<T extends object>(row: T): T {
  const { version: _, ...rest } = row as T & { readonly version?: number };
  return rest as T;
}

export function deleteRow(tx: Transaction<Shape>, kind: ContentKind, id: string): void {
  (tx.collection(collectionOf[kind]) as unknown as CollectionWriter<{ readonly id: string }>).delete(id);
}

/** A content as its schema leaves it. @throws McptuiError `invalid` naming the resource and every field at fault */
export function checkContent(kind: ContentKind, name: string, content: unknown): Content {
  const result = schemas[kind].safeParse(content);
  if (!result.success) {
    throw new McptuiError('invalid', `${kind} ${name}: ${faultsOf(result.error, 'content')}`);
  }
  const checked: Content = result.data;
  // @throws for one that agents could not choose by its description.
  if ('files' in checked) skillFrontMatter(checked);
  return checked;
}

/** What is written to be read: a prompt's body, a skill's files, the document of a personality. */
export function plainText(kind: ContentKind, content: Content): string {
  return 'body' in content ? content.body : toDocument(kind, content);
}

/** What is read of prompts for a prompt, in order: the linked ones, then its own. A broken link gives nothing. */
export function promptTemplates(prompts: readonly Prompt[], { content }: Prompt): readonly Template[] {
  const linked = linksOf(content).flatMap((link) => linkTarget(prompts, link)?.content ?? []);
  return linked.length > 0 && content.body.trim() === '' ? linked : [...linked, content];
}

/** Effective text of a prompt, with its variables and without linked resources. */
export function promptText(prompts: readonly Prompt[], prompt: Prompt): string {
  return joinTexts(promptTemplates(prompts, prompt).map(asRead));
}

/** The prompt that a link names; undefined when there is none, and for a resource. */
export function linkTarget(prompts: readonly Prompt[], link: string): Prompt | undefined {
  if (parseResourceLink(link) !== undefined) return undefined;
  try {
    return findByRef('prompt', prompts, link);
  } catch {
    return undefined;
  }
}
