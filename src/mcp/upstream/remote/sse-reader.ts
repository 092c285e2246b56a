/** Bytes of `text/event-stream` to events, in time linear in the bytes, with a limit on one event. */
import { sliceParts } from '../../wire/envelope.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
/** Of a line that is no data: its name and value are short, or of no use. */
const MAX_FIELD_BYTES = 64 * 1024;
const DATA = Buffer.from('data:');
/** How many bytes are read between two looks at the clock, unless they belong to a long event. */
const FEW_BYTES = 1024;

export interface SseEvent {
  /** `message` unless the server names it. */
  readonly type: string;
  /** The pieces of `data`, as they came; a space stands between two lines of it, which is the same to JSON. */
  readonly parts: readonly Buffer[];
  readonly bytes: number;
}

export interface SseHandler {
  event(event: SseEvent): void;
  /** A new last event id; comes before its event. */
  id(id: string): void;
  /** How long to wait before the next connection. */
  retry(ms: number): void;
  /** An event's data as far as it has come: the same array as the event will have, with more in it each time. */
  growing?(parts: readonly Buffer[], bytes: number): void;
  /** The open event has passed the limit; nothing more is read. */
  oversize(head: string, bytes: number): void;
}

export class SseReader {
  readonly #limit: number;
  readonly #handler: SseHandler;
  /** The line that has no end yet. */
  #line: Buffer[] = [];
  #lineBytes = 0;
  #parts: Buffer[] = [];
  #bytes = 0;
  #hasData = false;
  /** The line that has no end yet is one of data, and what has come of it is in `#parts`. */
  #isData = false;
  #type = '';
  #id: string | undefined;
  #skipLf = false;
  #isOver = false;

  /** `limit` is in bytes, for the data of one event. */
  constructor(limit: number, handler: SseHandler) {
    this.#limit = limit;
    this.#handler = handler;
  }

  /** What has come of an event that is not complete. */
  get openBytes(): number {
    return this.#bytes + this.#lineBytes;
  }

  /** Reads a few bytes of a chunk; where to go on. */
  read(chunk: Buffer, from: number): number {
    const end = this.openBytes >= FEW_BYTES ? chunk.length : Math.min(from + FEW_BYTES, chunk.length);
    this.push(chunk.subarray(from, end));
    return end;
  }

  push(chunk: Buffer): void {
    let start = 0;
    if (this.#skipLf && chunk[0] === LF) start = 1;
    if (chunk.length > 0) this.#skipLf = false;
    let cr = chunk.indexOf(CR, start);
    let lf = chunk.indexOf(LF, start);
    while ((cr !== -1 || lf !== -1) && !this.#isOver) {
      const end = cr === -1 ? lf : lf === -1 ? cr : Math.min(cr, lf);
      this.#append(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
      if (end === cr) {
        if (chunk[start] === LF) start += 1;
        else if (start === chunk.length) this.#skipLf = true;
      }
      if (cr !== -1 && cr < start) cr = chunk.indexOf(CR, start);
      if (lf !== -1 && lf < start) lf = chunk.indexOf(LF, start);
    }
    if (start < chunk.length) this.#append(chunk.subarray(start));
  }

  #append(part: Buffer): void {
    if (this.#isOver || part.length === 0) return;
    if (this.#isData) {
      this.#parts.push(part);
      this.#bytes += part.length;
    } else {
      this.#line.push(part);
      this.#lineBytes += part.length;
      if (this.#lineBytes > DATA.length) this.#beginData();
    }
    if (this.#bytes + Math.max(0, this.#lineBytes - DATA.length - 1) <= this.#limit) {
      if (this.#isData) this.#handler.growing?.(this.#parts, this.#bytes);
      return;
    }
    this.#isOver = true;
    const [first] = this.#parts.length > 0 ? this.#parts : this.#line;
    const head = (first ?? part).toString('latin1', 0, 4096).replace(/^data: ?/, '');
    const bytes = this.#bytes + this.#lineBytes;
    this.#line = [];
    this.#parts = [];
    this.#handler.oversize(head, bytes);
  }

  /** What comes of a line of data is the event's at once, so that it can be read as it comes. */
  #beginData(): void {
    const line = this.#line;
    const head = startOf(line, DATA.length + 1);
    if (!head.subarray(0, DATA.length).equals(DATA)) return;
    if (this.#hasData) {
      this.#parts.push(Buffer.from(' '));
      this.#bytes += 1;
    }
    const skip = head[DATA.length] === SPACE ? DATA.length + 1 : DATA.length;
    for (const part of sliceParts(line, skip, Infinity)) this.#parts.push(part);
    this.#bytes += this.#lineBytes - skip;
    this.#hasData = true;
    this.#isData = true;
    this.#line = [];
    this.#lineBytes = 0;
  }

  #endLine(): void {
    if (this.#isData) {
      this.#isData = false;
      return;
    }
    const { 0: line, 1: bytes } = [this.#line, this.#lineBytes] as const;
    this.#line = [];
    this.#lineBytes = 0;
    if (this.#isOver) return;
    if (bytes === 0) return this.#dispatch();
    if (bytes > MAX_FIELD_BYTES) return;
    const text = Buffer.concat(line).toString('utf8');
    if (text !== 'data:') return this.#field(text);
    if (this.#hasData) {
      this.#parts.push(Buffer.from(' '));
      this.#bytes += 1;
    }
    this.#hasData = true;
  }

  #field(text: string): void {
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const name = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.#handler.retry(Number(value));
    else if (name === 'data') this.#hasData = true;
  }

  #dispatch(): void {
    const { 0: parts, 1: bytes, 2: type, 3: id } = [this.#parts, this.#bytes, this.#type, this.#id] as const;
    this.#parts = [];
    this.#bytes = 0;
    this.#hasData = false;
    this.#type = '';
    this.#id = undefined;
    if (id !== undefined) this.#handler.id(id);
    if (bytes > 0) this.#handler.event({ type: type === '' ? 'message' : type, parts, bytes });
  }
}

function startOf(parts: readonly Buffer[], bytes: number): Buffer {
  const [first] = parts;
  if (first !== undefined && first.length >= bytes) return first.subarray(0, bytes);
  return Buffer.concat(parts.slice(0, bytes)).subarray(0, bytes);
}
