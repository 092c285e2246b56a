/** Finds bodies that cannot be read where snapshots say they are, and which of them the journal still has. Changes nothing. */
import { bodyFaults, type BodyFault } from './body-check.ts';
import type { WholeRow } from './body-files.ts';
import type { StoreFs } from '../files/fs.ts';
import { parseRecord, readLine } from '../record.ts';
import { bodyKey } from '../journal/replay.ts';
import type { Layout } from '../repair/salvage.ts';
import type { Snapshot } from '../snapshot.ts';

export interface BodyDamage {
  /** By `bodyKey`: the row that the journal still has, or undefined. */
  readonly salvaged: ReadonlyMap<string, WholeRow | undefined>;
  /** Files that are there and damaged. */
  readonly damaged: readonly string[];
  /** A sentence for each body that is nowhere. */
  readonly lost: readonly string[];
}

export async function examineBodies(
  fs: StoreFs,
  dataDir: string,
  snapshots: ReadonlyMap<string, Snapshot>,
  layout: Layout,
): Promise<BodyDamage> {
  const faults = new Map<string, BodyFault>();
  for (const [name, snapshot] of snapshots) {
    for (const fault of await bodyFaults(fs, dataDir, snapshot)) faults.set(bodyKey(name, fault.id), fault);
  }
  const salvaged = new Map<string, WholeRow | undefined>([...faults.keys()].map((key) => [key, undefined]));
  if (faults.size === 0) return { salvaged, damaged: [], lost: [] };
  await findInJournal(fs, layout, salvaged);
  const damaged: string[] = [];
  for (const file of new Set([...faults.values()].map((fault) => fault.file))) {
    if ((await fs.info(file)) !== undefined) damaged.push(file);
  }
  const lost = [...faults].flatMap(([key, { file, offset, reason }]) =>
    salvaged.get(key) === undefined ? [`the body of ${key} (${file} at byte ${offset}: ${reason})`] : [],
  );
  return { salvaged, damaged, lost };
}

/** Fills in the rows of `wanted` that records of the journal put. */
async function findInJournal(fs: StoreFs, layout: Layout, wanted: Map<string, WholeRow | undefined>): Promise<void> {
  for (const run of layout.runs) {
    const bytes = await fs.read(run.path);
    for (const { offset } of run.records) {
      const line = readLine(bytes, offset);
      for (const change of (line?.ok === true ? parseRecord(line.body)?.changes : undefined) ?? []) {
        if (!('put' in change)) continue;
        const key = bodyKey(change.in, change.put.id);
        if (wanted.has(key)) wanted.set(key, { format: run.format, put: change.put });
      }
    }
  }
}
