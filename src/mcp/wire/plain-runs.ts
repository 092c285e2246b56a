/** Finds the end of long runs of plain bytes in a piece of JSON text: natively, and four bytes at a time where Node has nothing. */
import { isAscii } from 'node:buffer';

const QUOTE = 34;
const BACKSLASH = 92;

export class PlainRuns {
  readonly #part: Buffer;
  /** The next one of each from where it was looked for last; the piece's length when there is none. */
  #quote = -1;
  #backslash = -1;
  #control = -1;

  constructor(part: Buffer) {
    this.#part = part;
  }

  /** The first byte from `at` on that may not stand in a string as it is; the piece's length when there is none. */
  end(at: number): number {
    if (this.#quote < at) this.#quote = this.#find(QUOTE, at);
    if (this.#backslash < at) this.#backslash = this.#find(BACKSLASH, at);
    if (this.#control < at) this.#control = nextControl(this.#part, at);
    return Math.min(this.#quote, this.#backslash, this.#control);
  }

  #find(byte: number, at: number): number {
    const found = this.#part.indexOf(byte, at);
    return found === -1 ? this.#part.length : found;
  }
}

/** Whether all of a piece may stand in a string as it is, and each byte is a character. */
export function isPlainAscii(part: Buffer): boolean {
  if (part.includes(QUOTE) || part.includes(BACKSLASH)) return false;
  return isAscii(part) && nextControl(part, 0) === part.length;
}

const NO_WORDS = new Int32Array(0);

/** The first byte under 32. */
function nextControl(part: Buffer, from: number): number {
  const { length, buffer, byteOffset } = part;
  let at = from;
  while (at < length && (byteOffset + at) % 4 !== 0) {
    if ((part[at] as number) < 32) return at;
    at += 1;
  }
  const words = at < length ? new Int32Array(buffer, byteOffset + at, (length - at) >> 2) : NO_WORDS;
  let index = 0;
  // Four words at a time, which takes a third of the time of one.
  for (; index + 3 < words.length; index += 4) {
    const marks =
      marksOf(words[index] as number) |
      marksOf(words[index + 1] as number) |
      marksOf(words[index + 2] as number) |
      marksOf(words[index + 3] as number);
    if ((marks & 0x80808080) !== 0) break;
  }
  at += index * 4;
  while (at < length && (part[at] as number) >= 32) at += 1;
  return at;
}

/** Has the high bit of each byte that is under 32; may have it wrongly above one that is. */
const marksOf = (word: number): number => (word - 0x20202020) & ~word;
