import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import {
  repairStore,
  verifyStore,
  type Database,
  type RepairOptions,
  type RepairReport,
} from '../../../src/store/index.ts';
import { Disk } from '../support/disk.ts';
import { collections, DATA, noLock, openOn, putItem, type Shape } from '../support/shape.ts';

const SEGMENT = `${DATA}/journal/0000000000000001.jsonl`;
const ITEMS = `${DATA}/snapshots/items.json`;
const clock = new FakeClock();

interface Made {
  readonly disk: Disk;
  readonly segments: readonly string[];
}

/** Six records, each putting one more item; closed in good order when `closed`, else as a crash before the first snapshot leaves it. */
async function aDisk(closed: boolean, options = {}): Promise<Made> {
  const disk = new Disk();
  const db = await openOn(disk, clock, { retention: {}, ...options });
  for (let i = 1; i <= 6; i++) await putItem(db, `i${i}`, i);
  const crashed = disk.copy();
  await db.close();
  const left = closed ? disk : crashed;
  if (!closed) for (const path of left.files()) if (path.includes('/snapshots/')) left.remove(path);
  return { disk: left, segments: left.files().filter((file) => file.endsWith('.jsonl')) };
}

function repair(disk: Disk, options: Partial<RepairOptions> = {}): Promise<RepairReport> {
  return repairStore({ dataDir: DATA, collections, clock, fs: disk, lock: noLock, ...options });
}

/** Changes one byte in the middle of the line that holds record `seq`. */
function damage(disk: Disk, path: string, seq: number): void {
  const bytes = disk.content(path);
  const at = bytes.indexOf(`{"seq":${seq},`);
  bytes[bytes.indexOf('item_put', at)]! ^= 1;
}

async function reopened(disk: Disk): Promise<{ db: Database<Shape>; ids: string[] }> {
  const db = await openOn(disk, clock, { retention: {} });
  expect((await db.verify()).problems).toEqual([]);
  return {
    db,
    ids: db
      .collection('items')
      .all()
      .map(({ id }) => id),
  };
}

describe('repairStore', () => {
  it('finds nothing to do in a healthy folder, and changes nothing in it', async () => {
    for (const closed of [true, false]) {
      const { disk } = await aDisk(closed);
      const journal = Buffer.from(disk.content(SEGMENT));
      expect(await repair(disk)).toEqual({
        healthy: true,
        lost: [],
        kept: [],
        head: expect.objectContaining({ seq: 6 }) as object,
      });
      expect(disk.content(SEGMENT)).toEqual(journal);
      expect((await reopened(disk)).ids).toHaveLength(6);
    }
  });

  it('loses only the damaged record, keeps those after it, and says which changes and events are gone', async () => {
    const { disk } = await aDisk(false);
    const original = disk.content(SEGMENT);
    damage(disk, SEGMENT, 3);
    await expect(openOn(disk, clock)).rejects.toMatchObject({ code: 'unavailable' });
    const report = await repair(disk);
    expect(report.lost).toEqual([
      'record 3 of the journal, with audit event 3',
      'changes of items, tags in records 3 to 3',
    ]);
    expect(report.kept).toEqual([`${SEGMENT}.at-0.broken`]);
    expect(disk.content(report.kept[0]!)).toEqual(original);
    const { db, ids } = await reopened(disk);
    expect(ids).toEqual(['i1', 'i2', 'i4', 'i5', 'i6']);
    expect(db.recentEvents(10).map(({ n, kind }) => `${n} ${kind}`)).toEqual([
      '1 item_put',
      '2 item_put',
      '4 item_put',
      '5 item_put',
      '6 item_put',
      '7 store_repaired',
    ]);
    expect(await db.verify()).toMatchObject({ ok: true, dropped: [{ firstSeq: 3, lastSeq: 3 }] });
  });

  it('loses audit events but no row when the snapshots are newer than the damage', async () => {
    const { disk } = await aDisk(true);
    damage(disk, SEGMENT, 3);
    expect((await repair(disk)).lost).toEqual(['record 3 of the journal, with audit event 3']);
    expect((await reopened(disk)).ids).toHaveLength(6);
  });

  it.each([1, 2, 3, 4, 5, 6])('mends damage to record %i in a journal of many segments', async (seq) => {
    for (const closed of [true, false]) {
      const { disk, segments } = await aDisk(closed, { segmentBytes: 700 });
      expect(segments.length).toBeGreaterThan(2);
      damage(
        disk,
        segments.findLast((path) => Number(path.slice(-22, -6)) <= seq)!,
        seq,
      );
      const report = await repair(disk);
      expect(report.healthy).toBe(false);
      const { ids } = await reopened(disk);
      expect(ids).toEqual(['i1', 'i2', 'i3', 'i4', 'i5', 'i6'].filter((id) => closed || id !== `i${seq}`));
    }
  });

  it('continues from the snapshots when the end of the journal, or all of it, is missing', async () => {
    for (const keep of [0, 1]) {
      const { disk, segments } = await aDisk(true, { segmentBytes: 700 });
      for (const path of segments.slice(keep)) disk.remove(path);
      const report = await repair(disk);
      expect(report.lost).toEqual([
        expect.stringMatching(keep === 0 ? /^records 1 to 6 .* events 1 to 6$/ : /^records \d to 6/),
      ]);
      const { db, ids } = await reopened(disk);
      expect(ids).toHaveLength(6);
      expect(db.head().seq).toBe(7);
    }
  });

  it('makes a damaged snapshot again from the journal, and loses nothing', async () => {
    const { disk } = await aDisk(true);
    disk.content(ITEMS)[40]! ^= 1;
    const report = await repair(disk);
    expect(report.lost).toEqual([]);
    expect(report.kept).toEqual([`${ITEMS}.at-0.broken`]);
    expect((await reopened(disk)).ids).toHaveLength(6);
  });

  it('says so when neither snapshot nor journal has the rows any more', async () => {
    const { disk } = await aDisk(true, { segmentBytes: 700, snapshotEveryRecords: 1, retention: { maxBytes: 1_500 } });
    disk.content(ITEMS)[40]! ^= 1;
    await expect(openOn(disk, clock)).rejects.toMatchObject({ code: 'unavailable' });
    const report = await repair(disk);
    expect(report.lost).toEqual([expect.stringMatching(/^changes of items in records 1 to \d$/)]);
    const { ids } = await reopened(disk);
    expect(ids.length).toBeLessThan(6);
  });

  it('keeps rows that fail their schema aside, and opens without them', async () => {
    const { disk } = await aDisk(true);
    const strict = {
      ...collections,
      items: { noun: 'item', schema: z.strictObject({ id: z.string(), value: z.int().max(4) }) },
    };
    const report = await repair(disk, { collections: strict });
    expect(report.lost).toEqual([
      expect.stringContaining('item i5: value:'),
      expect.stringContaining('item i6: value:'),
    ]);
    expect(disk.content(report.kept[0]!).toString()).toContain('"i6"');
    const db = await openOn(disk, clock, { collections: strict });
    expect(db.collection('items').all()).toHaveLength(4);
  });

  it('drops a record that was changed together with its checksum, for its hash betrays it', async () => {
    const { disk } = await aDisk(false);
    const { encodeLine } = await import('../../../src/store/record.ts');
    const lines = disk.content(SEGMENT).toString().split('\n');
    lines[3] = encodeLine(lines[3]!.slice(9).replace('"value":3', '"value":9')).trimEnd();
    disk.put(SEGMENT, Buffer.from(lines.join('\n')));
    expect((await repair(disk)).lost[0]).toBe('record 3 of the journal, with audit event 3');
    expect((await reopened(disk)).ids).toEqual(['i1', 'i2', 'i4', 'i5', 'i6']);
  });

  it('only looks when asked for a dry run', async () => {
    const { disk } = await aDisk(false);
    damage(disk, SEGMENT, 6);
    const before = disk.files();
    const bytes = Buffer.from(disk.content(SEGMENT));
    expect((await repair(disk, { dryRun: true })).healthy).toBe(false);
    expect(disk.files()).toEqual(before);
    expect(disk.content(SEGMENT)).toEqual(bytes);
  });

  it('can be run again after a crash at any of its operations, with the same result', async () => {
    const { disk: start } = await aDisk(false, { segmentBytes: 700 });
    damage(start, SEGMENT, 2);
    damage(start, start.files().filter((file) => file.endsWith('.jsonl'))[1]!, 3);
    const calm = start.copy();
    calm.inject({ at: Infinity, kind: 'crash' });
    await repair(calm);
    for (let at = 1; at <= calm.operations.length; at++) {
      const disk = start.copy();
      disk.inject({ at, kind: 'crash', written: 0.5 });
      await repair(disk).catch(() => undefined);
      for (const survival of ['all', 'synced'] as const) {
        const left = disk.after(survival);
        await repair(left);
        expect((await reopened(left)).ids, `crash at ${at}, ${survival}`).toEqual(['i1', 'i4', 'i5', 'i6']);
      }
    }
  });

  it('refuses a folder that is not there', async () => {
    await expect(repair(new Disk())).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('verifyStore', () => {
  it('names file and offset of damage without opening the folder, and takes an unfinished write for none', async () => {
    const { disk } = await aDisk(false);
    expect(await verifyStore(DATA, disk)).toMatchObject({ ok: true, records: 6, events: 6, head: { seq: 6 } });
    const torn = disk.copy();
    torn.put(SEGMENT, Buffer.concat([torn.content(SEGMENT), Buffer.from('12345678 {"seq":7')]));
    expect(await verifyStore(DATA, torn)).toMatchObject({ ok: true, records: 6 });
    const offset = disk.content(SEGMENT).indexOf('{"seq":4,') - 9;
    damage(disk, SEGMENT, 4);
    expect((await verifyStore(DATA, disk)).problems).toEqual([
      { file: SEGMENT, offset, reason: 'the checksum does not match' },
    ]);
  });
});
