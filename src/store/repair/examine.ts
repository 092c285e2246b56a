/** Looks through a damaged data folder: what is readable, what is not, and what that means. Changes nothing. */
import { basename, join } from 'node:path';
import { append } from '../../kernel/append.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { WholeRow } from '../bodies/body-files.ts';
import { examineBodies } from '../bodies/body-salvage.ts';
import type { StoreFs } from '../files/fs.ts';
import { checkFormat } from '../migrations.ts';
import { parseObject, readLine } from '../record.ts';
import { layOut, runsIn, type Hole, type Layout, type Run } from './salvage.ts';
import { isSegmentName, journalFolder, type Gap } from '../journal/segments.ts';
import { Snapshots, snapshotPath, type Snapshot } from '../snapshot.ts';
import type { AuditEvent, ChainHead } from '../types.ts';
import { lostRecords, vouches, vouchersIn } from '../journal/vouching.ts';

export interface Damage {
  readonly healthy: boolean;
  readonly layout: Layout;
  /** Files that do not stay as they are. */
  readonly files: readonly string[];
  /** Files with bodies that cannot be read; they stay, for the others in them. */
  readonly damagedBodies: readonly string[];
  /** Gap notes to be written; `at` is empty in new ones. */
  readonly gaps: readonly Gap[];
  readonly lost: readonly string[];
  /** Bodies that are not where the snapshots say, by `bodyKey`: the row that the journal still has, or undefined. */
  readonly salvaged: ReadonlyMap<string, WholeRow | undefined>;
}

interface Evidence {
  readonly runs: readonly Run[];
  /** Size of each segment file. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly gaps: readonly { readonly path: string; readonly gap: Gap }[];
  readonly badGaps: readonly string[];
  /** Events that say what was dropped. */
  readonly vouchers: readonly AuditEvent[];
  /** Undefined = cannot be read. */
  readonly snapshots: ReadonlyMap<string, Snapshot | undefined>;
}

/** @throws McptuiError `unavailable` for a newer format */
export async function examine(
  fs: StoreFs,
  dataDir: string,
  collections: readonly string[],
  format: number,
): Promise<Damage> {
  const evidence = await gather(fs, dataDir, collections, format);
  const journal = layOut(evidence.runs);
  const usable = usableSnapshots(evidence, journal);
  const layout = reachSnapshots(journal, usable);
  const gaps: Gap[] = [];
  const lost: string[] = [];
  for (const hole of layout.holes) {
    const known = evidence.gaps.find(
      ({ gap }) => gap.firstSeq === hole.before.seq + 1 && gap.head === hole.after.hash,
    )?.gap;
    const covered = collections.filter((name) => (usable.get(name)?.chain.seq ?? 0) >= hole.after.seq);
    const owed = (known?.collections ?? collections).filter(
      (name) => collections.includes(name) && !covered.includes(name),
    );
    const vouched = known !== undefined && evidence.vouchers.some((event) => vouches(event, known));
    if (vouched && owed.length === 0) continue;
    const gap = gapOf(hole, vouched ? known : undefined, covered, format);
    gaps.push(gap);
    if (!vouched) lost.push(lostRecords(gap));
    if (owed.length > 0)
      lost.push(`changes of ${owed.join(', ')} in records ${hole.before.seq + 1} to ${hole.after.seq}`);
  }
  const bodies = await examineBodies(fs, dataDir, usable, layout);
  append(lost, bodies.lost);
  const badSnapshots = collections.filter((name) => usable.get(name) === undefined);
  const files = [
    ...damagedSegments(evidence, layout),
    ...evidence.badGaps,
    ...badSnapshots.map((name) => snapshotPath(dataDir, name)),
  ];
  const { salvaged, damaged } = bodies;
  const healthy = files.length === 0 && gaps.length === 0 && salvaged.size === 0;
  return { healthy, layout, files, gaps, lost, salvaged, damagedBodies: damaged };
}

async function gather(fs: StoreFs, dataDir: string, collections: readonly string[], format: number): Promise<Evidence> {
  const folder = journalFolder(dataDir);
  const names = await fs.list(folder);
  const runs: Run[] = [];
  const sizes = new Map<string, number>();
  const vouchers: AuditEvent[] = [];
  for (const name of names.filter(isSegmentName)) {
    const path = join(folder, name);
    const bytes = await fs.read(path);
    sizes.set(path, bytes.length);
    append(vouchers, vouchersIn(bytes));
    for (const run of runsIn(path, bytes, format)) {
      checkFormat(path, run.format, format);
      runs.push(run);
    }
  }
  const gaps: { path: string; gap: Gap }[] = [];
  const badGaps: string[] = [];
  for (const name of names.filter((each) => each.endsWith('.dropped.json'))) {
    const path = join(folder, name);
    const line = readLine(await fs.read(path), 0);
    const value = line?.ok === true ? parseObject(line.body) : undefined;
    if (typeof value?.['lastSeq'] === 'number') gaps.push({ path, gap: value as unknown as Gap });
    else badGaps.push(path);
  }
  const snapshots = new Map<string, Snapshot | undefined>();
  for (const name of collections) snapshots.set(name, await readSnapshot(fs, dataDir, name, format));
  return { runs, sizes, gaps, badGaps, snapshots, vouchers };
}

async function readSnapshot(fs: StoreFs, dataDir: string, name: string, format: number): Promise<Snapshot | undefined> {
  try {
    return await new Snapshots(fs, dataDir, format).read(name);
  } catch (error) {
    if (error instanceof McptuiError && !error.message.includes('has format')) return undefined;
    throw error;
  }
}

/** The snapshots that can be read and were made from this journal. */
function usableSnapshots(evidence: Evidence, layout: Layout): Map<string, Snapshot> {
  const hashes = new Map(
    layout.runs.flatMap((run) => run.records.map(({ chain }) => [chain.seq, chain.hash] as const)),
  );
  const usable = new Map<string, Snapshot>();
  for (const [name, snapshot] of evidence.snapshots) {
    const hash = snapshot === undefined ? undefined : hashes.get(snapshot.chain.seq);
    if (snapshot !== undefined && (hash === undefined || hash === snapshot.chain.hash)) usable.set(name, snapshot);
  }
  return usable;
}

/** A snapshot that is ahead of the journal has what the lost records changed: the chain goes on from there. */
function reachSnapshots(layout: Layout, snapshots: ReadonlyMap<string, Snapshot>): Layout {
  let newest: ChainHead = layout.end;
  for (const { chain } of snapshots.values()) if (chain.seq > newest.seq) newest = chain;
  if (newest === layout.end) return layout;
  return { ...layout, holes: [...layout.holes, { before: layout.end, after: newest }], end: newest };
}

function gapOf(hole: Hole, known: Gap | undefined, collections: readonly string[], format: number): Gap {
  return {
    format,
    reason: known?.reason ?? 'repair',
    at: known?.at ?? '',
    firstSeq: hole.before.seq + 1,
    lastSeq: hole.after.seq,
    firstEvent: hole.before.events + 1,
    lastEvent: hole.after.events,
    prev: hole.before.hash,
    head: hole.after.hash,
    collections,
  };
}

/** Segment files with bytes that belong to no kept run. */
function damagedSegments(evidence: Evidence, layout: Layout): string[] {
  return [...evidence.sizes].filter(([path, size]) => !isWhole(path, size, layout)).map(([path]) => path);
}

function isWhole(path: string, size: number, layout: Layout): boolean {
  const runs = layout.runs.filter((run) => run.path === path);
  const [run] = runs;
  const named = run !== undefined && Number(basename(path).slice(0, 16)) === run.start.seq + 1;
  return runs.length === 1 && named && run.inPlace && run.records.at(-1)?.end === size;
}
