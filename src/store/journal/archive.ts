/**
 * Keeps the decisions of dropped journal files: whole events, one a line, in files that the chain vouches for. The newest
 * `audit_retention` event names each file with its length and hash; what follows that length was never vouched for, as after
 * a crash, and is written over.
 */
import { join } from 'node:path';
import { wordFor } from '../../kernel/foreign.ts';
import { writeDurably } from '../files/durable-adapter.ts';
import type { StoreFs } from '../files/fs.ts';
import { encodeLine, eventsOf, parseObject, readLine, sha256, type JournalRecord } from '../record.ts';
import { damaged, journalFolder, walkSegment, type Segment } from './segments.ts';
import { nextTurn, Turns } from '../turns.ts';
import type { AuditEvent } from '../types.ts';

/** A file of decisions as the chain vouches for it. */
export interface KeptFile {
  /** Its name in the journal's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Number of the newest event in it. */
  readonly lastEvent: number;
}

/** A file that has reached this size is followed by a new one. */
const FILE_BYTES = 8 * 1024 * 1024;
const NAME = /^\d{16}\.kept\.jsonl$/;

/** What an `audit_retention` event says of them; empty for one of before there were any. */
export function keptFiles(value: unknown): readonly KeptFile[] {
  return Array.isArray(value) ? value.filter(isKept) : [];
}

function isKept(value: unknown): value is KeptFile {
  if (typeof value !== 'object' || value === null) return false;
  const { file, bytes, sha256: hash, lastEvent } = value as Partial<Record<string, unknown>>;
  return (
    typeof file === 'string' &&
    NAME.test(file) &&
    Number.isSafeInteger(bytes) &&
    typeof hash === 'string' &&
    typeof lastEvent === 'number'
  );
}

/** Whether the events of a record may lag, as call traces do: only these bring their own times. */
function isLagging({ changes, events }: JournalRecord): boolean {
  return changes.length === 0 && events.every(({ at }) => at !== undefined);
}

/** The decisions in a segment: what was recorded together with a change or waited for, and `isDecision`. @throws McptuiError for damage */
export async function decisionsIn(
  fs: StoreFs,
  segment: Segment,
  isDecision: (event: AuditEvent) => boolean,
): Promise<AuditEvent[]> {
  const decisions: AuditEvent[] = [];
  const walk = walkSegment(await fs.read(segment.path), segment.start);
  const turns = new Turns();
  for (;;) {
    const step = walk.next();
    if (step.done === true) {
      const { fault } = step.value;
      if (fault === undefined) return decisions;
      throw damaged(segment.path, fault.offset, fault.reason);
    }
    const { record, offset, end } = step.value;
    if (!isLagging(record)) for (const event of eventsOf(record)) if (isDecision(event)) decisions.push(event);
    await turns.did(end - offset);
  }
}

/** Adds decisions behind those that are kept; the files as they are then. `firstSeq` names a new one. */
export async function keep(
  fs: StoreFs,
  dataDir: string,
  files: readonly KeptFile[],
  firstSeq: number,
  decisions: readonly AuditEvent[],
): Promise<readonly KeptFile[]> {
  const last = files.at(-1);
  // What was kept before a failure between keeping and dropping is not kept twice.
  const added = decisions.filter(({ n }) => n > (last?.lastEvent ?? 0));
  const newest = added.at(-1);
  if (newest === undefined) return files;
  const goesOn = last !== undefined && last.bytes < FILE_BYTES;
  const file = goesOn ? last.file : `${String(firstSeq).padStart(16, '0')}.kept.jsonl`;
  const before = goesOn ? (await readKept(fs, dataDir, last)).toString('utf8') : '';
  const text = before + added.map(lineOf).join('');
  await writeDurably(fs, join(journalFolder(dataDir), file), [text]);
  const now = { file, bytes: Buffer.byteLength(text), sha256: sha256(text), lastEvent: newest.n };
  return [...(goesOn ? files.slice(0, -1) : files), now];
}

function lineOf(event: AuditEvent): string {
  return encodeLine(JSON.stringify({ ...event, at: new Date(event.at).toISOString() }));
}

/** The bytes that the chain vouches for. @throws McptuiError `unavailable` when they are not there or differ */
export async function readKept(fs: StoreFs, dataDir: string, kept: KeptFile): Promise<Buffer> {
  const path = join(journalFolder(dataDir), kept.file);
  const info = await fs.info(path);
  if (info === undefined) throw damaged(path, 0, 'the decisions that retention kept are gone');
  if (info.size < kept.bytes) throw damaged(path, info.size, `the file is shorter than the ${kept.bytes} bytes kept`);
  const bytes = await fs.read(path, 0, kept.bytes);
  if (sha256(bytes) !== kept.sha256) throw damaged(path, 0, 'the decisions are not those that retention kept');
  return bytes;
}

/** Files of decisions that are there, whether or not the chain vouches for them. */
export async function keptNames(fs: StoreFs, dataDir: string): Promise<readonly string[]> {
  return (await fs.list(journalFolder(dataDir))).filter((name) => NAME.test(name)).sort();
}

/** What can be read of a file of decisions. */
export async function looseKeptEvents(fs: StoreFs, path: string): Promise<readonly AuditEvent[]> {
  const bytes = await fs.read(path);
  const events: AuditEvent[] = [];
  for (let line = readLine(bytes, 0); line !== undefined; line = readLine(bytes, line.end)) {
    const value = line.ok ? parseObject(line.body) : undefined;
    if (value !== undefined) events.push(asEvent(value));
  }
  return events;
}

const asEvent = (value: Record<string, unknown>): AuditEvent => ({
  ...(value as unknown as AuditEvent),
  at: Date.parse(wordFor(value['at'])),
});

/** The decisions of a file, oldest first. @throws McptuiError for damage */
export async function keptEvents(fs: StoreFs, dataDir: string, kept: KeptFile): Promise<AuditEvent[]> {
  const bytes = await readKept(fs, dataDir, kept);
  const events: AuditEvent[] = [];
  for (let line = readLine(bytes, 0); line !== undefined; line = readLine(bytes, line.end)) {
    const value = line.ok ? parseObject(line.body) : undefined;
    if (value === undefined) throw damaged(join(journalFolder(dataDir), kept.file), line.offset, 'not a kept event');
    events.push(asEvent(value));
    if (events.length % 2_000 === 0) await nextTurn();
  }
  return events;
}
