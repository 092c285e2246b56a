/** Splits a raw line into cells of the screen: where each character begins, what is shown for it, how wide that is. Pure. */
import { clean, widthOf } from '../../../text/clean.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Longest stretch that is segmented to find one boundary, in code units. */
const reach = 4096;

/**
 * Columns of a character that stands for itself: printable ASCII, Latin, Cyrillic, kana and Han letters. Between two of
 * them there is always a boundary, so that most text needs no segmenter. 0 for all others.
 */
function simpleWidth(code: number): 0 | 1 | 2 {
  if (code < 0x7f) return code >= 0x20 ? 1 : 0;
  if (code < 0x250) return code >= 0xa1 && code !== 0xad ? 1 : 0;
  if (code < 0x530) return (code >= 0x400 && code <= 0x481) || code >= 0x48a ? 1 : 0;
  if (code < 0x3041) return 0;
  if (code < 0x30fb) return code <= 0x3096 || code >= 0x30a1 ? 2 : 0;
  return code >= 0x4e00 && code <= 0x9fff ? 2 : 0;
}

const isSimple = (text: string, at: number): boolean => simpleWidth(text.charCodeAt(at)) > 0;

/** Whether there is a boundary before `at` that needs no segmenter to be seen. */
function isPlainBoundary(text: string, at: number): boolean {
  return at <= 0 || at >= text.length || (isSimple(text, at - 1) && isSimple(text, at));
}

function plainBoundaryFrom(text: string, at: number, limit: number): number {
  let end = at;
  while (end < limit && !isPlainBoundary(text, end)) end += 1;
  return end;
}

/** Half a surrogate pair is no place to cut. */
function beforePair(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

/** Where the character that begins at `at` ends. */
export function cellAfter(text: string, at: number): number {
  if (at >= text.length) return text.length;
  if (isSimple(text, at) && isPlainBoundary(text, at + 1)) return at + 1;
  const end = plainBoundaryFrom(text, at + 1, Math.min(text.length, at + reach));
  for (const { segment } of graphemes.segment(text.slice(at, end))) return at + segment.length;
  return text.length;
}

/** Where the character that ends at `at` begins. */
export function cellBefore(text: string, at: number): number {
  if (at <= 0) return 0;
  if (isSimple(text, at - 1) && isPlainBoundary(text, at - 1)) return at - 1;
  let start = at - 1;
  const limit = Math.max(0, at - reach);
  while (start > limit && !isPlainBoundary(text, start)) start -= 1;
  start = beforePair(text, start);
  let last = start;
  for (const { index } of graphemes.segment(text.slice(start, at))) last = start + index;
  return last;
}

/** A character as it is shown: what is invisible becomes its escape. */
export function shownCell(character: string): string {
  const shown = clean(character);
  if (shown !== '') return shown;
  return Array.from(character, (one) => `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`).join('');
}

/** Visits characters from `from` on with their width in columns; ends when the visitor returns false. */
export function eachCell(
  text: string,
  from: number,
  visit: (start: number, end: number, width: number) => boolean,
): void {
  let at = from;
  while (at < text.length) {
    const width = simpleWidth(text.charCodeAt(at));
    if (width > 0 && isPlainBoundary(text, at + 1)) {
      if (!visit(at, at + 1, width)) return;
      at += 1;
      continue;
    }
    const end = plainBoundaryFrom(text, at + 1, text.length);
    for (const { segment } of graphemes.segment(text.slice(at, end))) {
      if (!visit(at, at + segment.length, widthOf(shownCell(segment)))) return;
      at += segment.length;
    }
  }
}

/** Columns between two places of a line. */
export function columnsBetween(text: string, from: number, to: number): number {
  let columns = 0;
  eachCell(text, from, (start, _end, width) => {
    if (start >= to) return false;
    columns += width;
    return true;
  });
  return columns;
}

/** The place `columns` to the right of `from`, not beyond `to`. */
export function placeAt(text: string, from: number, to: number, columns: number): number {
  let left = columns;
  let place = from;
  eachCell(text, from, (start, end, width) => {
    if (start >= to || left < width || left === 0) return false;
    left -= width;
    place = end;
    return true;
  });
  return Math.min(place, to);
}

const cacheLimit = 1024;
let cachedColumns = 0;
let cache = new Map<string, readonly number[]>();
const oneRow: readonly number[] = [0];
const printableAscii = /^[\x20-\x7e]*$/;

/**
 * Where the rows of a wrapped line begin; the first at 0. Broken after a space where there is one; a space that has no
 * room stands in one more column, so `columns` is one less than what is drawn.
 */
export function wrappedRows(text: string, columns: number): readonly number[] {
  if (text.length <= columns && printableAscii.test(text)) return oneRow;
  if (cachedColumns !== columns || cache.size > cacheLimit) {
    cache = new Map();
    cachedColumns = columns;
  }
  let rows = cache.get(text);
  if (rows === undefined) {
    rows = computeRows(text, columns);
    cache.set(text, rows);
  }
  return rows;
}

function computeRows(text: string, columns: number): readonly number[] {
  const rows = [0];
  let rowStart = 0;
  let used = 0;
  let breakAt = -1;
  let breakUsed = 0;
  const begin = (at: number, already: number): void => {
    rows.push(at);
    rowStart = at;
    used = already;
    breakAt = -1;
  };
  eachCell(text, 0, (start, end, width) => {
    const isSpace = text.charCodeAt(start) === 0x20;
    if (used + width > columns && isSpace && start > rowStart) {
      begin(end, 0);
      return true;
    }
    if (used + width > columns && breakAt > rowStart) begin(breakAt, used - breakUsed);
    if (used + width > columns && start > rowStart) begin(start, 0);
    used += width;
    if (isSpace) {
      breakAt = end;
      breakUsed = used;
    }
    return true;
  });
  return rows;
}

/** Which wrapped row holds a place of the line. */
export function rowOf(rows: readonly number[], at: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((rows[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
