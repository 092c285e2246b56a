/**
 * Finds the JSON in the body of an answer, whatever type it is said to have, and the words for one that holds none.
 * Pure.
 */
import { sliceParts } from '../../wire/envelope.ts';
import { decodeParts } from '../../wire/framing.ts';
import { quoted } from '../../wire/server-text.ts';
import { mediaTypeOf } from './event-stream.ts';
import type { HttpAnswer } from './http-answer.ts';

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const SHOWN_CHARS = 200;
const HEAD_BYTES = 4096;
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const SPACES: ReadonlySet<number> = new Set([9, 10, 13, 32]);

export interface Message {
  readonly parts: readonly Buffer[];
  readonly bytes: number;
}

/** Without a byte order mark; undefined when it begins like no JSON message. */
export function messageIn({ parts, bytes }: Message): Message | undefined {
  const head = headOf(parts);
  const skip = head.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0;
  const first = head.subarray(skip).find((byte) => !SPACES.has(byte));
  if (first === undefined || !OPENING.has(first)) return undefined;
  return skip === 0 ? { parts, bytes } : { parts: sliceParts(parts, skip, Infinity), bytes: bytes - skip };
}

/** Describes what came in place of an answer. */
export function noAnswer(response: HttpAnswer, body: Message, mask: (text: string) => string): string {
  const { statusCode = 0 } = response;
  const status = `it answered HTTP ${statusCode}`;
  if (body.bytes === 0) return `${status} with no content`;
  const encoding = response.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return `${status} in the encoding ${quoted(encoding, mask, 60)}`;
  const type = mediaTypeOf(response);
  if (messageIn(body) !== undefined) return `its answer belongs to another request`;
  const head = decodeParts([headOf(body.parts)], Math.min(body.bytes, HEAD_BYTES));
  const words = quoted(head, mask, SHOWN_CHARS).replace(/\s+/g, ' ').trim();
  const what = type === '' ? 'content without a type' : `content of type ${quoted(type, mask, 60)}`;
  return `${status} with ${what}, which is no JSON: ${words}`;
}

function headOf(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  if (first === undefined) return Buffer.alloc(0);
  return first.length >= HEAD_BYTES || parts.length === 1
    ? first.subarray(0, HEAD_BYTES)
    : Buffer.concat(parts.slice(0, 64)).subarray(0, HEAD_BYTES);
}
