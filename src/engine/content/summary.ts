/** Makes a line of summary and a list of chapters of a text by rules: its first sentence of prose, and its headings. Pure; linear. */
import {
  fewerHeadings,
  headingsOf,
  markdownLines,
  type LineKind,
  type MarkdownLine,
} from '../../kernel/markdown-lines.ts';
import { cutAtWord, plainLine } from '../../kernel/one-line.ts';

/** Characters of a summary. */
export const MAX_SUMMARY = 200;
export const MAX_CHAPTERS = 64;

/** Lines of a text under one title; from 1, both inclusive. */
export interface Chapter {
  /** 1 to `MAX_TITLE` characters, one clean line. */
  readonly title: string;
  readonly from: number;
  readonly to: number;
}

/** What comes before the first heading is a chapter of this name. */
const BEFORE = 'Introduction';

/** In order, none overlapping: all lines of the text, or none of a text without headings. */
export function chaptersOf(text: string): readonly Chapter[] {
  const all = headingsOf(text);
  const [first] = all;
  if (first === undefined) return [];
  const hasBefore = text.slice(0, first.offset).trim() !== '';
  const headings = fewerHeadings(all, MAX_CHAPTERS - 1);
  const starts = [
    ...(hasBefore ? [{ title: BEFORE, line: 1 }] : []),
    ...headings.map(({ title, line }, index) => ({ title, line: index === 0 && !hasBefore ? 1 : line })),
  ];
  const last = lineCount(text);
  return starts.map(({ title, line }, index) => ({ title, from: line, to: (starts[index + 1]?.line ?? last + 1) - 1 }));
}

/** Text of a chapter, with the line ends that it has. */
export function chapterText(text: string, { from, to }: Chapter): string {
  let start = 0;
  for (let line = 1; line < from && start < text.length; line += 1) start = lineEnd(text, start);
  let end = start;
  for (let line = from; line <= to && end < text.length; line += 1) end = lineEnd(text, end);
  return text.slice(start, end);
}

function lineEnd(text: string, start: number): number {
  const found = text.indexOf('\n', start);
  return found < 0 ? text.length : found + 1;
}

/** A line end at the text's end begins no further line. */
function lineCount(text: string): number {
  let lines = 0;
  for (let start = 0; start < text.length; start = lineEnd(text, start)) lines += 1;
  return Math.max(1, lines);
}

/** Kinds of lines in the order in which a summary is looked for. */
const SOURCES: readonly LineKind[] = ['prose', 'list', 'quote', 'heading', 'table', 'code', 'other'];
/** Characters of a paragraph in which its first sentence is looked for. */
const LOOKED_AT = 2_000;

/** One clean line of at most `MAX_SUMMARY` characters, read from the first paragraph; "" of a text without a word. */
export function summaryLine(text: string): string {
  const found = new Map<LineKind, string>();
  let before: LineKind = 'blank';
  for (const line of markdownLines(text)) {
    const { kind } = line;
    const known = found.get(kind);
    if (known === undefined || (kind === 'prose' && before === 'prose' && known.length < LOOKED_AT)) {
      const words = wordsOf(text, line);
      // A line that is only a picture or a badge says nothing.
      if (words !== '') found.set(kind, known === undefined ? words : `${known} ${words}`);
    } else if (found.has('prose')) break;
    before = kind;
  }
  for (const kind of SOURCES) {
    const words = found.get(kind);
    if (words !== undefined) return cutAtWord(sentenceOf(words), MAX_SUMMARY);
  }
  return '';
}

function wordsOf(text: string, { kind, start, end, heading }: MarkdownLine): string {
  if (heading !== undefined) return heading.title;
  const line = text.slice(start, Math.min(end, start + LOOKED_AT));
  const bare =
    kind === 'list'
      ? line.replace(/^ {0,6}(?:[-*+]|\d{1,9}[.)])[ \t]/, '')
      : kind === 'quote'
        ? line.trimStart().slice(1)
        : line;
  const words = plainLine(bare, LOOKED_AT);
  return /[\p{L}\p{N}]/u.test(words) ? words : '';
}

/** Words that end with a dot and no sentence; neither does a single letter. */
const SHORT: ReadonlySet<string> = new Set(
  'e.g i.e etc vs cf no nr fig approx dr mr mrs ms st z.b d.h bzw usw'.split(' '),
);

function sentenceOf(words: string): string {
  for (const { index, 0: mark } of words.matchAll(/[.!?](?=["'”’)\]]{0,2}\s)|[。！？]/g)) {
    if (mark === '.' && isShort(words.slice(Math.max(0, index - 8), index))) continue;
    const closing = /^["'”’)\]]{0,2}/.exec(words.slice(index + 1, index + 3))?.[0] ?? '';
    return words.slice(0, index + 1) + closing;
  }
  return words;
}

function isShort(before: string): boolean {
  const word = (before.split(/[\s("]/).at(-1) ?? '').toLowerCase();
  return word.length === 1 || SHORT.has(word);
}
