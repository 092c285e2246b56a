/** Reads the journal's files: their names, what their first line says, and their records. */
import { join } from 'node:path';
import { McptuiError } from '../../kernel/errors.ts';
import type { StoreFs } from '../files/fs.ts';
import { checkFormat } from '../migrations.ts';
import { chainFault, follow, parseHeader, parseObject, parseRecord, readLine, sha256 } from '../record.ts';
import type { JournalRecord } from '../record.ts';
import type { ChainHead } from '../types.ts';

const SEGMENT = /^(\d{16})\.jsonl$/;
const GAP = /^(\d{16})\.dropped\.json$/;
/** Whether a file in the journal's folder is a segment. */
export const isSegmentName = (name: string): boolean => SEGMENT.test(name);

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

/** Records that are no longer there, and where the chain goes on after them. */
export interface Gap {
  readonly format: number;
  readonly reason: 'retention' | 'repair';
  /** When it was made, ISO 8601. */
  readonly at: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstEvent: number;
  /** `firstEvent - 1` when no event is missing. */
  readonly lastEvent: number;
  /** Hash before record `firstSeq`. */
  readonly prev: string;
  /** Hash of record `lastSeq`: what the first kept record names as its `prev`. */
  readonly head: string;
  /** Collections whose snapshots have what the records changed; without those, rows would be missing. */
  readonly collections: readonly string[];
}

export interface JournalFiles {
  /** In order. */
  readonly gaps: readonly { readonly path: string; readonly gap: Gap }[];
  /** In order. */
  readonly segments: readonly Segment[];
  /** The newest segment when its first line cannot be read: torn while it was begun, or damaged. */
  readonly unreadable: { readonly path: string; readonly reason: string } | undefined;
}

export const journalFolder = (dataDir: string): string => join(dataDir, 'journal');

export function segmentPath(dataDir: string, firstSeq: number): string {
  return join(journalFolder(dataDir), `${String(firstSeq).padStart(16, '0')}.jsonl`);
}

export function gapPath(dataDir: string, firstSeq: number): string {
  return join(journalFolder(dataDir), `${String(firstSeq).padStart(16, '0')}.dropped.json`);
}

/** The chain after `chain`, when what follows in the folder is a gap. */
export function skipGap(files: JournalFiles, chain: ChainHead): ChainHead {
  const found = files.gaps.find(({ gap }) => gap.firstSeq === chain.seq + 1 && gap.prev === chain.hash);
  if (found === undefined) return chain;
  const { lastSeq, head, lastEvent } = found.gap;
  return skipGap(files, { seq: lastSeq, hash: head, events: lastEvent });
}

export function damaged(file: string, offset: number, reason: string): McptuiError {
  return new McptuiError('unavailable', `${file} is damaged at byte ${offset}: ${reason}`, {
    hint: 'run `mcptui store repair` to see what can be saved; nothing was changed',
  });
}

/** `format`: the newest one known. @throws McptuiError `unavailable` when a file other than the newest segment cannot be understood */
export async function listJournal(fs: StoreFs, dataDir: string, format: number): Promise<JournalFiles> {
  const folder = journalFolder(dataDir);
  const names = await fs.list(folder);
  const gaps: { path: string; gap: Gap }[] = [];
  for (const name of names.filter((name) => GAP.test(name))) {
    const path = join(folder, name);
    gaps.push({ path, gap: await readGap(fs, path, format) });
  }
  const paths = names.filter((name) => SEGMENT.test(name) && !gaps.some(({ gap }) => covers(gap, name)));
  const segments: Segment[] = [];
  for (const [i, name] of paths.entries()) {
    const path = join(folder, name);
    const segment = await readSegmentHeader(fs, path, firstSeqOf(name));
    if (typeof segment !== 'string') segments.push(segment);
    else if (i === paths.length - 1) return { gaps, segments, unreadable: { path, reason: segment } };
    else throw damaged(path, 0, segment);
  }
  return { gaps, segments, unreadable: undefined };
}

/** Segments that a crash kept from being removed after their gap was written. */
export async function listCovered(fs: StoreFs, dataDir: string, gap: Gap): Promise<readonly string[]> {
  const folder = journalFolder(dataDir);
  const names = await fs.list(folder);
  return names.filter((name) => SEGMENT.test(name) && covers(gap, name)).map((name) => join(folder, name));
}

const firstSeqOf = (name: string): number => Number(SEGMENT.exec(name)?.[1]);

function covers(gap: Gap, name: string): boolean {
  return firstSeqOf(name) >= gap.firstSeq && firstSeqOf(name) <= gap.lastSeq;
}

async function readGap(fs: StoreFs, path: string, format: number): Promise<Gap> {
  const bytes = await fs.read(path);
  const line = readLine(bytes, 0);
  const value = line?.ok === true && line.end === bytes.length ? parseObject(line.body) : undefined;
  if (typeof value?.['lastSeq'] !== 'number') throw damaged(path, 0, 'not a note of dropped records');
  checkFormat(path, value['format'], format);
  return value as unknown as Gap;
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

/** Number and hash of the last record in the file; undefined when its end cannot be read. */
export async function lastRecord(fs: StoreFs, path: string): Promise<{ seq: number; hash: string } | undefined> {
  const size = (await fs.info(path))?.size ?? 0;
  for (let length = HEADER_BYTES * 4; ; length *= 4) {
    const from = Math.max(0, size - length);
    const bytes = await fs.read(path, from, size);
    const start = bytes.lastIndexOf('\n', -2) + 1;
    if (start === 0 && from > 0) continue;
    const line = readLine(bytes, start);
    const record = line?.ok === true ? parseRecord(line.body) : undefined;
    return line?.ok === true && record !== undefined ? { seq: record.seq, hash: sha256(line.body) } : undefined;
  }
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
): Generator<{ record: JournalRecord; chain: ChainHead; offset: number; end: number }, Walk, undefined> {
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
    yield { record, chain, offset, end: line.end };
    offset = line.end;
  }
}
