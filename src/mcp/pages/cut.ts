/** Cuts a text as a pipeline says: into pages, or into sections by what it says of itself. Pure; linear. */
import { append } from '../../kernel/append.ts';
import { MAX_TITLE } from '../../kernel/markdown-lines.ts';
import { cutAtWord } from '../../kernel/one-line.ts';
import { paginate } from './paginate.ts';
import { sectionsOf } from './sections.ts';
import type { Page } from './types.ts';

export interface CutRequest {
  readonly text: string;
  readonly into: 'pages' | 'sections';
  /** Of a page, at most. */
  readonly tokens: number;
}

/** A text that has no sections is cut into pages, and so is a section that is longer than one: `Setup (2 of 3)`. */
export function cutText({ text, into, tokens }: CutRequest): readonly Page[] {
  const sections = into === 'sections' ? sectionsOf(text, tokens).sections : [];
  if (sections.length === 0) return paginate(text, tokens);
  const pages: Page[] = [];
  for (const section of sections) append(pages, pagesOf(section, text, tokens));
  return pages;
}

function pagesOf({ title, from, to, tokens: own }: Page, text: string, tokens: number): readonly Page[] {
  if (own <= tokens) return [{ title, from, to, tokens: own }];
  const parts = paginate(text.slice(from, to), tokens);
  return parts.map((part, at) => {
    const which = ` (${at + 1} of ${parts.length})`;
    const name = parts.length === 1 ? title : cutAtWord(title, MAX_TITLE - which.length) + which;
    return { title: name, from: from + part.from, to: from + part.to, tokens: part.tokens };
  });
}
