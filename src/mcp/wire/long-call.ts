/**
 * Reads a `tools/call` of many bytes without decoding and parsing the long plain strings of its arguments: the message is parsed
 * with those cut short, and its arguments are passed on as the bytes that came.
 */
import { endOfString } from '../../kernel/foreign.ts';
import { sliceParts } from './envelope.ts';
import { decodeParts } from './framing.ts';
import { keepUnread, skipSpace, type Member } from './json-source.ts';
import { mapAt, type WireMap } from './message.ts';
import { isPlainAscii } from './plain-runs.ts';
import { prepare, readMessage } from './read-message.ts';
import { Utf8Check } from './utf8-check.ts';

/** Bytes of a plain run that are kept in front of a gap: no escape reaches into it, and the audit keeps less. */
export const KEPT_BYTES = 16 * 1024;
/** Stands for what is left out. Of JSON it may stand in strings only: a gap anywhere else does not parse. */
const MARK = '~';
const COLON = 58;

/** The request, ready to be routed; undefined when it must be read whole, for whatever reason. Pure. */
export function readLongCall(parts: readonly Buffer[], bytes: number): WireMap | undefined {
  const short = shortened(parts);
  if (short === undefined) return undefined;
  const { text, marks } = short;
  const read = readMessage(text);
  if (read.kind !== 'message') return undefined;
  const { message } = read;
  const params = mapAt(message, 'params');
  const args = read.params.find(({ key }) => key === 'arguments');
  if (message['method'] !== 'tools/call' || message['id'] === undefined || params === undefined) return undefined;
  if (args === undefined || !areInValues(text, marks, args)) return undefined;
  if (prepare(read) !== undefined) return undefined;
  const start = Buffer.byteLength(text.slice(0, args.start));
  const end = bytes - Buffer.byteLength(text.slice(args.end));
  keepUnread(params, 'arguments', sliceParts(parts, start, end));
  return message;
}

/** All in this member, and none in a key: two whose keys differ in a gap only would be taken for one twice. */
function areInValues(text: string, marks: readonly number[], { start, end }: Member): boolean {
  let stringEnd = -1;
  for (const mark of marks) {
    if (mark < start || mark >= end) return false;
    // Looked for once in each string, however many gaps it has.
    if (mark < stringEnd) continue;
    stringEnd = endOfString(text, mark);
    if (text.charCodeAt(skipSpace(text, stringEnd + 1)) === COLON) return false;
  }
  return true;
}

interface Shortened {
  readonly text: string;
  /** Where the marks stand in it. */
  readonly marks: readonly number[];
}

/** Undefined when nothing can be left out, and for what is not UTF-8. */
function shortened(parts: readonly Buffer[]): Shortened | undefined {
  const utf8 = new Utf8Check();
  const marks: number[] = [];
  let text = '';
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let plainBytes = 0;
  for (const part of slicesOf(parts)) {
    plainBytes = isPlainAscii(part) ? plainBytes + part.length : 0;
    if (plainBytes - part.length >= KEPT_BYTES) {
      if (keptBytes === 0) continue;
      text += decodeParts(kept, keptBytes);
      marks.push(text.length);
      text += MARK;
      kept = [];
      keptBytes = 0;
    } else {
      if (!utf8.push(part)) return undefined;
      kept.push(part);
      keptBytes += part.length;
    }
  }
  if (marks.length === 0 || !utf8.isComplete) return undefined;
  return { text: text + decodeParts(kept, keptBytes), marks };
}

/** Pieces of at most `KEPT_BYTES`: a gap begins and ends where one does. */
function* slicesOf(parts: readonly Buffer[]): Generator<Buffer> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += KEPT_BYTES) yield part.subarray(at, at + KEPT_BYTES);
  }
}
