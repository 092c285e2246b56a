/**
 * Encodes the journal's lines, which journal, snapshots and repair read: `crc32 SP json LF`, where the json carries the
 * SHA-256 of the json before it. Pure.
 */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { AuditEvent, ChainHead, Change, EventDraft } from './types.ts';

export const NO_HASH = '0'.repeat(64);
export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: NO_HASH, events: 0 };

/** An event as written: its number follows from its place, its time is the record's unless it differs. */
export interface StoredEvent extends EventDraft {
  readonly at?: string;
}

export interface JournalRecord {
  readonly seq: number;
  /** SHA-256 of the body before this one, hex. */
  readonly prev: string;
  /** `seq` of the first record of the burst that was written and synced together. */
  readonly batch: number;
  /** ISO 8601. */
  readonly at: string;
  /** Number of its first event, or of the next one to come when it has none. */
  readonly n: number;
  readonly changes: readonly Change[];
  readonly events: readonly StoredEvent[];
}

/** First line of a segment: where it takes up the chain. Not part of the chain itself. */
export interface SegmentHeader {
  readonly format: number;
  readonly segment: number;
  readonly prev: string;
  readonly n: number;
  readonly at: string;
}

const LF = 0x0a;
const SPACE = 0x20;
/** Eight hex digits and a space. */
const BODY_START = 9;

export function sha256(body: string | Uint8Array): string {
  return hash('sha256', body, 'hex');
}

export function encodeLine(body: string): string {
  return `${crc32(body).toString(16).padStart(8, '0')} ${body}\n`;
}

export function encodeHeader(format: number, chain: ChainHead, at: string): string {
  const header: SegmentHeader = { format, segment: chain.seq + 1, prev: chain.hash, n: chain.events + 1, at };
  return encodeLine(JSON.stringify(header));
}

/** The body of one record; `changes` and `events` are JSON texts already, so that nothing is serialised twice. */
export function encodeBody(
  chain: ChainHead,
  batch: number,
  at: string,
  changes: readonly string[],
  events: readonly string[],
): string {
  return (
    `{"seq":${chain.seq + 1},"prev":"${chain.hash}","batch":${batch},"at":"${at}","n":${chain.events + 1},` +
    `"changes":[${changes.join(',')}],"events":[${events.join(',')}]}`
  );
}

/** A line whose crc is right, or why it is not one. `end` is the offset after its LF. */
export type Line =
  | { readonly ok: true; readonly offset: number; readonly end: number; readonly body: Buffer }
  | { readonly ok: false; readonly offset: number; readonly end: number; readonly reason: string };

/** The line at `offset`; undefined at the end of the bytes. */
export function readLine(bytes: Buffer, offset: number): Line | undefined {
  if (offset >= bytes.length) return undefined;
  const lf = bytes.indexOf(LF, offset);
  if (lf < 0) return { ok: false, offset, end: bytes.length, reason: 'the line has no end' };
  const end = lf + 1;
  const reason = lineFault(bytes, offset, lf);
  if (reason !== undefined) return { ok: false, offset, end, reason };
  return { ok: true, offset, end, body: bytes.subarray(offset + BODY_START, lf) };
}

function lineFault(bytes: Buffer, offset: number, lf: number): string | undefined {
  if (lf - offset <= BODY_START || bytes[offset + BODY_START - 1] !== SPACE) return 'not a journal line';
  const digits = bytes.toString('latin1', offset, offset + BODY_START - 1);
  const expected = crc32(bytes.subarray(offset + BODY_START, lf))
    .toString(16)
    .padStart(8, '0');
  return digits === expected ? undefined : 'the checksum does not match';
}

/** Whether the bytes from `offset` are a whole line apart from its last byte, the LF. */
export function lacksOnlyItsEnd(bytes: Buffer, offset: number): boolean {
  return lineFault(bytes, offset, bytes.length - 1) === undefined;
}

export function parseRecord(body: Buffer): JournalRecord | undefined {
  const value = parseObject(body);
  if (value === undefined || !Array.isArray(value['changes']) || !Array.isArray(value['events'])) return undefined;
  return value as unknown as JournalRecord;
}

export function parseHeader(body: Buffer): SegmentHeader | undefined {
  const value = parseObject(body);
  return typeof value?.['segment'] === 'number' ? (value as unknown as SegmentHeader) : undefined;
}

export function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Why the record does not follow the chain; undefined when it does. */
export function chainFault(chain: ChainHead, record: JournalRecord): string | undefined {
  if (record.seq !== chain.seq + 1) return `record ${record.seq} where ${chain.seq + 1} belongs`;
  if (record.prev !== chain.hash) return `record ${record.seq} does not follow the record before it`;
  if (record.n !== chain.events + 1)
    return `record ${record.seq} numbers its events from ${record.n}, not ${chain.events + 1}`;
  return undefined;
}

export function follow(chain: ChainHead, record: JournalRecord, body: Buffer): ChainHead {
  return { seq: record.seq, hash: sha256(body), events: chain.events + record.events.length };
}

export function eventsOf(record: JournalRecord): AuditEvent[] {
  const recordAt = Date.parse(record.at);
  return record.events.map((stored, i) => {
    const at = stored.at === undefined ? recordAt : Date.parse(stored.at);
    return numbered({ ...stored, at }, record.n, i);
  });
}

/** The event at `index` of a record whose first event has the number `first`. */
export function numbered(event: Omit<AuditEvent, 'n'>, first: number, index: number): AuditEvent {
  const n = first + index;
  if (event.cause === undefined || event.cause >= 0) return { ...event, n };
  const { cause, ...rest } = event;
  return -cause <= index ? { ...rest, cause: n + cause, n } : { ...rest, n };
}
