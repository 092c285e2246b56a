/**
 * Finds the id of a JSON-RPC message at either end of its text, without a parse of what lies between: for messages that are
 * too long to be kept, or too broken to be read. Both rely on the line being nearly JSON.
 */
import type { WireId } from './message.ts';
import { scalarId } from './wire-id.ts';

/** Bytes of each end that are looked at. */
const WINDOW_BYTES = 512;

/** A member whose value is no object or array and has no escapes, with the comma or brace after it. */
const SCALAR_MEMBER = /\s*"([^"\\]*)"\s*:\s*("[^"\\]*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\s*([,}])/y;
const NEXT_KEY = /\s*"([^"\\]*)"\s*:/y;
const OPEN = /^\s*\{/;
/** `,"id":N}`, or with the jsonrpc member behind it. Unescaped quotes cannot stand inside a string, so this is the envelope. */
const TAIL_ID =
  /,\s*"id"\s*:\s*("[^"\\]*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/;

export interface Envelope {
  readonly id: WireId | undefined;
  readonly method: string | undefined;
  /** It has a `result` or an `error` and no `method` where it was looked for. */
  readonly isResponse: boolean;
}

/** `head` and `tail` are the ends of the text as latin1 (so that characters are bytes); they may overlap. */
export function readEnvelope(head: string, tail: string): Envelope {
  const open = OPEN.exec(head);
  const { id, method, hasBody } = readHead(head, open?.[0].length ?? -1);
  const isResponse = method === undefined && hasBody;
  if (id !== undefined || open === null) return { id, method, isResponse };
  return { id: scalarId(TAIL_ID.exec(tail)?.[1] ?? ''), method, isResponse };
}

interface Head {
  id: WireId | undefined;
  method: string | undefined;
  hasBody: boolean;
}

/** The members up to the first that is an object, an array, or has escapes; and that one's key. */
function readHead(head: string, start: number): Head {
  const out: Head = { id: undefined, method: undefined, hasBody: false };
  let position = start;
  while (position >= 0) {
    SCALAR_MEMBER.lastIndex = position;
    const member = SCALAR_MEMBER.exec(head);
    if (member === null) break;
    const [text, key, value, end] = member;
    if (key === 'id' && value !== undefined) out.id = scalarId(value);
    else if (key === 'method') out.method = value?.slice(1, -1);
    else if (key === 'result' || key === 'error') out.hasBody = true;
    position += text.length;
    if (end === '}') return out;
  }
  if (position < 0) return out;
  NEXT_KEY.lastIndex = position;
  const next = NEXT_KEY.exec(head)?.[1];
  out.hasBody ||= next === 'result' || next === 'error';
  return out;
}

/** The ends of a line that came in pieces. */
export function endsOf(parts: readonly Buffer[]): { readonly head: string; readonly tail: string } {
  return { head: headOf(parts), tail: tailOf(parts) };
}

function headOf(parts: readonly Buffer[]): string {
  let text = '';
  for (const part of parts) {
    text += part.toString('latin1', 0, Math.min(part.length, WINDOW_BYTES - text.length));
    if (text.length >= WINDOW_BYTES) break;
  }
  return text;
}

function tailOf(parts: readonly Buffer[]): string {
  let text = '';
  for (let index = parts.length - 1; index >= 0 && text.length < WINDOW_BYTES; index -= 1) {
    const part = parts[index];
    if (part === undefined) break;
    text = part.toString('latin1', Math.max(0, part.length - (WINDOW_BYTES - text.length))) + text;
  }
  return text;
}

/** Bytes [from, to) of a line in pieces, without a copy. */
export function sliceParts(parts: readonly Buffer[], from: number, to: number): Buffer[] {
  const out: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const start = Math.max(from - offset, 0);
    const end = Math.min(to - offset, part.length);
    if (start < end) out.push(start === 0 && end === part.length ? part : part.subarray(start, end));
    offset += part.length;
    if (offset >= to) break;
  }
  return out;
}
