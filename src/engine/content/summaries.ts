/** Tells what a prompt is about, in a line and by chapters: made once for each content, in its own words where it has some. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Prompt } from '../../store/schema/content.ts';
import { summarise, type Chapter, type Summary } from './summary.ts';

export interface PromptSummary {
  /** Its own one of the front matter, whole; else made of its text, `MAX_SUMMARY` characters at most. */
  readonly summary: string;
  readonly by: 'author' | 'rules';
  /** Of its own body: a link is read live, and has chapters of its own. */
  readonly chapters: readonly Chapter[];
}

/** Of so many contents; they are a few hundred bytes each. */
const made = new BoundedMap<string, Summary>(16_384);

export function summaryOf({ content, current }: Pick<Prompt, 'content' | 'current'>): PromptSummary {
  let known = made.get(current.hash);
  if (known === undefined) made.set(current.hash, (known = summarise(content.body)));
  const { summary, chapters } = known;
  return content.summary === ''
    ? { summary, by: 'rules', chapters }
    : { summary: content.summary, by: 'author', chapters };
}
