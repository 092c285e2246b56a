/** Makes foreign text safe to print: nothing that moves the cursor, hides or reorders text survives. Widths are columns. */
import stringWidth from 'string-width';

const printableAscii = /^[\x20-\x7e]*$/;

/**
 * Control, format (bidi, zero-width, tags, soft hyphen), surrogate and unassigned code points, line and paragraph
 * separators, fillers that print nothing, variation selectors, skin tones and the letters of flags (terminals disagree
 * on their width, and on whether two are one), and a mark
 * that would join the cell before the text or pile up on one base.
 */
const unsafe =
  /\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0|[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]|\u034f|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]|[\u{1f1e6}-\u{1f1ff}]|[\u{1f3fb}-\u{1f3ff}]|^\p{M}|(?<=\p{M}\p{M})\p{M}/gu;

const named: Readonly<Record<string, string>> = { '\t': '    ', '\n': '\\n', '\r': '\\r', '\0': '\\0' };

function escapeOne(character: string): string {
  const short = named[character];
  if (short !== undefined) return short;
  // The text and emoji presentation selectors change how a visible character is drawn and hide nothing by themselves.
  if (character === '\ufe0e' || character === '\ufe0f') return '';
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A joiner between two pictures makes one of them where a terminal can; the pictures beside each other say the same. */
const joinedPictures =
  /(?<=\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d(?=\p{Extended_Pictographic})/gu;

/** One line: a newline becomes a visible `\n`, a tab four spaces, everything invisible its escape. */
export function clean(text: string): string {
  if (printableAscii.test(text)) return text;
  const apart = text.includes('\u200d') ? text.replace(joinedPictures, '') : text;
  return apart.replace(unsafe, escapeOne);
}

/** The lines of a longer text, each cleaned; `\r\n` and `\n` end a line. */
export function cleanLines(text: string): string[] {
  return text.split(/\r?\n/).map(clean);
}

/** JSON whose strings hold what `clean` would escape as JSON's own escapes: the same value, and safe to print. */
export function cleanJson(json: string): string {
  return json.replace(unsafe, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => jsonEscape(character, at)).join(''),
  );
}

function jsonEscape(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
}

/** Whether `clean` would change the text. */
export function isUnsafe(text: string): boolean {
  return clean(text) !== text;
}

/** Columns of cleaned text. */
export function widthOf(text: string): number {
  return printableAscii.test(text) ? text.length : cachedWidth(text);
}

const cacheLimit = 2048;
let young = new Map<string, number>();
let old = new Map<string, number>();

/** Two generations: what was asked for lately stays, and memory stays bounded. */
function cachedWidth(text: string): number {
  let width = young.get(text);
  if (width !== undefined) return width;
  width = old.get(text) ?? stringWidth(text);
  if (young.size >= cacheLimit) {
    old = young;
    young = new Map();
  }
  young.set(text, width);
  return width;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a reader takes for single characters. */
export function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** At most `width` columns of cleaned text; what was cut off is marked by a last `…`. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  return `${take(text, width - 1)}…`;
}

/** Cleaned text in so many columns; what is too long loses its middle, so that its end tells it apart. */
export function cutMiddle(text: string, width: number): string {
  const total = widthOf(text);
  if (total <= width) return text;
  if (width < 6) return cut(text, width);
  const end = Math.max(3, Math.floor((width - 1) / 3));
  return `${take(text, width - 1 - end)}…${drop(text, total - end)}`;
}

/** The first `width` columns at most, without a mark; never half a wide character. */
export function take(text: string, width: number): string {
  if (printableAscii.test(text)) return text.slice(0, Math.max(0, width));
  let taken = '';
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = columns + widthOf(segment);
    if (next > width) break;
    taken += segment;
    columns = next;
  }
  return taken;
}

/** Drops the first `width` columns; a wide character cut in two loses its half to a space. */
export function drop(text: string, width: number): string {
  if (width <= 0) return text;
  if (printableAscii.test(text)) return text.slice(width);
  let columns = 0;
  let at = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    if (columns >= width) break;
    columns += widthOf(segment);
    at = index + segment.length;
  }
  return ' '.repeat(Math.max(0, columns - width)) + (columns < width ? '' : text.slice(at));
}

/** Exactly `width` columns: cut with `…` or filled with spaces. */
export function fit(text: string, width: number): string {
  const shown = cut(text, width);
  return shown + ' '.repeat(Math.max(0, width - widthOf(shown)));
}

/** Matches what `clean` writes in place of one character. */
const escapes = /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]{1,6}\}|[nr0])/gy;
const longestEscape = 10;

/** Where the escape begins that a cut at `at` would cut in two; `at` itself where none is. */
export function escapeAround(text: string, at: number): number {
  for (let from = Math.max(0, at - longestEscape + 1); from < at; from += 1) {
    if (text[from] !== '\\') continue;
    escapes.lastIndex = from;
    if (escapes.test(text) && escapes.lastIndex > at) return from;
  }
  return at;
}

/** Code units that one column of cleaned text takes at most: a pair with two marks that are pairs, and some room. */
const unitsPerColumn = 8;

/**
 * Breaks cleaned text at spaces into lines of at most `width` columns; a longer word is broken where it must.
 * Linear in the length of the text, however it is made.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  const reach = Math.max(1, width) * unitsPerColumn;
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    const columns = word.length > reach ? Infinity : widthOf(word);
    if (line === '' ? columns <= width : used + 1 + columns <= width) {
      used = line === '' ? columns : used + 1 + columns;
      line = line === '' ? word : `${line} ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    let rest = word;
    for (;;) {
      const most = take(rest.slice(0, reach), Math.max(1, width));
      const end = most.length < rest.length ? escapeAround(rest, most.length) : most.length;
      const head = end === 0 ? most : most.slice(0, end);
      // A wide character in one column's room: give up on the width, not on the text.
      if (head === '' || head.length === rest.length) break;
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
    used = widthOf(rest);
  }
  lines.push(line);
  return lines;
}
