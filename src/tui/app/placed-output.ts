/**
 * Places text of uncertain width by column, so that no row of the console depends on how wide a terminal draws a character:
 * they disagree on newer emoji, on some scripts and on combined characters. The border behind such a text stays where it is.
 */
import { charactersOf, widthOf } from '../../text/clean.ts';

const escape = '\u001B';
/** Automatic wrap: with it a row that is drawn too wide would go on in the row below. */
const wrapOff = `${escape}[?7l`;
const wrapOn = `${escape}[?7h`;
const enterAlternate = `${escape}[?1049h`;
const leaveAlternate = `${escape}[?1049l`;

/** What every terminal draws alike: Latin, Greek, Cyrillic, lines, blocks and the console's own signs; and common wide letters. */
const certain =
  '\\u0020-\\u007e\\u00a0-\\u00ac\\u00ae-\\u02ff\\u0370-\\u0482\\u048a-\\u058f\\u2010-\\u2027\\u2030-\\u205e\\u2190-\\u22ff' +
  '\\u2500-\\u25fc\\u2691\\u2713\\u2717\\u3041-\\u3096\\u30a1-\\u30fe\\u4e00-\\u9fff\\uac00-\\ud7a3\\uff01-\\uff5e';
const uncertain = new RegExp(`[^${certain}\\p{Cc}]`, 'u');

/** A sequence, a control character, letters, or a mark that may belong to the letter before it. */
// oxlint-disable-next-line no-control-regex -- sequences begin with ESC
const pieces = /\u001B\[([\d;?>]*)([@-~])|\p{Cc}|[^\p{Cc}]+/gu;

/**
 * The same bytes with each character of uncertain width on blank columns of its own, and what follows at its column. A text
 * begins in the first column, or with a sequence that names one.
 */
export function placed(text: string): string {
  if (!uncertain.test(text)) return text;
  let column = 0;
  return text.replace(pieces, (piece: string, parameters: string | undefined, final: string | undefined) => {
    if (final !== undefined) column = columnAfter(final, parameters ?? '', column);
    else if (piece === '\n' || piece === '\r') column = 0;
    else if (piece >= ' ') {
      const from = column;
      column += widthOf(piece);
      if (uncertain.test(piece)) return lettersAt(piece, from);
    }
    return piece;
  });
}

/** Sequences that Ink and the console write: only these move within a row. */
function columnAfter(final: string, parameters: string, column: number): number {
  if (final === 'G') return Math.max(0, Number(parameters || 1) - 1);
  if (final === 'H' || final === 'f') return Math.max(0, Number(parameters.split(';')[1] ?? 1) - 1);
  return final === 'E' || final === 'F' ? 0 : column;
}

function lettersAt(text: string, from: number): string {
  let column = from;
  return charactersOf(text)
    .map((letter) => {
      const width = widthOf(letter);
      const at = column;
      column += width;
      if (!uncertain.test(letter)) return letter;
      return `${' '.repeat(width)}${escape}[${at + 1}G${letter}${escape}[${column + 1}G`;
    })
    .join('');
}

/**
 * The terminal for Ink: what it writes is placed, and while its alternate screen is up the terminal does not wrap. Every way
 * out (end, signal, editor, ctrl-z) leaves that screen through here.
 */
export function placedOutput(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, ...rest: readonly never[]): boolean =>
    stdout.write(typeof chunk === 'string' ? withoutWrap(placed(chunk)) : chunk, ...rest);
  return new Proxy(stdout, {
    get(target, key) {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function withoutWrap(text: string): string {
  if (!text.includes(`${escape}[?1049`)) return text;
  return text
    .replaceAll(enterAlternate, `${enterAlternate}${wrapOff}${escape}[H`)
    .replaceAll(leaveAlternate, `${wrapOn}${leaveAlternate}`);
}
