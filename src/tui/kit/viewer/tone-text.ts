/** Holds one line of cleaned text with its tones, and tells where it breaks into rows. Pure. */
import { charactersOf, drop, escapeAround, take, widthOf } from '../../../text/clean.ts';
import type { Line, Span, Tone } from '../theme.ts';

export interface ToneText {
  readonly text: string;
  /** Parts in order: where each ends in `text`. */
  readonly parts: readonly { readonly end: number; readonly tone: Tone }[];
}

export function toneText(spans: Line): ToneText {
  let text = '';
  const parts: { end: number; tone: Tone }[] = [];
  for (const span of spans) {
    text += typeof span === 'string' ? span : span[0];
    parts.push({ end: text.length, tone: typeof span === 'string' ? 'plain' : span[1] });
  }
  return { text, parts };
}

/** The part of a line from `from` to `to`, in its tones. */
export function spansOf({ text, parts }: ToneText, from: number, to: number): Span[] {
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
    let from = 0;
    while (word.length - from > width) {
      // What stands for one character is not cut in two.
      const at = escapeAround(word, from + width);
      from = at > from ? at : from + width;
      starts.push(index + from);
    }
    return word.length - from;
  }
  let at = 0;
  let columns = 0;
  let from = 0;
  for (const character of charactersOf(word)) {
    const next = widthOf(character);
    if (columns > 0 && columns + next > width) {
      const before = escapeAround(word, at);
      const start = before > from ? before : at;
      starts.push(index + start);
      columns = widthOf(word.slice(start, at));
      from = start;
    }
    columns += next;
    at += character.length;
  }
  return columns;
}

/** A character of cleaned text takes at most this many code units for each of its columns. */
const unitsPerColumn = 8;

/** One row of a line that is not wrapped: `left` columns scrolled away, the end cut with `…`. */
export function cutLine(line: ToneText, left: number, width: number): Span[] {
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
