/** Snapshots: written in turns, read whole. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EMPTY_CHAIN } from '../../src/store/record.ts';
import { snapshotFolder, snapshotPath, Snapshots } from '../../src/store/snapshot.ts';
import type { SnapshotRow } from '../../src/store/snapshot-row.ts';
import { Disk } from './support/disk.ts';

const FOLDER = '/data';
const head = { collection: 'prompt', chain: { ...EMPTY_CHAIN, seq: 7 }, at: '2026-01-01T00:00:00.000Z' };

async function writing(rows: readonly SnapshotRow[], places?: readonly (readonly [number, number, number] | null)[]) {
  const disk = new Disk();
  await disk.makeFolder(snapshotFolder(FOLDER));
  const snapshots = new Snapshots(disk, FOLDER, 1);
  await snapshots.read('prompt');
  const work = snapshots.write({ ...head, rows, ...(places === undefined ? {} : { places }) });
  return { disk, work };
}

const aRow = (n: number): SnapshotRow => ({ id: `p-${n}`, version: 1, text: `${n} äöü 🎈 `.repeat(400) });

describe('Snapshots', () => {
  it.each([0, 1, 3])('keeps %i rows and their places as one JSON object that ends in its checksum', async (count) => {
    const rows = Array.from({ length: count }, (_, n) => aRow(n));
    const places = rows.map((_, n) => (n === 1 ? null : ([1, n * 10, 10] as const)));
    const { disk, work } = await writing(rows, places);
    await work;
    const text = disk.content(snapshotPath(FOLDER, 'prompt')).toString();
    const body = JSON.stringify({ format: 1, ...head, rows, places });
    const checksum = createHash('sha256').update(body).digest('hex');
    expect(text).toBe(`${body.slice(0, -1)},"checksum":"${checksum}"}\n`);
    expect(await new Snapshots(disk, FOLDER, 1).read('prompt')).toMatchObject({ ...head, rows, places });
  });

  it('lets everybody else have turns while much is written', async () => {
    const rows = Array.from({ length: 2_000 }, (_, n) => aRow(n));
    const progress = { isDone: false };
    const { work, disk } = await writing(rows);
    const written = work.finally(() => (progress.isDone = true));
    let turns = 0;
    for (; !progress.isDone; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    await written;
    const { length } = disk.content(snapshotPath(FOLDER, 'prompt'));
    expect(length).toBeGreaterThan(8 * 1024 * 1024);
    expect(turns).toBeGreaterThan(length / (1024 * 1024));
  });
});
