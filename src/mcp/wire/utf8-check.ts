/** Tells whether bytes that come in pieces are UTF-8: natively, with the characters that pieces cut in two put together. */
import { isUtf8 } from 'node:buffer';

const NONE = Buffer.alloc(0);

export class Utf8Check {
  /** The begin of a character whose rest is in the next piece. */
  #open: Buffer = NONE;

  get isComplete(): boolean {
    return this.#open.length === 0;
  }

  /** False when what has come so far is not valid. */
  push(part: Buffer): boolean {
    let from = 0;
    if (this.#open.length > 0) {
      from = lengthOf(this.#open[0] as number) - this.#open.length;
      const character = Buffer.concat([this.#open, part.subarray(0, from)]);
      if (part.length < from) {
        this.#open = character;
        return true;
      }
      if (!isUtf8(character)) return false;
      this.#open = NONE;
    }
    const rest = from === 0 ? part : part.subarray(from);
    const cut = rest.length - openBytes(rest);
    if (!isUtf8(rest.subarray(0, cut))) return false;
    if (cut < rest.length) this.#open = Buffer.from(rest.subarray(cut));
    return true;
  }
}

/** Bytes at the end that begin a character and do not end it. */
function openBytes(bytes: Buffer): number {
  for (let count = 1; count <= 3 && count <= bytes.length; count += 1) {
    const byte = bytes[bytes.length - count] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > count ? count : 0;
  }
  return 0;
}

/** Of a character by its first byte. */
function lengthOf(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}
