/** Divides a long text into sections by what it says of itself: the headings of Markdown, the elements of JSON. Pure; linear. */
import { append } from '../../kernel/append.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import { cutAtWord } from '../../kernel/one-line.ts';
import { fewerHeadings, headingsOf, MAX_TITLE, type Heading } from '../../kernel/markdown-lines.ts';
import { pathOf, pathsOf } from './json-path.ts';
import { scanJson, type Step } from './json-scan.ts';
import type { Section, TextShape } from './types.ts';

export interface Sections {
  readonly shape: TextShape;
  /** In order; joined they are the text. None of a plain one, which has pages only. */
  readonly sections: readonly Section[];
}

/** More make an index that is as long as a page. */
export const MAX_SECTIONS = 256;
/** What comes before the first heading. */
const BEFORE = 'Introduction';

/** `targetTokens`: members of JSON are gathered up to about that, and divided when they are larger. */
export function sectionsOf(text: string, targetTokens: number): Sections {
  const ofJson = jsonSections(text, targetTokens);
  const found = ofJson ?? headingSections(text);
  const sections = found.map((one): Section => ({ ...one, tokens: tokensOf(text.slice(one.from, one.to)) }));
  return { shape: ofJson !== undefined ? 'json' : sections.length === 0 ? 'plain' : 'markdown', sections };
}

/** A section before its tokens are counted. */
type Found = Omit<Section, 'tokens'>;

function headingSections(text: string): readonly Found[] {
  const all = headingsOf(text);
  const [first] = all;
  if (first === undefined) return [];
  const headings = fewerHeadings(all, MAX_SECTIONS - 1);
  const hasBefore = text.slice(0, first.offset).trim() !== '';
  const above: Heading[] = [];
  const sections = headings.map((heading, at): Found => {
    while ((above.at(-1)?.level ?? 0) >= heading.level) above.pop();
    above.push(heading);
    const from = at === 0 && !hasBefore ? 0 : heading.offset;
    const to = headings[at + 1]?.offset ?? text.length;
    return { title: titleBelow(above), depth: above.length, from, to };
  });
  return hasBefore ? [{ title: BEFORE, depth: 1, from: 0, to: first.offset }, ...sections] : sections;
}

/** `Setup / Docker`; where it is too long the outer ones go. */
function titleBelow(above: readonly Heading[]): string {
  const titles = above.map(({ title }) => title);
  for (let at = 0; at < titles.length; at += 1) {
    const path = titles.slice(at).join(' / ');
    if (path.length + (at === 0 ? 0 : 4) <= MAX_TITLE) return at === 0 ? path : `… / ${path}`;
  }
  return cutAtWord(titles.at(-1) ?? '', MAX_TITLE);
}

/** One token of JSON is about as many characters; a section that is too long has pages. */
const CHARACTERS_A_TOKEN = 3;

/** A section that may still grow. */
interface Growing {
  readonly first: string;
  last: readonly Step[];
  readonly depth: number;
  readonly from: number;
  to: number;
}

function jsonSections(text: string, targetTokens: number): readonly Found[] | undefined {
  if (!/^\s{0,64}[[{]/.test(text)) return undefined;
  const target = Math.max(targetTokens * CHARACTERS_A_TOKEN, (2 * text.length) / MAX_SECTIONS);
  /** By depth: where the open element begins, and the sections in it. */
  const begins: number[] = [0];
  const inside: Growing[][] = [[]];
  const isJson = scanJson(text, {
    begins: (at, { length }) => {
      begins[length] = at;
      inside[length] = [];
    },
    ends: (at, steps) => {
      const depth = steps.length;
      if (depth === 0) return;
      const siblings = inside[depth - 1] ?? [];
      const from = begins[depth] ?? 0;
      const own = inside[depth] ?? [];
      const before = siblings.at(-1);
      if (at - from > target && own.length > 1) append(siblings, own);
      else if (before !== undefined && before.depth === depth && at - before.from <= target) {
        before.last = steps.slice();
        before.to = at;
      } else {
        const last = steps.slice();
        siblings.push({ first: pathOf(steps), last, depth, from, to: at });
      }
    },
  });
  const grown = inside[0] ?? [];
  if (!isJson || grown.length === 0) return undefined;
  return grown.map(({ first, last, depth }, at) => ({
    title: pathsOf(first, pathOf(last)),
    depth,
    from: at === 0 ? 0 : (grown[at]?.from ?? 0),
    to: grown[at + 1]?.from ?? text.length,
  }));
}
