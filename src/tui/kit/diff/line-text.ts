/** Makes cleaned text with tones of one line of a diff, and tells where it breaks into rows. Pure; kept per line. */
import type { DiffLine, DiffPart } from '../../../engine/index.ts';
import { charactersOf, clean, drop, take, widthOf } from '../../../text/clean.ts';
import type { Span, Tone } from '../theme.ts';

export interface LineText {
  readonly text: string;
  /** Parts in order: where each ends in `text`. */
  readonly parts: readonly { readonly end: number; readonly tone: Tone }[];
}

const kept = { colored: new WeakMap<DiffLine, LineText>(), plain: new WeakMap<DiffLine, LineText>() };
const signs = { same: '', add: '+', del: '-' } as const;
const lineTones = { same: 'plain', add: 'ok', del: 'bad' } as const;

/** Without colour changed words stand in `[-…-]` and `{+…+}`. A line that is new or gone as a whole needs no marks. */
export function lineText(line: DiffLine, color: boolean): LineText {
  const cache = color ? kept.colored : kept.plain;
  let found = cache.get(line);
  if (found === undefined) {
    found = compose(line, color);
    cache.set(line, found);
  }
  return found;
}

/** Changed words with only spaces between them are one change. */
function joined(parts: readonly DiffPart[]): readonly DiffPart[] {
  const found: DiffPart[] = [];
  for (const [index, part] of parts.entries()) {
    const before = found.at(-1);
    const isGap =
      !part.changed && part.text.trim() === '' && before?.changed === true && parts[index + 1]?.changed === true;
    const changed = part.changed || isGap;
    if (before?.changed === changed) found.splice(-1, 1, { text: before.text + part.text, changed });
    else found.push({ text: part.text, changed });
  }
  return found;
}

function compose({ kind, parts: all }: DiffLine, color: boolean): LineText {
  const parts = joined(all);
  const marked = kind !== 'same' && parts.some(({ changed }) => !changed);
  const sign = signs[kind];
  const [open, close] = kind === 'del' ? ['[', ']'] : ['{', '}'];
  let text = '';
  const ends: { end: number; tone: Tone }[] = [];
  for (const { text: raw, changed } of parts) {
    const isMarked = marked && changed;
    const shown = clean(raw);
    text += isMarked && !color ? `${open}${sign}${shown}${sign}${close}` : shown;
    const tone = isMarked ? (color ? 'mark' : 'strong') : color ? lineTones[kind] : 'plain';
    ends.push({ end: text.length, tone });
  }
  return { text, parts: ends };
}

/** The part of a line from `from` to `to`, in its tones. */
export function spansOf({ text, parts }: LineText, from: number, to: number): Span[] {
  const spans: Span[] = [];
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle]?.end ?? Infinity) <= from) low = middle + 1;
    else high = middle;
  }
  let at = from;
  for (let index = low; index < parts.length && at < to; index += 1) {
    const part = parts[index];
    if (part === undefined) break;
    const end = Math.min(part.end, to);
    if (end > at) spans.push([text.slice(at, end), part.tone]);
    at = Math.max(at, end);
  }
  return spans;
}

const simple = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f]*$/;
const firstRow: readonly number[] = [0];

/**
 * Where the rows of a line begin, broken after spaces where there are some; spaces may hang over the end of a row.
 * One pass over the text, whatever it holds.
 */
export function rowStarts(text: string, width: number): readonly number[] {
  if (text.length <= width && simple.test(text)) return firstRow;
  const starts = [0];
  let columns = 0;
  for (const { 0: token, index } of text.matchAll(/[^ ]+ *| +/g)) {
    const word = token.trimEnd();
    const spaces = token.length - word.length;
    const wordWidth = simple.test(word) ? word.length : word.length > width * 4 ? Infinity : widthOf(word);
    if (columns > 0 && columns + wordWidth > width) {
      starts.push(index);
      columns = 0;
    }
    if (wordWidth <= width) columns += wordWidth + spaces;
    else columns = breakWord(word, index, width, starts) + spaces;
  }
  return starts;
}

/** Breaks a word that is longer than a row; the columns its last row takes. */
function breakWord(word: string, index: number, width: number, starts: number[]): number {
  if (simple.test(word)) {
    for (let at = width; at < word.length; at += width) starts.push(index + at);
    return word.length % width === 0 ? width : word.length % width;
  }
  let at = index;
  let columns = 0;
  for (const character of charactersOf(word)) {
    const next = widthOf(character);
    if (columns > 0 && columns + next > width) {
      starts.push(at);
      columns = 0;
    }
    columns += next;
    at += character.length;
  }
  return columns;
}

/** A character of cleaned text takes at most this many code units for each of its columns. */
const unitsPerColumn = 8;

/** One row of a line that is not wrapped: `left` columns scrolled away, the end cut with `…`. */
export function cutLine(line: LineText, left: number, width: number): Span[] {
  const near = line.text.slice(0, (left + width + 1) * unitsPerColumn);
  const rest = drop(near, left);
  const from = near.length - rest.length;
  // Half of a wide character at the left edge became a space.
  const start = Math.max(0, from);
  const isCut = widthOf(rest) > width || near.length < line.text.length;
  const shown = isCut ? take(rest, width - 1) : rest;
  const spans = spansOf(line, start, start + shown.length);
  return isCut ? [...spans, '…'] : spans;
}
