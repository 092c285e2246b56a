/** Tells an agent which pages a long answer has, and how to read them. Pure. */
import type { Page } from '../../mcp/pages/types.ts';

/** Titles beside the first page. */
const FIRST_TITLES = 60;
/** Titles that are told at once. */
export const MOST_TITLES = 200;

export function pageUri(id: string, page?: number): string {
  return `mcptui://pages/${id}${page === undefined ? '' : `/${page}`}`;
}

/** Of a URI that `pageUri` makes. */
export function parsePageUri(uri: string): { readonly id: string; readonly page?: number } | undefined {
  const [, id, page] = /^mcptui:\/\/pages\/([0-9a-f]{32})(?:\/([1-9][0-9]{0,6}))?$/.exec(uri) ?? [];
  if (id === undefined) return undefined;
  return page === undefined ? { id } : { id, page: Number(page) };
}

/** What follows the first page. `noSummary`: why it stands there and no summary. */
export function firstPageWords(id: string, pages: readonly Page[], tokens: number, noSummary?: string): string {
  return [
    ...(noSummary === undefined ? [] : [`[mcptui] There is no summary of this: ${noSummary}.`]),
    `[mcptui] This was page 1 of ${pages.length} of a long answer (${about(tokens)}), which is kept as ${id}.`,
    `Read on with read_page, such as {"id":"${id}","page":2}, or read the resource ${pageUri(id, 2)}. The other pages:`,
    ...titleLines(id, pages, 2, FIRST_TITLES),
  ].join('\n');
}

/** What follows a summary. */
export function summaryWords(id: string, pages: readonly Page[], tokens: number, model: string): string {
  return [
    `[mcptui] Model ${model} has summed up a long answer (${about(tokens)}), which is kept as ${id}: it may be wrong, its`,
    `pages are what was answered. Read them with read_page, such as {"id":"${id}","page":1}, or read the resource`,
    `${pageUri(id, 1)}. The pages:`,
    ...titleLines(id, pages, 1, FIRST_TITLES),
  ].join('\n');
}

/** The titles from page `from` on. */
export function titlesWords(id: string, pages: readonly Page[], from: number): string {
  const head = `[mcptui] ${id} has ${pages.length} pages:`;
  return [head, ...titleLines(id, pages, from, MOST_TITLES)].join('\n');
}

/** What follows another page. */
export function pageFoot(id: string, pages: readonly Page[], page: number): string {
  const next = pages[page];
  const where = `[mcptui] This was page ${page} of ${pages.length} of ${id}`;
  return next === undefined
    ? `${where}, the last.`
    : `${where}. The next: ${page + 1}. ${next.title} (${about(next.tokens)})`;
}

function titleLines(id: string, pages: readonly Page[], from: number, most: number): readonly string[] {
  const shown = pages.slice(from - 1, from - 1 + most);
  const lines = shown.map(({ title, tokens }, at) => `${from + at}. ${title} (${about(tokens)})`);
  const more = from + shown.length;
  if (more > pages.length) return lines;
  return [...lines, `and ${pages.length - more + 1} more: read_page with {"id":"${id}","from":${more}} names them`];
}

function about(tokens: number): string {
  return `≈${tokens.toLocaleString('en-US')} tokens`;
}
