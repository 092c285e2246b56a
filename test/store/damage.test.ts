import { describe, expect, it } from 'vitest';
import { FakeClock } from '../support/fakes/fake-clock.ts';
import { verifyStore, type Database } from '../../src/store/index.ts';
import { formatOf, migrations as known } from '../../src/store/migrations.ts';
import { Disk } from './support/disk.ts';
import { DATA, openOn, putItem, type Shape } from './support/shape.ts';

const SEGMENT = `${DATA}/journal/0000000000000001.jsonl`;
const ITEMS = `${DATA}/snapshots/items.json`;

/** A disk with `records` records, as a crash leaves it: no snapshot has them. */
async function aCrashedDisk(records = 4, options = {}): Promise<Disk> {
  const disk = new Disk();
  const db = await openOn(disk, new FakeClock(), options);
  for (let i = 0; i < records; i++) await putItem(db, `i${i}`, i);
  return disk.copy();
}

async function aClosedDisk(records = 4, options = {}): Promise<Disk> {
  const disk = new Disk();
  const db = await openOn(disk, new FakeClock(), options);
  for (let i = 0; i < records; i++) await putItem(db, `i${i}`, i);
  await db.close();
  return disk;
}

const open = (disk: Disk, options = {}): Promise<Database<Shape>> => openOn(disk, new FakeClock(), options);

const refusal = (reason: string): object => ({
  code: 'unavailable',
  message: expect.stringContaining(reason) as string,
  hint: expect.stringContaining('mcptui store repair') as string,
});

describe('a byte flipped anywhere in the committed records', () => {
  it('is found by verify while the store is open', async () => {
    const disk = new Disk();
    const db = await open(disk);
    for (let i = 0; i < 3; i++) await putItem(db, `i${i}`, i);
    const bytes = disk.content(SEGMENT);
    const missed: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 0x80]) {
        bytes[at]! ^= bit;
        const { ok, problems } = await db.verify();
        if (ok || problems.length === 0) missed.push(`byte ${at}, bit ${bit}`);
        bytes[at]! ^= bit;
      }
    }
    expect(missed).toEqual([]);
    expect((await db.verify()).ok).toBe(true);
  });

  it.each([
    ['after a crash', aCrashedDisk],
    ['after an orderly end', aClosedDisk],
  ])('is refused at the next start %s, naming file and offset, and nothing is changed', async (_name, make) => {
    const disk = await make(3);
    const size = disk.content(SEGMENT).length;
    const missed: string[] = [];
    for (let at = 0; at < size; at++) {
      for (const change of [(byte: number) => byte ^ 1, (byte: number) => byte ^ 0x80, () => 0x0a, () => 0]) {
        const flipped = disk.copy();
        const bytes = flipped.content(SEGMENT);
        const before = bytes[at]!;
        bytes[at] = change(before);
        if (bytes[at] === before) continue;
        // A zero in whole sectors is how a torn write looks; a lone one at the first byte of the segment is not in doubt here.
        const outcome = await open(flipped).then(
          () => 'opened',
          (error: { code: string; message: string }) => `${error.code} ${error.message}`,
        );
        if (!/^unavailable .*\.jsonl is damaged at byte \d+: /.test(outcome))
          missed.push(`byte ${at} to ${bytes[at]}: ${outcome}`);
        if (flipped.files().length !== disk.files().length) missed.push(`byte ${at}: files were changed`);
      }
    }
    expect(missed).toEqual([]);
  });

  it('is found in a snapshot, which is not written over', async () => {
    const disk = await aClosedDisk(2);
    const size = disk.content(ITEMS).length;
    for (let at = 0; at < size; at++) {
      const flipped = disk.copy();
      flipped.content(ITEMS)[at]! ^= 1;
      const damaged = Buffer.from(flipped.content(ITEMS));
      await expect(open(flipped)).rejects.toMatchObject({ code: 'unavailable' });
      expect(flipped.content(ITEMS)).toEqual(damaged);
    }
  });
});

describe('the end of an unfinished write', () => {
  it('is cut at every length, kept as .broken and recorded; the records before it stay', async () => {
    const disk = await aCrashedDisk(3);
    const whole = disk.content(SEGMENT);
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = lastLine + 1; length < whole.length; length += 7) {
      const torn = disk.copy();
      torn.put(SEGMENT, Buffer.from(whole.subarray(0, length)));
      const bytes = length - lastLine;
      const unfinished = { file: SEGMENT, offset: lastLine, bytes };
      expect(await verifyStore(DATA, torn)).toMatchObject({ ok: true, unfinished });
      const db = await open(torn);
      await db.flush();
      expect(db.head().seq).toBe(3);
      expect(
        db
          .collection('items')
          .all()
          .map(({ id }) => id),
      ).toEqual(['i0', 'i1']);
      const notice = db.recentEvents(1)[0];
      expect(notice).toMatchObject({ kind: 'store_recovered', detail: { offset: lastLine, bytes } });
      const kept = `${DATA}/journal/0000000000000001.jsonl.at-${lastLine}.broken`;
      expect(torn.content(kept)).toEqual(whole.subarray(lastLine, length));
      expect(await db.verify()).toMatchObject({ ok: true });
      expect(await db.verify()).not.toHaveProperty('unfinished');
    }
  });

  it('may read as zeros in whole sectors, with later parts of the same burst after them', async () => {
    const disk = new Disk();
    const db = await open(disk);
    await putItem(db, 'first', 1);
    const before = disk.content(SEGMENT).length;
    await Promise.all(Array.from({ length: 30 }, (_, i) => putItem(db, `burst${i}`, i)));
    const torn = disk.copy();
    torn.content(SEGMENT).fill(0, before, 1536);
    const again = await open(torn);
    expect(
      again
        .collection('items')
        .all()
        .map(({ id }) => id),
    ).toEqual(['first']);
    // The same hole with an acknowledged burst after it is damage.
    await putItem(db, 'later', 1);
    disk.content(SEGMENT).fill(0, before, 1536);
    await expect(open(disk.copy())).rejects.toMatchObject(refusal(`damaged at byte ${before}`));
  });

  it('of a segment that was being begun removes that segment', async () => {
    const disk = await aCrashedDisk(3);
    const second = `${DATA}/journal/0000000000000004.jsonl`;
    for (const left of ['', '12345678 {"for']) {
      const torn = disk.copy();
      torn.put(second, Buffer.from(left));
      const db = await open(torn);
      await putItem(db, 'next', 1);
      expect(db.head().seq).toBeGreaterThan(3);
      expect((await db.verify()).ok).toBe(true);
    }
  });

  it('does not hide a journal that ends before its snapshots', async () => {
    const disk = await aClosedDisk(3);
    const whole = disk.content(SEGMENT);
    disk.put(SEGMENT, Buffer.from(whole.subarray(0, whole.length - 20)));
    await expect(open(disk)).rejects.toMatchObject(refusal('the journal ends at record 2'));
  });
});

describe('what is missing', () => {
  it('is refused when it is a segment, at the front or in the middle', async () => {
    const disk = await aClosedDisk(6, { segmentBytes: 700, window: 1 });
    const segments = disk.files().filter((file) => file.endsWith('.jsonl'));
    expect(segments.length).toBeGreaterThan(2);
    for (const file of segments.slice(0, -1)) {
      const less = disk.copy();
      less.remove(file);
      await expect(open(less)).rejects.toMatchObject(refusal('does not follow record'));
    }
    disk.remove(segments.at(-1)!);
    await expect(open(disk)).rejects.toMatchObject(refusal('the journal ends at record'));
  });

  it('is put together again from the journal when it is a snapshot', async () => {
    const disk = await aClosedDisk(4);
    disk.remove(ITEMS);
    expect((await open(disk)).collection('items').all()).toHaveLength(4);
  });

  it('is refused when it is a snapshot and the journal has been shortened by retention', async () => {
    const disk = await aClosedDisk(12, { segmentBytes: 700, snapshotEveryRecords: 1, retention: { maxBytes: 1_500 } });
    expect(disk.files().some((file) => file.endsWith('.dropped.json'))).toBe(true);
    disk.remove(ITEMS);
    await expect(open(disk)).rejects.toMatchObject(refusal('missing or older'));
  });
});

describe('a record that fails its schema', () => {
  it('is refused with its name and where it was read, never dropped', async () => {
    const disk = await aCrashedDisk(2);
    const { z } = await import('zod');
    const strict = {
      items: { noun: 'item', schema: z.strictObject({ id: z.string(), value: z.int().max(0) }) },
      tags: { noun: 'tag', schema: z.strictObject({ id: z.string(), text: z.string() }) },
    };
    await expect(openOn(disk, new FakeClock(), { collections: strict })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^item i1: value: .* \(record 2, .*\.jsonl at byte \d+\)$/) as string,
    });
  });
});

describe('a newer format', () => {
  it('is refused without changing anything, in a segment and in a snapshot', async () => {
    const format = formatOf(known) + 1;
    const newer = [{ to: format, describe: 'doubles values', row: (_: string, row: object) => row as never }];
    const disk = await aClosedDisk(2, { migrations: newer });
    const before = disk.files();
    await expect(open(disk)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`has format ${format}; this mcptui knows formats up to ${format - 1}`) as string,
    });
    disk.remove(ITEMS);
    disk.remove(`${DATA}/snapshots/tags.json`);
    await expect(open(disk)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`format ${format}`) as string,
    });
    expect(disk.files()).toEqual(before.filter((file) => !file.includes('snapshots')));
  });
});

describe('an older format', () => {
  it('is brought up to date row by row, from snapshots and from old segments, and new segments have the new one', async () => {
    const migrations = [
      {
        to: 2,
        describe: 'values are counted in tens',
        row: (name: string, row: { [key: string]: never }) =>
          name === 'items' ? { ...row, value: row['value']! * 10 } : row,
      },
    ] as never;
    const first = { migrations: [] };
    for (const disk of [await aClosedDisk(3, first), await aCrashedDisk(3, first)]) {
      const db = await open(disk, { migrations });
      expect(
        db
          .collection('items')
          .all()
          .map(({ value }) => value),
      ).toEqual([0, 10, 20]);
      await putItem(db, 'new', 5);
      await db.close();
      const again = await open(disk, { migrations });
      expect(
        again
          .collection('items')
          .all()
          .map(({ value }) => value),
      ).toEqual([0, 10, 20, 5]);
      expect((await again.verify()).ok).toBe(true);
    }
  });
});
