/** Drops whole old segments of the journal, by size and by age, and leaves a stub that the chain can be taken up from. */
import type { Clock } from '../clock.ts';
import { writeDurably } from './durable-adapter.ts';
import type { StoreFs } from './fs.ts';
import { encodeLine, FORMAT } from './record.ts';
import { journalFolder, listCovered, listJournal, stubPath, type Segment, type Stub } from './segments.ts';
import type { EventDraft } from './types.ts';

export interface Retention {
  /** The journal is kept at about this size; bytes. */
  readonly maxBytes?: number;
  /** Segments whose last record is older are dropped; milliseconds. */
  readonly maxAgeMs?: number;
}

export interface RetentionContext {
  readonly fs: StoreFs;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly retention: Retention | undefined;
  record(draft: EventDraft): void;
}

/** `snapshotSeq`: newest record that is in every snapshot of `collections`; nothing after it is dropped. */
export async function retain(
  context: RetentionContext,
  snapshotSeq: number,
  collections: readonly string[],
): Promise<void> {
  const { fs, dataDir, retention, clock } = context;
  if (retention === undefined) return;
  const files = await listJournal(fs, dataDir);
  const sizes = await Promise.all(files.segments.map(async ({ path }) => (await fs.info(path))?.size ?? 0));
  const count = countToDrop(files.segments, sizes, retention, snapshotSeq, clock.now());
  const first = files.segments[0];
  const next = files.segments[count];
  if (count === 0 || first === undefined || next === undefined) return;
  const before = files.stub?.stub;
  const stub: Stub = {
    format: FORMAT,
    firstSeq: before?.firstSeq ?? first.start.seq + 1,
    lastSeq: next.start.seq,
    firstEvent: before?.firstEvent ?? first.start.events + 1,
    lastEvent: next.start.events,
    head: next.start.hash,
    droppedAt: new Date(clock.now()).toISOString(),
    collections,
  };
  await writeDurably(fs, stubPath(dataDir, stub.firstSeq), encodeLine(JSON.stringify(stub)));
  await removeCovered(fs, dataDir, stub);
  context.record({
    kind: 'audit_retention',
    actor: 'engine',
    outcome: 'info',
    message: `dropped records ${first.start.seq + 1} to ${stub.lastSeq}`,
    detail: { firstSeq: first.start.seq + 1, lastSeq: stub.lastSeq, lastEvent: stub.lastEvent, head: stub.head },
  });
}

/** Removes the segments that a stub stands for, also those that a crash left. */
export async function removeCovered(fs: StoreFs, dataDir: string, stub: Stub): Promise<void> {
  const covered = await listCovered(fs, dataDir, stub);
  for (const path of covered) await fs.unlink(path);
  if (covered.length > 0) await fs.syncFolder(journalFolder(dataDir));
}

/** How many of the oldest segments go. Never the newest, never one with a record that no snapshot has. */
export function countToDrop(
  segments: readonly Segment[],
  sizes: readonly number[],
  retention: Retention,
  snapshotSeq: number,
  now: number,
): number {
  let total = sizes.reduce((sum, size) => sum + size, 0);
  let count = 0;
  for (; count < segments.length - 1; count++) {
    const next = segments[count + 1];
    if (next === undefined || next.start.seq > snapshotSeq) break;
    const tooMuch = retention.maxBytes !== undefined && total > retention.maxBytes;
    const tooOld = retention.maxAgeMs !== undefined && now - Date.parse(next.at) > retention.maxAgeMs;
    if (!tooMuch && !tooOld) break;
    total -= sizes[count] ?? 0;
  }
  return count;
}
