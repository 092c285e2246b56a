/** Tells what a prompt is about, in a line and by chapters: in its own words, in those of a model, else by rules. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Prompt } from '../../store/schema/content.ts';
import type { Digest } from '../../store/schema/digest.ts';
import { chaptersOf, summaryLine, type Chapter } from './summary.ts';

/** Where a summary is from: the front matter, a model, or the first sentence of the text. */
export type SummarySource = 'own' | 'model' | 'rules';

export interface SummaryLine {
  /** Its own one whole; another `MAX_SUMMARY` characters at most, and "" of a text without a word. */
  readonly summary: string;
  readonly by: SummarySource;
}

export interface PromptSummary extends SummaryLine {
  /** Of its own body: a link is read live, and has chapters of its own. */
  readonly chapters: readonly Chapter[];
}

/** Of so many contents by their hash; they are a few hundred bytes each. */
const MAX_KNOWN = 16_384;
const lines = new BoundedMap<string, string>(MAX_KNOWN);
const chapters = new BoundedMap<string, readonly Chapter[]>(MAX_KNOWN);

type Content = Pick<Prompt, 'content' | 'current'>;
/** What a model has made of the content. */
type Made = Pick<Digest, 'summary' | 'chapters'> | undefined;

export function summaryOf(prompt: Content, made?: Made): PromptSummary {
  return { ...lineOf(prompt, made), chapters: made?.chapters ?? byHeadings(prompt) };
}

/** Its summary alone. */
export function lineOf({ content, current }: Content, made?: Made): SummaryLine {
  if (content.summary !== '') return { summary: content.summary, by: 'own' };
  if (made?.summary !== undefined) return { summary: made.summary, by: 'model' };
  let line = lines.get(current.hash);
  if (line === undefined) lines.set(current.hash, (line = summaryLine(content.body)));
  return { summary: line, by: 'rules' };
}

function byHeadings({ content, current }: Content): readonly Chapter[] {
  let found = chapters.get(current.hash);
  if (found === undefined) chapters.set(current.hash, (found = chaptersOf(content.body)));
  return found;
}
