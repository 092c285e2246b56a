/** Finds where a text may be cut between two pages, and how well: at a heading, a paragraph, a line, an element of JSON. Pure. */
import { markdownLines, MAX_TITLE, type Heading, type LineKind } from '../../kernel/markdown-lines.ts';
import { cutAtWord } from '../../kernel/one-line.ts';
import { pathOf, pathsOf } from './json-path.ts';
import { scanJson, type Step } from './json-scan.ts';
import type { Span, TextShape } from './types.ts';

export interface Borders {
  readonly shape: TextShape;
  /** Ascending, each inside the text. */
  readonly offsets: readonly number[];
  /** Of each offset: higher is better. */
  readonly ranks: readonly number[];
  /** Titles of the pages that begin at 0 and at the given offsets; undefined where nothing is better than a number. */
  readonly titles: (pages: readonly Span[]) => readonly (string | undefined)[];
}

const HEADING = 20;
const PARAGRAPH = 8;
const LINE = 4;
const CODE_LINE = 2;

export function bordersOf(text: string): Borders {
  return jsonBorders(text) ?? lineBorders(text);
}

/** An outer element is a better place than an inner one. */
function jsonBorders(text: string): Borders | undefined {
  if (!/^\s{0,64}[[{]/.test(text)) return undefined;
  const offsets: number[] = [];
  const ranks: number[] = [];
  const isJson = scanJson(text, {
    begins: (at, { length }) => {
      // The first element of a container stays with what opens it.
      if (at === 0 || at === offsets.at(-1)) return;
      offsets.push(at);
      ranks.push(Math.max(1, HEADING - length));
    },
  });
  if (!isJson) return undefined;
  return { shape: 'json', offsets, ranks, titles: (pages) => jsonTitles(text, pages) };
}

/** Levels of which a title may tell. */
const TITLE_DEPTH = 4;

interface Begun {
  readonly first: readonly Step[];
  last: readonly Step[];
}

/** The first and the last element that begin on a page, of the outermost level of which there are two. */
function jsonTitles(text: string, pages: readonly Span[]): readonly (string | undefined)[] {
  const begun: (Begun | undefined)[][] = pages.map(() => []);
  let page = 0;
  scanJson(text, {
    begins: (at, steps) => {
      while (page < pages.length - 1 && at >= (pages[page]?.to ?? 0)) page += 1;
      if (steps.length > TITLE_DEPTH) return;
      const levels = begun[page] ?? [];
      const known = levels[steps.length];
      const own = steps.slice();
      if (known === undefined) levels[steps.length] = { first: own, last: own };
      else known.last = own;
    },
  });
  return begun.map((levels) => {
    const known = levels.filter((level) => level !== undefined);
    const level = known.find(({ first, last }) => first !== last) ?? known[0];
    return level === undefined ? undefined : pathsOf(pathOf(level.first), pathOf(level.last));
  });
}

function lineBorders(text: string): Borders {
  const offsets: number[] = [];
  const ranks: number[] = [];
  const headings: Heading[] = [];
  let before: LineKind = 'blank';
  let number = 0;
  for (const { kind, start, heading } of markdownLines(text)) {
    number += 1;
    if (heading !== undefined) headings.push({ ...heading, line: number, offset: start });
    if (start > 0) {
      offsets.push(start);
      if (heading !== undefined) ranks.push(HEADING - heading.level);
      // What follows a heading stays with it; so does a blank line with what it ends.
      else if (before === 'heading' || kind === 'blank') ranks.push(1);
      else if (kind === 'code' && before === 'code') ranks.push(CODE_LINE);
      else ranks.push(before === 'blank' ? PARAGRAPH : LINE);
    }
    if (kind !== 'blank' || before !== 'heading') before = kind;
  }
  const shape = headings.length === 0 ? 'plain' : 'markdown';
  return { shape, offsets, ranks, titles: (pages) => headingTitles(text, headings, pages) };
}

/** The heading that a page begins with, else the one that it goes on under, else the first one on it. */
function headingTitles(
  text: string,
  headings: readonly Heading[],
  pages: readonly Span[],
): readonly (string | undefined)[] {
  let next = 0;
  let current: Heading | undefined;
  return pages.map(({ from, to }) => {
    const first = headings[next];
    const begins = first !== undefined && first.offset < to && text.slice(from, first.offset).trim() === '';
    const before = current;
    for (; next < headings.length && (headings[next]?.offset ?? to) < to; next += 1) current = headings[next];
    if (begins) return first.title;
    if (before !== undefined) return cutAtWord(before.title, MAX_TITLE - CONTINUED.length) + CONTINUED;
    return first !== undefined && first.offset < to ? first.title : undefined;
  });
}

const CONTINUED = ' (continued)';
