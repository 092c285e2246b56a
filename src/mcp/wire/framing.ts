/** Bytes to lines, in time linear in the bytes, with a limit on one line. */

/** From this many bytes a line stays bytes; below it is decoded, because it will be parsed. */
export const LARGE_LINE_BYTES = 8 * 1024;

/** What is kept of each end of a line over the limit: enough to find a JSON-RPC id. */
const OVERSIZE_END_BYTES = 4 * 1024;

/** How many tiny pieces in a row are joined: each costs far more than its bytes. */
const MAX_LOOSE_PIECES = 1_024;
const MAX_LOOSE_BYTES = 1024 * 1024;

/** A line of so many times the limit is taken for one without an end. */
const ENDLESS_FACTOR = 4;

const NEWLINE = 10;

export interface LineHandler {
  /** A line under `LARGE_LINE_BYTES`, without its newline. Never blank. */
  small(text: string): void;
  /** A longer one, as the pieces in which it came; `bytes` is their sum. */
  large(parts: readonly Buffer[], bytes: number): void;
  /** One has grown to `LARGE_LINE_BYTES` and grows on: the same array as `large` will get, with more in it each time; small pieces may have been joined. */
  growing?(parts: readonly Buffer[], bytes: number): void;
  /** A line has passed the limit and may never end; `head` is its begin, latin1. True = dealt with, `oversize` will not follow. */
  overflow?(head: string): boolean;
  /** One over the limit goes on and on: nothing else can come on this stream. Told once. */
  endless?(bytes: number): void;
  /** A line over the limit was dropped; `head` and `tail` are its ends, decoded as latin1. */
  oversize(head: string, tail: string, bytes: number): void;
}

export class LineReader {
  readonly #limit: number;
  readonly #handler: LineHandler;
  /** The line that has no newline yet. */
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Pieces that are long, or joined already. */
  #joined = 0;
  /** Set once the open line has passed the limit. */
  #head: string | undefined;
  #tail: Buffer = Buffer.alloc(0);
  #isDealtWith = false;

  /** `limit` is in bytes, for one line without its newline. */
  constructor(limit: number, handler: LineHandler) {
    this.#limit = limit;
    this.#handler = handler;
  }

  /** What has come of a line that is not complete; nothing of one over the limit. */
  get pendingParts(): readonly Buffer[] {
    return this.#parts;
  }

  /** Forgets the line that is not complete. */
  reset(): void {
    this.#joined = 0;
    this.#parts = [];
    this.#bytes = 0;
    this.#head = undefined;
    this.#tail = Buffer.alloc(0);
  }

  /** What has come of a line that is not complete. */
  get openBytes(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) at = this.read(chunk, at);
  }

  /** Reads one line of a chunk, or what there is of it; where to go on. */
  read(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(NEWLINE, from);
    if (end === -1) {
      if (from < chunk.length) this.#append(from === 0 ? chunk : chunk.subarray(from));
      return chunk.length;
    }
    if (this.#bytes === 0) this.#whole(chunk, from, end);
    else this.#complete(chunk.subarray(from, end));
    return end + 1;
  }

  #whole(chunk: Buffer, start: number, end: number): void {
    const bytes = end - start;
    if (bytes > this.#limit) {
      this.#append(chunk.subarray(start, end));
      this.#complete(Buffer.alloc(0));
    } else if (bytes >= LARGE_LINE_BYTES) {
      this.#handler.large([chunk.subarray(start, end)], bytes);
    } else if (bytes > 0) {
      this.#emitSmall(chunk.toString('utf8', start, end));
    }
  }

  #emitSmall(text: string): void {
    if (text.length > 1 || text.trim() !== '') this.#handler.small(text);
  }

  #append(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#head !== undefined) {
      this.#tail = lastBytes(this.#tail, part);
      const most = ENDLESS_FACTOR * this.#limit;
      if (this.#bytes > most && this.#bytes - part.length <= most) this.#handler.endless?.(this.#bytes);
      return;
    }
    this.#parts.push(part);
    if (this.#parts.length - this.#joined >= MAX_LOOSE_PIECES) this.#join();
    if (this.#bytes > this.#limit) {
      const head = Buffer.concat(this.#parts.slice(0, piecesFor(this.#parts, OVERSIZE_END_BYTES)));
      this.#head = head.toString('latin1', 0, OVERSIZE_END_BYTES);
      this.#tail = this.#parts.reduce<Buffer>(lastBytes, Buffer.alloc(0));
      this.#parts = [];
      this.#joined = 0;
      this.#isDealtWith = this.#handler.overflow?.(this.#head) ?? false;
    } else if (this.#bytes >= LARGE_LINE_BYTES) this.#handler.growing?.(this.#parts, this.#bytes);
  }

  /** In place: whoever reads as it grows holds the array. */
  #join(): void {
    const loose = this.#parts.splice(this.#joined);
    const bytes = loose.reduce((sum, { length }) => sum + length, 0);
    for (const piece of bytes < MAX_LOOSE_BYTES ? [Buffer.concat(loose, bytes)] : loose) this.#parts.push(piece);
    this.#joined = this.#parts.length;
  }

  #complete(last: Buffer): void {
    if (last.length > 0) this.#append(last);
    this.#joined = 0;
    const { 0: parts, 1: bytes, 2: head } = [this.#parts, this.#bytes, this.#head] as const;
    this.#parts = [];
    this.#bytes = 0;
    this.#head = undefined;
    if (head !== undefined) {
      const tail = this.#tail.toString('latin1');
      this.#tail = Buffer.alloc(0);
      if (!this.#isDealtWith) this.#handler.oversize(head, tail, bytes);
    } else if (bytes >= LARGE_LINE_BYTES) {
      this.#handler.large(parts, bytes);
    } else {
      this.#emitSmall(decodeParts(parts, bytes));
    }
  }
}

/** Where pieces are joined to be decoded; kept, because a fresh megabyte for each long message is work for the collector. */
let scratch = Buffer.allocUnsafe(64 * 1024);
const MAX_SCRATCH_BYTES = 4 * 1024 * 1024;

/** The text of a line that came in pieces. */
export function decodeParts(parts: readonly Buffer[], bytes: number): string {
  const [only, another] = parts;
  if (only !== undefined && another === undefined) return only.toString('utf8');
  if (bytes > MAX_SCRATCH_BYTES) return Buffer.concat(parts, bytes).toString('utf8');
  if (scratch.length < bytes) scratch = Buffer.allocUnsafe(bytes * 2);
  let offset = 0;
  for (const part of parts) offset += part.copy(scratch, offset);
  return scratch.toString('utf8', 0, bytes);
}

/** How many of the first pieces hold at least `bytes` together. */
function piecesFor(parts: readonly Buffer[], bytes: number): number {
  let sum = 0;
  let count = 0;
  for (const part of parts) {
    count += 1;
    sum += part.length;
    if (sum >= bytes) break;
  }
  return count;
}

/** The last bytes of two pieces, copied so that the pieces can go. */
function lastBytes(before: Buffer, part: Buffer): Buffer {
  if (part.length >= OVERSIZE_END_BYTES) return Buffer.from(part.subarray(part.length - OVERSIZE_END_BYTES));
  return Buffer.concat([before.subarray(Math.max(0, before.length + part.length - OVERSIZE_END_BYTES)), part]);
}
