/** Finds the end of long runs of plain bytes in a piece of JSON text: natively, and four bytes at a time where Node has nothing. */

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
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as number;
    // The high bit of each byte that is under 32; may be set wrongly above one that is.
    if (((word - 0x20202020) & ~word & 0x80808080) !== 0) break;
    at += 4;
  }
  while (at < length && (part[at] as number) >= 32) at += 1;
  return at;
}
