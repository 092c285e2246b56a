/**
 * Opens what is on the disk: snapshots, then the journal after them. The torn end of a write that was never
 * acknowledged is cut and kept as `.broken`; any other damage is refused, and nothing is changed.
 */
import { basename } from 'node:path';
import { errnoOf, McptuiError } from '../errors.ts';
import { checkRecord, type CollectionSpec } from './collection.ts';
import type { StoreFs } from './fs.ts';
import { checkFormat, migrateRow, type Migration } from './migrations.ts';
import { EMPTY_CHAIN, eventsOf } from './record.ts';
import type { Change } from './record.ts';
import { damaged, listJournal, walkSegment, type JournalFiles, type Segment } from './segments.ts';
import { Snapshots, snapshotPath, type Snapshot } from './snapshot.ts';
import type { Row } from './table.ts';
import { cutTail, isTorn } from './torn.ts';
import type { AuditEvent, ChainHead, EventDraft } from './types.ts';
import { deepFreeze } from './freeze.ts';

export type CollectionSpecs = { readonly [name: string]: CollectionSpec<{ readonly id: string }> };

export interface Recovered {
  readonly snapshots: Snapshots;
  readonly rows: ReadonlyMap<string, Map<string, Row>>;
  readonly chain: ChainHead;
  readonly segments: readonly Segment[];
  /** The segment to go on with; undefined = begin one. */
  readonly active: { readonly path: string; readonly size: number } | undefined;
  /** Records after the oldest snapshot. */
  readonly replayed: number;
  /** What was put right, to be recorded. */
  readonly notices: EventDraft[];
  /** Cuts a torn end for which there was no room; to be done before anything is written. */
  readonly pendingCut: (() => Promise<void>) | undefined;
}

export interface RecoveryOptions {
  readonly fs: StoreFs;
  readonly dataDir: string;
  readonly specs: CollectionSpecs;
  readonly migrations: readonly Migration[];
  /** At least this many of the newest events are read. */
  readonly window: number;
  onEvents(events: readonly AuditEvent[]): void;
}

interface Replay {
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly rows: Map<string, Map<string, Row>>;
  /** Where each row that the journal changed last comes from. */
  readonly origin: Map<string, string>;
  chain: ChainHead;
  replayed: number;
}

/** @throws McptuiError `unavailable` naming file and offset of damage, or a newer format; `invalid` for a record that fails its schema */
export async function recover(options: RecoveryOptions): Promise<Recovered> {
  const { fs, dataDir, specs } = options;
  const snapshots = new Snapshots(fs, dataDir);
  await snapshots.removeTemps();
  const replay = await readSnapshots(options, snapshots);
  const files = await listJournal(fs, dataDir);
  checkStub(options, files, replay);
  for (const segment of files.segments) checkFormat(segment.path, segment.format);

  const first = firstToRead(files, oldestSnapshot(replay), options.window);
  const toRead = files.segments.slice(first);
  replay.chain = toRead[0]?.start ?? lastKnown(files);
  let tail: { path: string; bytes: Buffer; end: number } | undefined;
  let end = 0;
  for (const [i, segment] of toRead.entries()) {
    const bytes = await fs.read(segment.path);
    const isLast = i === toRead.length - 1 && files.unreadable === undefined;
    end = replaySegment(options, replay, segment, bytes, isLast);
    if (end < bytes.length) tail = { path: segment.path, bytes, end };
  }
  const last = files.segments.at(-1);
  if (files.unreadable !== undefined) {
    const { path, reason } = files.unreadable;
    const bytes = await fs.read(path);
    if (!isTorn(bytes, 0, replay.chain.seq)) throw damaged(path, 0, reason);
    tail = { path, bytes, end: 0 };
  }
  checkSnapshotsReached(dataDir, replay, tail);
  const rows = validate(dataDir, specs, replay);

  const notices: EventDraft[] = [];
  let pendingCut: (() => Promise<void>) | undefined;
  if (tail !== undefined) {
    const { path, bytes, end: cutAt } = tail;
    const cut = async (): Promise<void> => {
      const kept = await cutTail(fs, path, bytes, cutAt);
      notices.push(cutNotice(path, cutAt, bytes.length - cutAt, kept));
    };
    await cut().catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
      pendingCut = cut;
    });
  }
  return {
    snapshots,
    rows,
    chain: replay.chain,
    segments: files.segments,
    active: last === undefined ? undefined : { path: last.path, size: end },
    replayed: replay.replayed,
    notices,
    pendingCut,
  };
}

async function readSnapshots(options: RecoveryOptions, snapshots: Snapshots): Promise<Replay> {
  const read = new Map<string, Snapshot>();
  const rows = new Map<string, Map<string, Row>>();
  for (const name of Object.keys(options.specs)) {
    const snapshot = await snapshots.read(name);
    read.set(name, snapshot);
    rows.set(
      name,
      new Map(
        snapshot.rows.map((row) => [
          row.id,
          migrateRow(name, row, snapshot.format, options.migrations) as unknown as Row,
        ]),
      ),
    );
  }
  return { snapshots: read, rows, origin: new Map(), chain: EMPTY_CHAIN, replayed: 0 };
}

/** A collection whose rows were in dropped segments must have its snapshot. */
function checkStub(options: RecoveryOptions, files: JournalFiles, replay: Replay): void {
  if (files.stub === undefined) {
    const firstKept = files.segments[0]?.start.seq ?? 0;
    if (firstKept > 0 && files.segments[0] !== undefined) {
      throw damaged(files.segments[0].path, 0, `the segments before record ${firstKept + 1} are missing`);
    }
    return;
  }
  const { stub } = files.stub;
  checkFormat(files.stub.path, stub.format);
  for (const name of stub.collections) {
    const snapshot = replay.snapshots.get(name);
    if (snapshot !== undefined && snapshot.chain.seq < stub.lastSeq) {
      throw damaged(
        snapshotPath(options.dataDir, name),
        0,
        'the file is missing or older than the journal that is left',
      );
    }
  }
}

function oldestSnapshot(replay: Replay): number {
  return Math.min(...[...replay.snapshots.values()].map((snapshot) => snapshot.chain.seq));
}

/** Index of the first segment that holds something not in the snapshots, or an event of the window. */
function firstToRead(files: JournalFiles, snapshotSeq: number, window: number): number {
  const { segments } = files;
  const newest = segments.at(-1)?.start.events ?? 0;
  let first = segments.length - 1;
  while (first > 0 && wanted(segments[first], snapshotSeq, newest - window)) first--;
  return Math.max(0, first);
}

/** Whether something before this segment is needed. */
function wanted(segment: Segment | undefined, snapshotSeq: number, oldestEvent: number): boolean {
  return segment !== undefined && (segment.start.seq > snapshotSeq || segment.start.events > Math.max(0, oldestEvent));
}

function lastKnown(files: JournalFiles): ChainHead {
  if (files.stub === undefined) return EMPTY_CHAIN;
  const { lastSeq, head, lastEvent } = files.stub.stub;
  return { seq: lastSeq, hash: head, events: lastEvent };
}

/** Applies the segment; returns the offset after its last good record. */
function replaySegment(
  options: RecoveryOptions,
  replay: Replay,
  segment: Segment,
  bytes: Buffer,
  isLast: boolean,
): number {
  if (segment.start.seq !== replay.chain.seq || segment.start.hash !== replay.chain.hash) {
    throw damaged(segment.path, 0, `the segment does not follow record ${replay.chain.seq}`);
  }
  const walk = walkSegment(bytes, replay.chain);
  for (let step = walk.next(); ; step = walk.next()) {
    if (step.done === true) {
      const { end, fault } = step.value;
      if (fault === undefined) return end;
      if (isLast && !fault.brokenChain && isTorn(bytes, end, replay.chain.seq)) return end;
      throw damaged(segment.path, fault.offset, fault.reason);
    }
    const { record, chain, offset } = step.value;
    replay.chain = chain;
    checkAgainstSnapshots(options.dataDir, replay, segment.path, offset);
    for (const change of record.changes) {
      applyChange(options, replay, segment, change, record.seq, offset);
    }
    if (record.events.length > 0) options.onEvents(eventsOf(record));
    if (record.seq > oldestSnapshot(replay)) replay.replayed++;
  }
}

function applyChange(
  options: RecoveryOptions,
  replay: Replay,
  segment: Segment,
  change: Change,
  seq: number,
  offset: number,
): void {
  const rows = replay.rows.get(change.in);
  const snapshot = replay.snapshots.get(change.in);
  if (rows === undefined || snapshot === undefined) {
    throw new McptuiError(
      'unavailable',
      `${segment.path} holds a change of ${change.in} at byte ${offset}, which this mcptui does not know`,
      {
        hint: 'start the newer mcptui that wrote it; nothing was changed',
      },
    );
  }
  if (seq <= snapshot.chain.seq) return;
  if ('del' in change) {
    rows.delete(change.del);
    return;
  }
  rows.set(change.put.id, migrateRow(change.in, change.put, segment.format, options.migrations) as unknown as Row);
  replay.origin.set(`${change.in}/${change.put.id}`, `record ${seq}, ${segment.path} at byte ${offset}`);
}

function checkAgainstSnapshots(dataDir: string, replay: Replay, path: string, offset: number): void {
  for (const { chain, collection } of replay.snapshots.values()) {
    if (chain.seq === replay.chain.seq && chain.hash !== replay.chain.hash) {
      const snapshot = snapshotPath(dataDir, collection);
      throw damaged(path, offset, `record ${chain.seq} is not the one that ${snapshot} was made from`);
    }
  }
}

/** What a snapshot holds was durable, so a journal that ends before it has lost something. */
function checkSnapshotsReached(dataDir: string, replay: Replay, tail: { path: string; end: number } | undefined): void {
  for (const { chain, collection } of replay.snapshots.values()) {
    if (chain.seq <= replay.chain.seq) continue;
    const reason = `the journal ends at record ${replay.chain.seq}, but ${basename(snapshotPath(dataDir, collection))} was made at record ${chain.seq}`;
    throw damaged(tail?.path ?? snapshotPath(dataDir, collection), tail?.end ?? 0, reason);
  }
}

function validate(dataDir: string, specs: CollectionSpecs, replay: Replay): Map<string, Map<string, Row>> {
  const valid = new Map<string, Map<string, Row>>();
  for (const [name, spec] of Object.entries(specs)) {
    const rows = new Map<string, Row>();
    for (const [id, row] of replay.rows.get(name) ?? []) {
      rows.set(id, validRow(spec, row, replay.origin.get(`${name}/${id}`) ?? snapshotPath(dataDir, name)));
    }
    valid.set(name, rows);
  }
  return valid;
}

function validRow(spec: CollectionSpec<{ readonly id: string }>, row: Row, where: string): Row {
  const { version, ...record } = row;
  try {
    return deepFreeze({ ...checkRecord(spec, record), version });
  } catch (error) {
    if (!(error instanceof McptuiError)) throw error;
    throw new McptuiError('invalid', `${error.message} (${where})`, {
      hint: 'run `mcptui store repair`; nothing was changed',
      cause: error,
    });
  }
}

function cutNotice(path: string, offset: number, bytes: number, kept: string | undefined): EventDraft {
  return {
    kind: 'store_recovered',
    actor: 'engine',
    target: `journal/${basename(path)}`,
    outcome: 'info',
    message: `cut ${bytes} bytes of an unfinished write at byte ${offset}`,
    detail: { file: basename(path), offset, bytes, kept: kept === undefined ? null : basename(kept) },
  };
}
