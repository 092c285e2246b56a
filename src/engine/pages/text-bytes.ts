/** Encodes texts so that a page is read without what is before it, and comes back as it was, halves of pairs included. Pure. */
import { createHash } from 'node:crypto';
import type { EncodedText } from '../../mcp/pages/page-store.ts';

export type TextEncoding = EncodedText['encoding'];

// oxlint-disable-next-line no-control-regex
const WIDE = /[^\x00-\xff]/;

export function encodeText(text: string): EncodedText {
  const encoding = WIDE.test(text) ? 'utf16le' : 'latin1';
  const bytes = Buffer.from(text, encoding);
  return { encoding, bytes, length: text.length, id: idOf(encoding, bytes) };
}

export function idOf(encoding: TextEncoding, bytes: Uint8Array): string {
  return createHash('sha256').update(encoding).update(bytes).digest('hex').slice(0, 32);
}

export const bytesOf = (encoding: TextEncoding, units: number): number => (encoding === 'latin1' ? units : 2 * units);
