/**
 * Finds the id of a JSON-RPC message at either end of its text, without a parse of what lies between, and puts another id
 * there. Both rely on the line being valid JSON; of one that is not, the reader gets a line that is not valid either.
 *
 * The new id always becomes the last member. A message that names `id` twice would otherwise reach the client with the
 * upstream's choice, because JSON parsers let the last one win.
 */
import type { WireId, WireMap } from './message.ts';

/** Bytes of each end that are looked at. */
const WINDOW_BYTES = 512;

/** A member whose value is no object or array and has no escapes, with the comma or brace after it. */
const SCALAR_MEMBER = /\s*"([^"\\]*)"\s*:\s*("[^"\\]*"|-?\d+(?:\.\d+)?|true|false|null)\s*([,}])/y;
const NEXT_KEY = /\s*"([^"\\]*)"\s*:/y;
const OPEN = /^\s*\{/;
/** `,"id":N}`, or with the jsonrpc member behind it. Unescaped quotes cannot stand inside a string, so this is the envelope. */
const TAIL_ID = /,\s*"id"\s*:\s*("[^"\\]*"|-?\d+(?:\.\d+)?)\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/;

export interface Envelope {
  readonly id: WireId | undefined;
  readonly method: string | undefined;
  /** It has a `result` or an `error` and no `method` where it was looked for. */
  readonly isResponse: boolean;
  readonly isError: boolean;
  /** Where the id stands. `head`: characters [cutStart, cutEnd) hold the member and its comma. `tail`: from `cutFromEnd` bytes before the end. */
  readonly at: 'head' | 'tail' | 'unknown';
  readonly cutStart: number;
  readonly cutEnd: number;
  readonly cutFromEnd: number;
}

/** `head` and `tail` are the ends of the text as latin1 (so that characters are bytes); they may overlap. */
export function readEnvelope(head: string, tail: string): Envelope {
  const open = OPEN.exec(head);
  const seen = readHead(head, open?.[0].length ?? -1);
  const { id, method, cutStart, cutEnd } = seen;
  const isError = seen.body === 'error';
  const isResponse = method === undefined && seen.body !== undefined;
  if (id !== undefined) {
    // As the very last member it has no comma of its own to take along.
    return { id, method, isResponse, isError, at: seen.isIdLast ? 'unknown' : 'head', cutStart, cutEnd, cutFromEnd: 0 };
  }
  const found = open === null ? null : TAIL_ID.exec(tail);
  if (found === null) return { id, method, isResponse, isError, at: 'unknown', cutStart, cutEnd, cutFromEnd: 0 };
  const cutFromEnd = tail.length - found.index;
  return { id: scalarId(found[1] ?? ''), method, isResponse, isError, at: 'tail', cutStart, cutEnd, cutFromEnd };
}

interface Head {
  id: WireId | undefined;
  method: string | undefined;
  body: 'result' | 'error' | undefined;
  isIdLast: boolean;
  cutStart: number;
  cutEnd: number;
}

/** The members up to the first that is an object, an array, or has escapes; and that one's key. */
function readHead(head: string, start: number): Head {
  const out: Head = { id: undefined, method: undefined, body: undefined, isIdLast: false, cutStart: 0, cutEnd: 0 };
  let position = start;
  while (position >= 0) {
    SCALAR_MEMBER.lastIndex = position;
    const member = SCALAR_MEMBER.exec(head);
    if (member === null) break;
    const [text, key, value, end] = member;
    if (key === 'id' && value !== undefined) {
      out.id = scalarId(value);
      out.isIdLast = end === '}';
      out.cutStart = position;
      out.cutEnd = position + text.length;
    } else if (key === 'method') out.method = value?.slice(1, -1);
    else if (key === 'result' || key === 'error') out.body = key;
    position += text.length;
    if (end === '}') return out;
  }
  if (position < 0) return out;
  NEXT_KEY.lastIndex = position;
  const next = NEXT_KEY.exec(head)?.[1];
  if (next === 'result' || next === 'error') out.body = next;
  return out;
}

function scalarId(text: string): WireId | undefined {
  if (text.startsWith('"')) return text.slice(1, -1);
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? undefined : number;
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

/** The line's pieces with `idText` (JSON) as the id. Undefined when the id is at neither end: then it takes a parse. */
export function spliceId(
  parts: readonly Buffer[],
  bytes: number,
  envelope: Envelope,
  idText: string,
): Buffer[] | undefined {
  if (envelope.at === 'head') {
    const closing = /\}\s*$/.exec(tailOf(parts));
    if (closing === null) return undefined;
    const body = sliceParts(parts, envelope.cutEnd, bytes - closing[0].length);
    return [...sliceParts(parts, 0, envelope.cutStart), ...body, Buffer.from(`,"id":${idText}}`)];
  }
  if (envelope.at === 'tail') {
    return [...sliceParts(parts, 0, bytes - envelope.cutFromEnd), Buffer.from(`,"jsonrpc":"2.0","id":${idText}}`)];
  }
  return undefined;
}

/** The same for a short line whose id is known from its parse; one of the usual orders, else undefined. */
export function spliceSmall(text: string, upstreamId: number, idText: string): string | undefined {
  for (const ending of [`,"jsonrpc":"2.0","id":${upstreamId}}`, `,"id":${upstreamId},"jsonrpc":"2.0"}`]) {
    if (text.endsWith(ending)) return `${text.slice(0, -ending.length)},"jsonrpc":"2.0","id":${idText}}`;
  }
  const start = `{"jsonrpc":"2.0","id":${upstreamId},`;
  if (text.startsWith(start) && text.endsWith('}')) {
    return `{"jsonrpc":"2.0",${text.slice(start.length, -1)},"id":${idText}}`;
  }
  return undefined;
}

/** The message with `idText` (JSON) as its id. */
export function stringifyWithId(message: WireMap, idText: string): string {
  const rest = { ...message };
  delete rest['id'];
  const text = JSON.stringify(rest);
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"id":${idText}}`;
}

/** Bytes [from, to) of a line in pieces, without a copy. */
function sliceParts(parts: readonly Buffer[], from: number, to: number): Buffer[] {
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
