/**
 * Opens what is on the disk: snapshots, then the journal after them. The torn end of a write that was never
 * acknowledged is cut and kept as `.broken`; any other damage is refused, and nothing is changed.
 */
import { basename } from 'node:path';
import { errnoOf } from '../kernel/errors.ts';
import type { KeptFile } from './journal/archive.ts';
import type { Bodies } from './bodies/bodies.ts';
import { checkBodyFiles } from './bodies/body-check.ts';
import { removeTemps } from './files/durable-adapter.ts';
import type { StoreFs } from './files/fs.ts';
import { checkFormat, formatOf } from './migrations.ts';
import { EMPTY_CHAIN, eventsOf } from './record.ts';
import { Replay, type InvalidRow, type ReplayOptions } from './journal/replay.ts';
import { removeCovered } from './journal/retention.ts';
import {
  damaged,
  journalFolder,
  lastRecord,
  listJournal,
  skipGap,
  walkSegment,
  type JournalFiles,
  type Segment,
} from './journal/segments.ts';
import { snapshotFolder, Snapshots, snapshotPath, type Snapshot } from './snapshot.ts';
import type { Row } from './table.ts';
import { cutTail, isTorn } from './journal/torn.ts';
import type { AuditEvent, ChainHead, EventDraft } from './types.ts';
import { checkVouched, unvouchedReason } from './journal/vouching.ts';

export interface RecoveryOptions extends ReplayOptions {
  /** Gets the events of all that is read, in order. */
  onEvents(events: readonly AuditEvent[]): void;
  /** Default: throws the row's error. */
  readonly onInvalid?: (invalid: InvalidRow) => void;
}

export interface Recovered {
  readonly snapshots: Snapshots;
  readonly rows: ReadonlyMap<string, Map<string, Row>>;
  /** Of the collections that have them. */
  readonly bodies: ReadonlyMap<string, Bodies>;
  readonly chain: ChainHead;
  /** The segment to go on with; undefined = begin one. */
  readonly active: { readonly path: string; readonly size: number } | undefined;
  /** Decisions of dropped files. */
  readonly kept: readonly KeptFile[];
  /** Records after the oldest snapshot. */
  readonly replayed: number;
  /** What was put right, to be recorded. */
  readonly notices: EventDraft[];
  /** Cuts a torn end for which there was no room; to be done before anything is written. */
  readonly pendingCut: (() => Promise<void>) | undefined;
}

/** The unfinished end of the journal: everything in `bytes`, the whole file, from `end` on. */
interface Tail {
  readonly path: string;
  readonly bytes: Buffer;
  readonly end: number;
}

/**
 * @throws McptuiError `unavailable` naming file and offset of damage, or a newer format; `invalid` for a record that fails
 *   its schema
 */
export async function recover(options: RecoveryOptions): Promise<Recovered> {
  const { fs, dataDir } = options;
  const format = formatOf(options.migrations);
  const snapshots = new Snapshots(fs, dataDir, format);
  const read = new Map<string, Snapshot>();
  for (const name of Object.keys(options.specs)) read.set(name, await snapshots.read(name));
  const files = await listJournal(fs, dataDir, format);
  checkGaps(dataDir, files, read);
  if (options.salvaged === undefined) for (const snapshot of read.values()) await checkBodyFiles(fs, dataDir, snapshot);
  for (const segment of files.segments) checkFormat(segment.path, segment.format, format);
  const replay = new Replay(options, read);

  const { tail, size } = await replayJournal(options, files, replay);
  replay.checkSnapshotsReached(tail?.path, tail?.end ?? 0);
  const rows = replay.rows(options.onInvalid ?? refuse);
  const { kept, unvouched } = await checkVouched(fs, files);
  const [missing] = unvouched;
  // A repair records what it has found once the folder is open.
  if (missing !== undefined && options.salvaged === undefined) {
    throw damaged(missing.path, 0, unvouchedReason(missing.gap));
  }

  // Up to here nothing on the disk was changed.
  for (const folder of [journalFolder(dataDir), snapshotFolder(dataDir)]) await removeTemps(fs, folder);
  for (const { gap } of files.gaps) await removeCovered(fs, dataDir, gap);
  const notices: EventDraft[] = [];
  const pendingCut = tail === undefined ? undefined : await cutOrPostpone(fs, tail, notices);
  const last = files.segments.at(-1);
  const goesOn = last !== undefined && last.format === format && tail?.end !== 0 && endsJournal(replay.chain, files);
  return {
    snapshots,
    rows,
    bodies: replay.bodies,
    chain: replay.chain,
    active: goesOn ? { path: last.path, size } : undefined,
    kept,
    replayed: replay.replayed,
    notices,
    pendingCut,
  };
}

/** Reads what the snapshots do not have. `size`: of the newest segment's good part. */
async function replayJournal(
  options: RecoveryOptions,
  files: JournalFiles,
  replay: Replay,
): Promise<{ tail: Tail | undefined; size: number }> {
  const { fs } = options;
  const first = firstToRead(files, replay.oldestSnapshot);
  await checkUnread(fs, files, first);
  const toRead = files.segments.slice(first);
  replay.chain = (first > 0 ? toRead[0]?.start : undefined) ?? EMPTY_CHAIN;
  let tail: Tail | undefined;
  let size = 0;
  for (const [i, segment] of toRead.entries()) {
    const bytes = await fs.read(segment.path);
    const isNewest = i === toRead.length - 1 && files.unreadable === undefined;
    replay.chain = skipGap(files, replay.chain);
    size = replaySegment(options, replay, segment, bytes, isNewest);
    // A segment is begun together with its first record: one without any was torn.
    const end = replay.chain.seq === segment.start.seq ? 0 : size;
    if (isNewest && end < bytes.length) tail = { path: segment.path, bytes, end };
  }
  replay.chain = skipGap(files, replay.chain);
  if (files.unreadable === undefined) return { tail, size };
  const { path, reason } = files.unreadable;
  const bytes = await fs.read(path);
  if (!isTorn(bytes, 0, replay.chain.seq)) throw damaged(path, 0, reason);
  return { tail: { path, bytes, end: 0 }, size };
}

/** The segments before `first` are not read, but each must end where the next one begins. */
async function checkUnread(fs: StoreFs, files: JournalFiles, first: number): Promise<void> {
  let chain = EMPTY_CHAIN;
  for (const segment of files.segments.slice(0, first + 1)) {
    const { seq, hash } = skipGap(files, chain);
    if (segment.start.seq !== seq || segment.start.hash !== hash) {
      throw damaged(segment.path, 0, `the segment does not follow record ${seq}`);
    }
    if (segment === files.segments[first]) return;
    chain = { ...segment.start, ...(await lastRecord(fs, segment.path)) };
  }
}

/** Applies the segment; returns the offset after its last good record. */
function replaySegment(
  options: RecoveryOptions,
  replay: Replay,
  segment: Segment,
  bytes: Buffer,
  isNewest: boolean,
): number {
  if (segment.start.seq !== replay.chain.seq || segment.start.hash !== replay.chain.hash) {
    throw damaged(segment.path, 0, `the segment does not follow record ${replay.chain.seq}`);
  }
  const walk = walkSegment(bytes, replay.chain);
  for (let step = walk.next(); ; step = walk.next()) {
    if (step.done === true) {
      const { end, fault } = step.value;
      if (fault === undefined) return end;
      if (isNewest && !fault.brokenChain && isTorn(bytes, end, replay.chain.seq)) return end;
      throw damaged(segment.path, fault.offset, fault.reason);
    }
    const { record, chain, offset, end } = step.value;
    replay.apply(record.changes, chain, segment, { offset, length: end - offset });
    if (record.events.length > 0) options.onEvents(eventsOf(record));
  }
}

/** A collection whose rows were in dropped segments must have its snapshot. */
function checkGaps(dataDir: string, files: JournalFiles, snapshots: ReadonlyMap<string, Snapshot>): void {
  for (const { gap } of files.gaps) {
    for (const name of gap.collections) {
      const snapshot = snapshots.get(name);
      if (snapshot === undefined || snapshot.chain.seq >= gap.lastSeq) continue;
      throw damaged(snapshotPath(dataDir, name), 0, 'the file is missing or older than what is left of the journal');
    }
  }
}

/** Index of the first segment that holds something not in the snapshots; the newest one is always read. */
function firstToRead(files: JournalFiles, snapshotSeq: number): number {
  const { segments } = files;
  const after = segments.findIndex(({ start }) => start.seq > snapshotSeq);
  return Math.max(0, (after < 0 ? segments.length : after) - 1);
}

/** Whether the newest segment, and not a gap after it, is where the chain ends. */
function endsJournal(chain: ChainHead, files: JournalFiles): boolean {
  return files.unreadable === undefined && !files.gaps.some(({ gap }) => gap.lastSeq === chain.seq);
}

async function cutOrPostpone(
  fs: StoreFs,
  tail: Tail,
  notices: EventDraft[],
): Promise<(() => Promise<void>) | undefined> {
  const { path, bytes, end } = tail;
  const cut = async (): Promise<void> => {
    const kept = await cutTail(fs, path, bytes, end);
    notices.push({
      kind: 'store_recovered',
      actor: 'engine',
      target: `journal/${basename(path)}`,
      outcome: 'info',
      message: `cut ${bytes.length - end} bytes of an unfinished write at byte ${end}`,
      detail: {
        file: basename(path),
        offset: end,
        bytes: bytes.length - end,
        kept: kept === undefined ? null : basename(kept),
      },
    });
  };
  try {
    await cut();
    return undefined;
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
    return cut;
  }
}

function refuse({ error }: InvalidRow): void {
  throw error;
}
