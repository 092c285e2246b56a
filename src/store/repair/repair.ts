/**
 * Makes a damaged data folder one that opens again. Everything that can be read is kept, the damaged files are kept aside as
 * `.broken`, and what is lost is said exactly and recorded in the journal.
 */
import { basename, dirname } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { openFolder, type OpenOptions } from '../database.ts';
import { writeDurably } from '../files/durable-adapter.ts';
import { realFs, type StoreFs } from '../files/fs.ts';
import { takeKernelLock } from '../files/lock.ts';
import { formatOf, migrations as allMigrations } from '../migrations.ts';
import { encodeHeader, encodeLine } from '../record.ts';
import { examine, type Damage } from './examine.ts';
import { refuseOddFiles } from '../files/odd-files.ts';
import type { InvalidRow } from '../journal/replay.ts';
import type { Run } from './salvage.ts';
import { gapPath, journalFolder, segmentPath, type Gap } from '../journal/segments.ts';
import { snapshotFolder } from '../snapshot.ts';
import { keepAside } from '../journal/torn.ts';
import type { ChainHead } from '../types.ts';

export interface RepairOptions extends Pick<
  OpenOptions,
  'dataDir' | 'collections' | 'clock' | 'logger' | 'fs' | 'lock' | 'migrations'
> {
  /** Only says what would be lost; changes nothing. Rows that fail their schema are found by a real repair only. */
  readonly dryRun?: boolean;
}

export interface RepairReport {
  /** Nothing was wrong with the files. */
  readonly healthy: boolean;
  /** What is or would be lost, one sentence each. Empty when only unfinished writes were cut. */
  readonly lost: readonly string[];
  /** Copies of what was damaged. */
  readonly kept: readonly string[];
  /** Where the journal ends now. */
  readonly head: ChainHead;
}

/** @throws McptuiError `conflict` when an engine has the folder, `not-found` when there is none, `unavailable` for a newer format */
export async function repairStore(options: RepairOptions): Promise<RepairReport> {
  const fs = options.fs ?? realFs;
  const info = await fs.info(options.dataDir);
  if (info === undefined) throw new McptuiError('not-found', `no data folder ${options.dataDir}`);
  const lock = await (options.lock ?? takeKernelLock)(options.dataDir, info, options.clock);
  try {
    await refuseOddFiles(fs, options.dataDir);
    const migrations = options.migrations ?? allMigrations;
    const damage = await examine(fs, options.dataDir, Object.keys(options.collections), formatOf(migrations));
    if (options.dryRun === true) {
      return { healthy: damage.healthy, lost: damage.lost, kept: [], head: damage.layout.end };
    }
    const kept = damage.healthy ? [] : await mend(fs, options, damage);
    return await reopen(fs, options, damage, kept);
  } finally {
    await lock.release();
  }
}

/** Puts the files in order so that a crash in between loses nothing: copies first, what is removed last. */
async function mend(fs: StoreFs, options: RepairOptions, damage: Damage): Promise<string[]> {
  const { dataDir, clock } = options;
  const { layout } = damage;
  const kept: string[] = [];
  const originals = new Map<string, Buffer>();
  for (const path of damage.files) {
    const bytes = await fs.read(path);
    originals.set(path, bytes);
    if (bytes.length > 0) kept.push(await keepAside(fs, path, bytes, 0));
  }
  for (const path of damage.damagedBodies) kept.push(await keepAside(fs, path, await fs.read(path), 0));
  const rewritten = new Set<string>();
  for (const run of layout.runs) {
    const bytes = originals.get(run.path);
    if (bytes === undefined || staysInPlace(run)) continue;
    const path = segmentPath(dataDir, run.start.seq + 1);
    const header = encodeHeader(run.format, run.start, run.at === '' ? isoNow(clock) : run.at);
    const from = run.records[0]?.offset ?? 0;
    await writeDurably(fs, path, [header, bytes.toString('utf8', from, run.records.at(-1)?.end)]);
    rewritten.add(path);
  }
  for (const gap of damage.gaps) {
    const note: Gap = { ...gap, at: gap.at === '' ? isoNow(clock) : gap.at };
    await writeDurably(fs, gapPath(dataDir, gap.firstSeq), [encodeLine(JSON.stringify(note))]);
    rewritten.add(gapPath(dataDir, gap.firstSeq));
  }
  for (const path of originals.keys()) {
    if (rewritten.has(path)) continue;
    const run = layout.runs.find((each) => each.path === path && staysInPlace(each));
    if (run === undefined) await fs.unlink(path);
    else await cut(fs, path, run);
  }
  for (const folder of [journalFolder(dataDir), snapshotFolder(dataDir)]) await fs.syncFolder(folder);
  return kept;
}

const staysInPlace = (run: Run): boolean =>
  run.inPlace && basename(run.path) === basename(segmentPath(dirname(run.path), run.start.seq + 1));

async function cut(fs: StoreFs, path: string, run: Run): Promise<void> {
  const file = await fs.open(path, 'change');
  try {
    await file.truncate(run.records.at(-1)?.end ?? 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Opens the mended folder, leaves out rows that fail their schema, and records the repair. */
async function reopen(fs: StoreFs, options: RepairOptions, damage: Damage, kept: string[]): Promise<RepairReport> {
  const invalid: InvalidRow[] = [];
  const held = { release: async (): Promise<void> => undefined };
  const opening = { ...options, retention: {}, lock: async () => held };
  const db = await openFolder(opening, fs, (row) => invalid.push(row), damage.salvaged);
  try {
    const lost = [...damage.lost, ...invalid.map(({ error }) => `a row that fails its schema: ${error.message}`)];
    if (invalid.length > 0) {
      const rows = Buffer.from(`${JSON.stringify(invalid.map(({ collection, row }) => ({ collection, row })))}\n`);
      kept.push(await keepAside(fs, `${snapshotFolder(options.dataDir)}/invalid-rows.json`, rows, 0));
    }
    const healthy = damage.healthy && invalid.length === 0;
    if (!healthy) {
      await db.transact((tx) => {
        tx.event({
          kind: 'store_repaired',
          actor: 'operator',
          outcome: lost.length === 0 ? 'ok' : 'error',
          message: lost.length === 0 ? 'nothing was lost' : lost.join('; '),
          detail: {
            lost,
            kept: kept.map((path) => basename(path)),
            gaps: damage.gaps.map(({ firstSeq, lastSeq, head }) => ({ firstSeq, lastSeq, head })),
          },
        });
      });
    }
    return { healthy, lost, kept, head: db.head() };
  } finally {
    await db.close();
  }
}

const isoNow = (clock: Clock): string => new Date(clock.now()).toISOString();
