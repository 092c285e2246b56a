/**
 * Finds what of damaged journal files can still be read: runs of records that follow each other, and the gaps between
 * them. Pure.
 */
import { chainFault, EMPTY_CHAIN, follow, parseHeader, parseRecord, readLine } from '../record.ts';
import type { ChainHead } from '../types.ts';

/** Records that follow each other, in one file. Never empty. */
export interface Run {
  readonly path: string;
  readonly format: number;
  /** When its segment was begun. */
  readonly at: string;
  /** Chain before its first record. */
  readonly start: ChainHead;
  /** The file's first line is good and this run follows it, so that it can stay where it is. */
  readonly inPlace: boolean;
  /** Offset and the chain after it, for each record. */
  readonly records: { readonly offset: number; readonly end: number; readonly chain: ChainHead }[];
}

/** Where records are missing, seen from both sides. */
export interface Hole {
  readonly before: ChainHead;
  readonly after: ChainHead;
}

/** The readable runs of one segment file, in order of the file. */
export function runsIn(path: string, bytes: Buffer, newestFormat: number): Run[] {
  const runs: Run[] = [];
  const first = readLine(bytes, 0);
  const header = first?.ok === true ? parseHeader(first.body) : undefined;
  const format = header?.format ?? newestFormat;
  const at = header?.at ?? '';
  let chain: ChainHead | undefined =
    header === undefined ? undefined : { seq: header.segment - 1, hash: header.prev, events: header.n - 1 };
  let run: Run | undefined;
  for (let line = header === undefined ? first : readLine(bytes, first?.end ?? 0); line !== undefined;) {
    const record = line.ok ? parseRecord(line.body) : undefined;
    if (!line.ok || record === undefined) {
      chain = undefined;
      run = undefined;
    } else {
      if (chain === undefined || chainFault(chain, record) !== undefined) {
        chain = { seq: record.seq - 1, hash: record.prev, events: record.n - 1 };
        run = undefined;
      }
      if (run === undefined) {
        const inPlace: boolean = header !== undefined && line.offset === first?.end;
        run = { path, format, at, start: chain, inPlace, records: [] };
        runs.push(run);
      }
      chain = follow(chain, record, line.body);
      run.records.push({ offset: line.offset, end: line.end, chain });
    }
    line = readLine(bytes, line.end);
  }
  return runs;
}

export interface Layout {
  readonly runs: readonly Run[];
  /** Between the runs, in order. */
  readonly holes: readonly Hole[];
  readonly end: ChainHead;
}

/** Puts the runs of all files, in order, behind each other. What comes twice is left out. */
export function layOut(runs: readonly Run[]): Layout {
  const kept: Run[] = [];
  const holes: Hole[] = [];
  let chain = EMPTY_CHAIN;
  for (const run of runs) {
    const last = run.records.at(-1);
    if (last === undefined || last.chain.seq <= chain.seq || run.start.seq < chain.seq) continue;
    // The record before does not hash to what this one says it does: it was changed with its checksum, and is no record.
    while (run.start.seq === chain.seq && run.start.hash !== chain.hash && chain.seq > 0) {
      chain = dropLast(kept, holes);
    }
    if (run.start.seq > chain.seq) holes.push({ before: chain, after: run.start });
    kept.push(run);
    chain = last.chain;
  }
  return { runs: kept, holes, end: chain };
}

/** Takes the newest record away; returns the chain before it, or before the hole that it followed. */
function dropLast(kept: Run[], holes: Hole[]): ChainHead {
  const run = kept.at(-1);
  if (run === undefined) return EMPTY_CHAIN;
  run.records.pop();
  const last = run.records.at(-1);
  if (last !== undefined) return last.chain;
  kept.pop();
  return holes.at(-1)?.after.seq === run.start.seq ? (holes.pop()?.before ?? EMPTY_CHAIN) : run.start;
}
