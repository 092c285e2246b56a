/** Tells in words what an agent was shown: of a result as it was sent, what a person wants to read of it. Pure. */
import { parseForeign } from '../kernel/foreign.ts';
import type { SeenItem } from '../engine/index.ts';

/** A line of foreign text that is not cleaned yet. */
export interface SeenLine {
  readonly text: string;
  /** It names what follows. */
  readonly isHead?: boolean;
}

const LISTS = { tools: 'tools', prompts: 'prompts', resources: 'resources', templates: 'resourceTemplates' } as const;

/** `tools`, `prompt rules`. */
export function seenName({ what, name }: Pick<SeenItem, 'what' | 'name'>): string {
  return name === undefined ? what : `${what} ${name}`;
}

/** Why it cannot be shown; undefined when it can. */
export function missingWords({ missing }: SeenItem): string | undefined {
  if (missing === 'gone') return 'no longer kept: only that it was shown, and its hash';
  if (missing === 'too-long') return 'too long to be kept: only that it was shown';
  return missing === 'too-much' ? 'too much beside the others: ask for it alone' : undefined;
}

/** The text of an item; nothing where it has none. */
export function seenLines({ what, text }: SeenItem): readonly SeenLine[] {
  if (text === undefined) return [];
  const result = mapOf(parsed(text));
  if (result === undefined) return linesOf(text);
  if (what === 'instructions') return linesOf(wordOf(result['instructions']) ?? '(no instructions)');
  if (what === 'prompt') return promptLines(result);
  if (what === 'begin_session') return textsIn(result['content']);
  if (what === 'read') return textsIn(result['contents']);
  const items = result[LISTS[what]];
  const list: readonly unknown[] = Array.isArray(items) ? items : [];
  return list.length === 0 ? [{ text: '(none)' }] : list.flatMap(itemLines);
}

/** Of the blocks of an answer. */
function textsIn(blocks: unknown): readonly SeenLine[] {
  const list: readonly unknown[] = Array.isArray(blocks) ? blocks : [];
  return list.flatMap((block) => linesOf(wordOf(mapOf(block)?.['text']) ?? JSON.stringify(block)));
}

function promptLines(result: Record<string, unknown>): readonly SeenLine[] {
  const messages: readonly unknown[] = Array.isArray(result['messages']) ? result['messages'] : [];
  return messages.flatMap((message) => {
    const content = mapOf(mapOf(message)?.['content']);
    const text = wordOf(content?.['text']) ?? JSON.stringify(content);
    return [{ text: wordOf(mapOf(message)?.['role']) ?? '?', isHead: true }, ...linesOf(text)];
  });
}

function itemLines(item: unknown): readonly SeenLine[] {
  const { name, uri, uriTemplate, description, ...rest } = mapOf(item) ?? {};
  const head = wordOf(uri) ?? wordOf(uriTemplate) ?? wordOf(name) ?? '?';
  const called = head === name || name === undefined ? [] : [['name', name] as const];
  const others = [...called, ...Object.entries(rest)].map(([key, value]) => ({
    text: `  ${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  }));
  const about = wordOf(description);
  const described = about === undefined ? [] : linesOf(about).map((line) => ({ text: `  ${line.text}` }));
  return [{ text: head, isHead: true }, ...described, ...others];
}

function linesOf(text: string): readonly SeenLine[] {
  return text.split(/\r\n|\r|\n/).map((line) => ({ text: line }));
}

function parsed(text: string): unknown {
  try {
    return parseForeign(text);
  } catch {
    return undefined;
  }
}

function mapOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
