/** Drops whole old segments of the journal, by size and by age: their decisions stay, and a note says where the chain goes on. */
import { append } from '../../kernel/append.ts';
import type { Clock } from '../../kernel/clock.ts';
import { decisionsIn, keep, type KeptFile } from './archive.ts';
import { writeDurably } from '../files/durable-adapter.ts';
import type { StoreFs } from '../files/fs.ts';
import { encodeLine } from '../record.ts';
import { journalFolder, listCovered, listJournal, gapPath, type Gap, type Segment } from './segments.ts';
import type { AuditEvent, EventDraft } from '../types.ts';

export interface Retention {
  /** The journal is kept at about this size; bytes. */
  readonly maxBytes?: number;
  /** Segments whose last record is older are dropped; milliseconds. */
  readonly maxAgeMs?: number;
  /**
   * Whether the event stays when its file is dropped. Asked of events of transactions only: what may lag goes with its file.
   * Default: all of them.
   */
  readonly isDecision?: (event: AuditEvent) => boolean;
}

export interface RetentionContext {
  readonly fs: StoreFs;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly retention: Retention;
  readonly format: number;
  /** Decisions of files that were dropped. */
  readonly kept: () => readonly KeptFile[];
  readonly onKept: (kept: readonly KeptFile[]) => void;
  /** Resolves when the event is durable. */
  commit(draft: EventDraft): Promise<void>;
}

/**
 * `snapshotSeq`: newest record that is in every snapshot of `collections`; nothing after it is dropped. Decisions are copied
 * first, then the chain says what goes, then it goes: a crash in between leaves more than was needed, never less.
 */
export async function retain(
  context: RetentionContext,
  snapshotSeq: number,
  collections: readonly string[],
): Promise<void> {
  const { fs, dataDir, retention, clock, format } = context;
  const files = await listJournal(fs, dataDir, format);
  const sizes = await Promise.all(files.segments.map(async ({ path }) => (await fs.info(path))?.size ?? 0));
  const count = countToDrop(files.segments, sizes, retention, snapshotSeq, clock.now());
  const first = files.segments[0];
  const next = files.segments[count];
  if (count === 0 || first === undefined || next === undefined) return;
  // One note for all that was ever dropped from the front; gaps that a repair left in between go into it too.
  const oldest = files.gaps[0]?.gap;
  const before = oldest !== undefined && oldest.firstSeq <= first.start.seq ? oldest : undefined;
  const gap: Gap = {
    format,
    reason: 'retention',
    at: new Date(clock.now()).toISOString(),
    firstSeq: before?.firstSeq ?? first.start.seq + 1,
    lastSeq: next.start.seq,
    firstEvent: before?.firstEvent ?? first.start.events + 1,
    lastEvent: next.start.events,
    prev: before?.prev ?? first.start.hash,
    head: next.start.hash,
    collections,
  };
  const decisions: AuditEvent[] = [];
  for (const segment of files.segments.slice(0, count)) {
    append(decisions, await decisionsIn(fs, segment, retention.isDecision ?? (() => true)));
  }
  const keptNow = await keep(fs, dataDir, context.kept(), first.start.seq + 1, decisions);
  const { firstSeq, lastSeq, lastEvent, head } = gap;
  const dropped = first.start.seq + 1;
  const staying = decisions.length === 0 ? '' : `; ${decisions.length} decisions of them are kept`;
  await context.commit({
    kind: 'audit_retention',
    actor: 'engine',
    outcome: 'info',
    message: `dropped records ${dropped} to ${lastSeq}${staying}`,
    detail: { firstSeq, lastSeq, lastEvent, head, dropped, kept: keptNow.map((file) => ({ ...file })) },
  });
  context.onKept(keptNow);
  await writeDurably(fs, gapPath(dataDir, gap.firstSeq), [encodeLine(JSON.stringify(gap))]);
  await removeCovered(fs, dataDir, gap);
  for (const { path, gap: older } of files.gaps) {
    if (older.firstSeq > gap.firstSeq && older.lastSeq <= gap.lastSeq) await fs.unlink(path);
  }
}

/** Removes the segments that a gap stands for, also those that a crash left. */
export async function removeCovered(fs: StoreFs, dataDir: string, gap: Gap): Promise<void> {
  const covered = await listCovered(fs, dataDir, gap);
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
