/** Asks a model for titles of pages and for a summary of them, and reads its answers. Pure. */
import type { JsonObject } from '../../kernel/json.ts';
import { MAX_TITLE } from '../../kernel/markdown-lines.ts';
import { cutAtWord } from '../../kernel/one-line.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import type { Page } from '../../mcp/pages/types.ts';
import { bad, memberOf, objectOf, readLine, type Read } from '../models/answer-lines.ts';
import type { ModelRequest } from '../models/types.ts';

/** Pages that are named at once, and how much of the begin of each is told. */
export const MAX_NAMED = 40;
const TITLE_CHARS = 400;
/** Of all pages together, of which a summary is made. */
const SUMMARY_CHARS = 24_000;
const MAX_SUMMARY_CHARS = 4_000;
const MAX_SUMMARY_TOKENS = 600;
/** Pages whose titles are told beside that. */
const MAX_TOLD = 200;
/** Longest title of a model's own. */
export const MAX_MADE_TITLE = 60;

/** Where a page begins to be told of: what it is called, and its text. */
export interface ToldPage {
  readonly number: number;
  readonly title: string;
  readonly begins: string;
}

/** A title that says nothing of what is on the page: a number, a place in JSON, a part of a section. */
function isEmpty(title: string): boolean {
  const end = title.slice(Math.max(0, title.lastIndexOf(' (')));
  const isPart = end === ' (continued)' || /^ \(\d+ of \d+\)$/.test(end);
  return isPart || /^Page \d+$/.test(title) || /^\S*\[\d/.test(title);
}

/** Pages that want a title, by their index: headings of the text stay. */
export function untitled(pages: readonly Page[]): readonly number[] {
  return pages.flatMap(({ title }, at) => (isEmpty(title) ? [at] : [])).slice(0, MAX_NAMED);
}

export function titlesRequest(instructions: string, pages: readonly ToldPage[]): ModelRequest {
  const told = pages.map(({ number, title, begins }) => ({
    page: number,
    at: title,
    begins: begins.slice(0, TITLE_CHARS),
  }));
  const titles = { type: 'array', minItems: pages.length, maxItems: pages.length, items: { type: 'string' } };
  return {
    instructions,
    // JSON: what stands in a page cannot end it.
    input: JSON.stringify({ pages: told }),
    schema: objectOf({ titles }),
    maxTokens: 40 * pages.length + 50,
  };
}

/** The pages with the titles that are good; a place in the text stays behind its title. `named`: indexes of those that were told. */
export function readTitles(
  answer: JsonObject,
  pages: readonly Page[],
  named: readonly number[],
): Read<readonly Page[]> {
  const titles = memberOf(answer, 'titles');
  if (!Array.isArray(titles)) return bad('it gave no titles');
  if (titles.length !== named.length) return bad(`it gave ${titles.length} titles for ${named.length} pages`);
  const next = [...pages];
  let why = '';
  let good = 0;
  for (const [at, index] of named.entries()) {
    const read = readLine(titles[at], MAX_MADE_TITLE, 'a title');
    const page = pages[index];
    if (!read.ok) why = read.reason;
    if (!read.ok || page === undefined) continue;
    good += 1;
    next[index] = { ...page, title: withPlace(read.value, page.title) };
  }
  return good === 0 ? bad(why) : { ok: true, value: next };
}

/** `Orders of March · items[26] to items[51]`; a mere number goes. */
function withPlace(title: string, place: string): string {
  if (/^Page \d+$/.test(place)) return title;
  const both = `${title} · ${place}`;
  return both.length <= MAX_TITLE ? both : cutAtWord(title, MAX_TITLE);
}

/** Tokens that a summary may have which stands in the place of a page of so many. */
export function summaryTokens(pageTokens: number): number {
  return Math.min(MAX_SUMMARY_TOKENS, pageTokens);
}

/** Of every page the same part: a page that nobody told the model of would seem to be empty. */
export function summaryRequest(instructions: string, pages: readonly ToldPage[], maxTokens: number): ModelRequest {
  const told = pages.slice(0, MAX_TOLD);
  const each = Math.floor(SUMMARY_CHARS / Math.max(1, told.length));
  return {
    instructions,
    input: JSON.stringify({
      count: pages.length,
      pages: told.map(({ number, title, begins }) => ({ page: number, title, begins: begins.slice(0, each) })),
    }),
    schema: objectOf({ summary: { type: 'string' } }),
    maxTokens: maxTokens + 50,
  };
}

/** Characters of a page that are told, of so many pages. */
export function toldChars(count: number): number {
  return Math.max(TITLE_CHARS, Math.floor(SUMMARY_CHARS / Math.max(1, Math.min(count, MAX_TOLD))));
}

/** Control, format and private characters, and halves of pairs; not line ends. */
const INVISIBLE = /[^\P{C}\n]/gu;

/** Lines stay; what is longer than asked for is none. */
export function readSummary(answer: JsonObject, maxTokens: number): Read<string> {
  const summary = memberOf(answer, 'summary');
  if (typeof summary !== 'string') return bad('it gave no summary');
  if (summary.length > MAX_SUMMARY_CHARS) {
    return bad(`its summary has ${summary.length} characters, and ${MAX_SUMMARY_CHARS} are the most`);
  }
  const text = summary.replaceAll('\r\n', '\n').replace(INVISIBLE, ' ').trim();
  const tokens = tokensOf(text);
  // It is told in words how long it may be, so that it may be somewhat longer.
  if (tokens > 1.5 * maxTokens) return bad(`its summary has ${tokens} tokens, and ${maxTokens} are the most`);
  return /[\p{L}\p{N}]/u.test(text) ? { ok: true, value: text } : bad('its summary has no words');
}
