/** The journal's files: their names, what their first line says, and reading their records. */
import { join } from 'node:path';
import { McptuiError } from '../errors.ts';
import type { StoreFs } from './fs.ts';
import { chainFault, follow, parseHeader, parseObject, parseRecord, readLine } from './record.ts';
import type { JournalRecord } from './record.ts';
import type { ChainHead } from './types.ts';

const SEGMENT = /^(\d{16})\.jsonl$/;
const STUB = /^(\d{16})\.dropped\.json$/;
/** A first line is about 180 bytes. */
const HEADER_BYTES = 1024;

/** One file of the journal, and where in the chain it begins. */
export interface Segment {
  readonly path: string;
  /** Chain before its first record. */
  readonly start: ChainHead;
  readonly format: number;
  /** When it was begun, ISO 8601. */
  readonly at: string;
}

/** What is left of segments that retention dropped. */
export interface Stub {
  readonly format: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstEvent: number;
  readonly lastEvent: number;
  /** Hash of record `lastSeq`: what the first kept record names as its `prev`. */
  readonly head: string;
  readonly droppedAt: string;
  /** Collections that had a snapshot then; without theirs, rows would be missing. */
  readonly collections: readonly string[];
}

export interface JournalFiles {
  readonly stub: { readonly path: string; readonly stub: Stub } | undefined;
  /** In order. The last one may have no readable first line: a segment torn while it was begun. */
  readonly segments: readonly Segment[];
  readonly unreadable: { readonly path: string; readonly reason: string } | undefined;
}

export const journalFolder = (dataDir: string): string => join(dataDir, 'journal');

export function segmentPath(dataDir: string, firstSeq: number): string {
  return join(journalFolder(dataDir), `${String(firstSeq).padStart(16, '0')}.jsonl`);
}

export function stubPath(dataDir: string, firstSeq: number): string {
  return join(journalFolder(dataDir), `${String(firstSeq).padStart(16, '0')}.dropped.json`);
}

export function damaged(file: string, offset: number, reason: string): McptuiError {
  return new McptuiError('unavailable', `${file} is damaged at byte ${offset}: ${reason}`, {
    hint: 'run `mcptui store repair` to see what can be saved; nothing was changed',
  });
}

/** @throws McptuiError `unavailable` when a file other than the last cannot be understood */
export async function listJournal(fs: StoreFs, dataDir: string): Promise<JournalFiles> {
  const folder = journalFolder(dataDir);
  const names = await fs.list(folder);
  const stubName = names.find((name) => STUB.test(name));
  const stub = stubName === undefined ? undefined : await readStub(fs, join(folder, stubName));
  const paths = names.filter(
    (name) => SEGMENT.test(name) && Number(SEGMENT.exec(name)?.[1]) > (stub?.stub.lastSeq ?? 0),
  );
  const segments: Segment[] = [];
  for (const [i, name] of paths.entries()) {
    const path = join(folder, name);
    const segment = await readSegmentHeader(fs, path, Number(SEGMENT.exec(name)?.[1]));
    if (typeof segment !== 'string') segments.push(segment);
    else if (i === paths.length - 1) return { stub, segments, unreadable: { path, reason: segment } };
    else throw damaged(path, 0, segment);
  }
  return { stub, segments, unreadable: undefined };
}

/** Segments that a crash kept from being removed after their stub was written. */
export async function listCovered(fs: StoreFs, dataDir: string, stub: Stub): Promise<readonly string[]> {
  const folder = journalFolder(dataDir);
  const names = await fs.list(folder);
  return names
    .filter((name) => SEGMENT.test(name) && Number(SEGMENT.exec(name)?.[1]) <= stub.lastSeq)
    .map((name) => join(folder, name));
}

async function readStub(fs: StoreFs, path: string): Promise<{ path: string; stub: Stub }> {
  const line = readLine(await fs.read(path), 0);
  const value = line?.ok === true ? parseObject(line.body) : undefined;
  if (typeof value?.['lastSeq'] !== 'number') throw damaged(path, 0, 'not a stub of dropped segments');
  return { path, stub: value as unknown as Stub };
}

/** The segment, or why its first line is none. */
async function readSegmentHeader(fs: StoreFs, path: string, firstSeq: number): Promise<Segment | string> {
  const line = readLine(await fs.read(path, 0, HEADER_BYTES), 0);
  if (line === undefined) return 'the file is empty';
  if (!line.ok) return line.reason;
  const header = parseHeader(line.body);
  if (header === undefined || header.segment !== firstSeq) return 'the first line is not of this segment';
  const start = { seq: header.segment - 1, hash: header.prev, events: header.n - 1 };
  return { path, start, format: header.format, at: header.at };
}

/** Where a walk through a segment ended: at its end, or at the first thing that is wrong. */
export interface Walk {
  readonly chain: ChainHead;
  /** Offset after the last good record. */
  readonly end: number;
  readonly fault: { readonly offset: number; readonly reason: string; readonly brokenChain: boolean } | undefined;
}

/**
 * Reads the records in `bytes` (a whole segment file) in order, checking checksums and chain. A generator, so that the
 * caller can pause between records; returns where it ended.
 */
export function* walkSegment(
  bytes: Buffer,
  start: ChainHead,
): Generator<{ record: JournalRecord; chain: ChainHead; offset: number }, Walk, undefined> {
  const first = readLine(bytes, 0);
  let chain = start;
  let offset = first?.end ?? 0;
  const stop = (reason: string, brokenChain: boolean): Walk => ({
    chain,
    end: offset,
    fault: { offset, reason, brokenChain },
  });
  if (first?.ok !== true || parseHeader(first.body) === undefined) {
    offset = 0;
    return stop(first === undefined || first.ok ? 'the first line is not of a segment' : first.reason, false);
  }
  for (;;) {
    const line = readLine(bytes, offset);
    if (line === undefined) return { chain, end: offset, fault: undefined };
    if (!line.ok) return stop(line.reason, false);
    const record = parseRecord(line.body);
    if (record === undefined) return stop('not a journal record', true);
    const fault = chainFault(chain, record);
    if (fault !== undefined) return stop(fault, true);
    chain = follow(chain, record, line.body);
    yield { record, chain, offset };
    offset = line.end;
  }
}
