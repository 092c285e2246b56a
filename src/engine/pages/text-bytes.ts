/** Encodes texts so that a page is read without what is before it, and comes back as it was, halves of pairs included. Pure. */
import { createHash } from 'node:crypto';

/** A byte a character where that holds the text, else two. */
export type TextEncoding = 'latin1' | 'utf16le';

export interface Encoded {
  readonly encoding: TextEncoding;
  readonly bytes: Buffer;
  /** Of encoding and bytes: 32 hex digits. */
  readonly id: string;
}

// oxlint-disable-next-line no-control-regex
const WIDE = /[^\x00-\xff]/;

export function encodeText(text: string): Encoded {
  const encoding = WIDE.test(text) ? 'utf16le' : 'latin1';
  const bytes = Buffer.from(text, encoding);
  return { encoding, bytes, id: idOf(encoding, bytes) };
}

export function idOf(encoding: TextEncoding, bytes: Uint8Array): string {
  return createHash('sha256').update(encoding).update(bytes).digest('hex').slice(0, 32);
}

export const bytesOf = (encoding: TextEncoding, units: number): number => (encoding === 'latin1' ? units : 2 * units);
