/** Cuts a text as a pipeline says: into pages, or into sections by what it says of itself. Pure; linear. */
import { paginate } from './paginate.ts';
import { sectionsOf } from './sections.ts';
import type { Page } from './types.ts';

export interface CutRequest {
  readonly text: string;
  readonly into: 'pages' | 'sections';
  /** Of a page, at most; of a section about that, where its text allows. */
  readonly tokens: number;
}

/** A text that has no sections is cut into pages. */
export function cutText({ text, into, tokens }: CutRequest): readonly Page[] {
  const sections = into === 'sections' ? sectionsOf(text, tokens).sections : [];
  return sections.length > 0 ? sections : paginate(text, tokens);
}
