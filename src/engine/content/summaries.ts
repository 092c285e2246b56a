/** Tells what a prompt is about, in a line and by chapters: made once for each content, in its own words where it has some. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Prompt } from '../../store/schema/content.ts';
import { chaptersOf, summaryLine, type Chapter } from './summary.ts';

export interface PromptSummary {
  /** Its own one of the front matter, whole; else made of its text, `MAX_SUMMARY` characters at most. */
  readonly summary: string;
  readonly by: 'author' | 'rules';
  /** Of its own body: a link is read live, and has chapters of its own. */
  readonly chapters: readonly Chapter[];
}

/** Of so many contents by their hash; they are a few hundred bytes each. */
const MAX_KNOWN = 16_384;
const lines = new BoundedMap<string, string>(MAX_KNOWN);
const chapters = new BoundedMap<string, readonly Chapter[]>(MAX_KNOWN);

type Content = Pick<Prompt, 'content' | 'current'>;

export function summaryOf({ content, current }: Content): PromptSummary {
  let found = chapters.get(current.hash);
  if (found === undefined) chapters.set(current.hash, (found = chaptersOf(content.body)));
  const isOwn = content.summary !== '';
  return { summary: lineOf({ content, current }), by: isOwn ? 'author' : 'rules', chapters: found };
}

/** Its summary alone. */
export function lineOf({ content, current }: Content): string {
  if (content.summary !== '') return content.summary;
  let line = lines.get(current.hash);
  if (line === undefined) lines.set(current.hash, (line = summaryLine(content.body)));
  return line;
}
