import { describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../../src/store/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { until } from '../../support/until.ts';
import { Disk } from '../support/disk.ts';
import { addNote, aFolder, aStore, DATA, noted, openNoted, type NotedShape } from '../support/shape.ts';

const SEGMENT = `${DATA}/journal/0000000000000001.jsonl`;
const BODIES = `${DATA}/bodies/notes-000001.jsonl`;
const clock = new FakeClock();

const ids = (db: Database<NotedShape>): string[] =>
  db
    .collection('notes')
    .all()
    .map(({ id }) => id);

async function texts(db: Database<NotedShape>): Promise<unknown[]> {
  return Promise.all(ids(db).map((id) => db.body('notes', id)));
}

/** Opens the disk as a crash now would leave it. */
const crashed = (disk: Disk): Promise<Database<NotedShape>> => openNoted(disk.after('synced'), clock);

describe('Database.body', () => {
  it('gives the body of a durable row from the journal, and after a snapshot from a file of bodies', async () => {
    const disk = new Disk();
    const db = await openNoted(disk, clock);
    await addNote(db, 'a', 'first ü');
    await Promise.all([addNote(db, 'b', 'second'), addNote(db, 'c', 'third')]);
    expect(await texts(db)).toEqual(['first ü', 'second', 'third']);
    expect(await texts(await crashed(disk))).toEqual(['first ü', 'second', 'third']);
    expect(disk.files()).not.toContain(BODIES);
    await db.close();
    expect(disk.content(BODIES).toString()).toContain('first ü');
    expect(disk.content(`${DATA}/snapshots/notes.json`).toString()).not.toContain('first ü');
    // Without what the journal has of them.
    const again = await openNoted(disk, clock);
    disk.put(SEGMENT, Buffer.alloc(0));
    expect(await texts(again)).toEqual(['first ü', 'second', 'third']);
  });

  it('knows neither rows that are not there nor collections without bodies', async () => {
    const db = await openNoted(new Disk(), clock);
    expect(await db.body('notes', 'nobody')).toBeUndefined();
    await expect(db.body('items', 'a')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('gives none of a transaction that was not acknowledged', async () => {
    const disk = new Disk();
    const db = await openNoted(disk, clock);
    await addNote(db, 'a', 'first');
    disk.inject({ at: 1, kind: 'ENOSPC', only: 'write' });
    await expect(addNote(db, 'b', 'second')).rejects.toMatchObject({ code: 'unavailable' });
    expect(ids(db)).toEqual(['a']);
    expect(await db.body('notes', 'b')).toBeUndefined();
    await clock.advance(2_000);
    await addNote(db, 'b', 'third');
    expect(await texts(db)).toEqual(['first', 'third']);
  });

  it('finds each in a record of several, and one of 1 MiB', async () => {
    const disk = new Disk();
    const db = await openNoted(disk, clock);
    const large = 'ß'.repeat(512 * 1024);
    await db.transact((tx) => {
      tx.collection('notes').insert({ id: 'a', title: 'A', text: 'one' });
      tx.collection('items').insert({ id: 'a', value: 1 });
      tx.collection('notes').insert({ id: 'b', title: 'B', text: large });
    });
    expect(await texts(db)).toEqual(['one', large]);
    await db.close();
    expect(await texts(await openNoted(disk, clock))).toEqual(['one', large]);
  });

  it('is moved with all others of its record, which is read once', async () => {
    const disk = new Disk();
    const db = await openNoted(disk, clock);
    const many = Array.from({ length: 2_000 }, (_, i) => ({
      id: `n${i}`,
      title: 'one of many',
      text: `${i}`.repeat(200),
    }));
    await db.transact((tx) => {
      for (const note of many) tx.collection('notes').insert(note);
    });
    await db.close();
    const again = await openNoted(disk, clock);
    expect(await texts(again)).toEqual(many.map(({ text }) => text));
  });

  it('stays readable while snapshots move it and retention drops its record', async () => {
    const disk = new Disk();
    const options = {
      segmentBytes: 2_000,
      snapshotEveryRecords: 3,
      retention: { maxBytes: 4_000 },
      bodyFileBytes: 3_000,
    };
    const db = await openNoted(disk, clock, options);
    const expected: string[] = [];
    for (let i = 0; i < 60; i++) {
      expected.push(`text ${i} ${'x'.repeat(i * 5)}`);
      await addNote(db, `n${i}`, expected[i] ?? '');
      expect(await texts(db)).toEqual(expected);
    }
    await until(() => !disk.files().includes(SEGMENT), 'the oldest segment gone');
    expect((await db.verify()).problems).toEqual([]);
    await db.close();
    expect(disk.files().filter((file) => file.startsWith(`${DATA}/bodies/`)).length).toBeGreaterThan(3);
    const again = await openNoted(disk, clock, options);
    expect(await texts(again)).toEqual(expected);
    expect((await again.verify()).problems).toEqual([]);
  });
});

describe('a collection with bodies', () => {
  it('shows no body to readers and transactions, and keeps none in memory or snapshots', async () => {
    const db = await openNoted(new Disk(), clock);
    const inserted = await db.transact((tx) => {
      const row = tx.collection('notes').insert({ id: 'a', title: 'A', text: 'hidden' });
      expect(tx.collection('notes').get('a')).toBe(row);
      expect(tx.collection('notes').all()).toEqual([row]);
      return row;
    });
    expect(inserted).toEqual({ id: 'a', title: 'A', version: 1 });
    expect(db.collection('notes').find('a')).toEqual(inserted);
    expect(db.collection('notes').all()).toEqual([inserted]);
  });

  it('checks the whole row, and refuses to change or remove one', async () => {
    const db = await openNoted(new Disk(), clock);
    const faulty = { id: 'a', title: 'A', text: 7 as unknown as string };
    await expect(db.transact((tx) => tx.collection('notes').insert(faulty))).rejects.toMatchObject({ code: 'invalid' });
    await addNote(db, 'a', 'x');
    const refused = { code: 'invalid', message: 'note a is never changed or removed' };
    await expect(
      db.transact((tx) => tx.collection('notes').replace({ ...tx.collection('notes').get('a'), text: 'y' })),
    ).rejects.toMatchObject(refused);
    await expect(db.transact((tx) => tx.collection('notes').delete('a'))).rejects.toMatchObject(refused);
    await expect(addNote(db, 'a', 'again')).rejects.toMatchObject({ code: 'conflict' });
    expect(await texts(db)).toEqual(['x']);
  });

  it('takes over a snapshot whose rows have their bodies', async () => {
    const disk = new Disk();
    const plain = { ...noted, notes: { noun: 'note', schema: noted.notes.schema } };
    const old = await openNoted(disk, clock, { collections: plain });
    await addNote(old, 'a', 'from before');
    await old.close();
    const db = await openNoted(disk, clock);
    expect(db.collection('notes').find('a')).toEqual({ id: 'a', title: 'title of a', version: 1 });
    expect(await texts(db)).toEqual(['from before']);
    await addNote(db, 'b', 'new');
    await db.close();
    const again = await openNoted(disk, clock);
    expect(await texts(again)).toEqual(['from before', 'new']);
    expect((await again.verify()).problems).toEqual([]);
  });

  it('reads bodies through the steps between formats, wherever they are', async () => {
    const step = {
      to: 2,
      describe: 'shouts',
      row: (name: string, row: object) =>
        name === 'notes' && 'text' in row ? { ...row, text: String(row.text).toUpperCase() } : { ...row },
    };
    const disk = new Disk();
    const first = await openNoted(disk, clock, { migrations: [] });
    await addNote(first, 'a', 'in a file');
    await first.close();
    const second = await openNoted(disk, clock, { migrations: [] });
    await addNote(second, 'b', 'in the journal');
    const left = disk.after('synced');
    const db = await openNoted(left, clock, { migrations: [step] });
    await addNote(db, 'c', 'new');
    expect(await texts(db)).toEqual(['IN A FILE', 'IN THE JOURNAL', 'new']);
    await db.close();
    expect(await texts(await openNoted(left, clock, { migrations: [step] }))).toEqual([
      'IN A FILE',
      'IN THE JOURNAL',
      'new',
    ]);
  });

  it('goes on in the file that is there, after what a crash has left behind its end', async () => {
    const disk = new Disk();
    const db = await openNoted(disk, clock);
    await addNote(db, 'a', 'one');
    await db.close();
    const size = disk.content(BODIES).length;
    disk.put(BODIES, Buffer.concat([disk.content(BODIES), Buffer.alloc(5_000, 0x61)]));
    disk.put(`${DATA}/bodies/notes-000002.jsonl`, Buffer.from('left over'));
    const again = await openNoted(disk, clock, { bodyFileBytes: size + 1 });
    expect((await again.verify()).problems).toEqual([]);
    await addNote(again, 'b', 'two');
    await addNote(again, 'c', 'three');
    await again.close();
    expect(disk.content(BODIES).length).toBeLessThan(3 * size);
    expect(disk.content(`${DATA}/bodies/notes-000002.jsonl`).toString()).toMatch(
      /^[0-9a-f]{8} \{"format":\d+,.*three.*\n$/,
    );
    expect(await texts(await openNoted(disk, clock))).toEqual(['one', 'two', 'three']);
  });

  it('works on the real disk, with files and folders for the owner alone', async () => {
    const folder = await aFolder();
    const db = await openDatabase<NotedShape>({ dataDir: folder, collections: noted, clock: systemClock });
    for (let i = 0; i < 5; i++) await addNote(db, `n${i}`, `text ${i}`);
    await db.close();
    const again = (await aStore(folder, { collections: noted })) as unknown as Database<NotedShape>;
    expect(await texts(again)).toEqual(['text 0', 'text 1', 'text 2', 'text 3', 'text 4']);
  });
});

describe('a snapshot of bodies', () => {
  it('that finds no room fails, loses nothing, and is made good later', async () => {
    const disk = new Disk();
    const first = await openNoted(disk, clock);
    await addNote(first, 'a', 'one');
    await first.close();
    for (let at = 1; at <= 12; at++) {
      const copy = disk.copy();
      const db = await openNoted(copy, clock);
      await addNote(db, 'b', 'two');
      copy.inject({ at, kind: 'ENOSPC', lasting: true, written: 0.5 });
      await db.close();
      copy.inject(undefined);
      const again = await openNoted(copy, clock);
      expect(await texts(again)).toEqual(['one', 'two']);
      await addNote(again, 'c', 'three');
      await again.close();
      const last = await openNoted(copy.after('synced'), clock);
      expect(await texts(last)).toEqual(['one', 'two', 'three']);
      expect((await last.verify()).problems).toEqual([]);
    }
  });

  it('whose end fails after the rename is not written over in place', async () => {
    const disk = new Disk();
    const db = await openNoted(disk, clock, { snapshotEveryRecords: 2 });
    await addNote(db, 'a', 'one');
    // The snapshots of items, tags and notes, each renamed and then synced with its folder; the bodies' folder before.
    disk.inject({ at: 4, kind: 'EIO', only: 'syncFolder' });
    await addNote(db, 'b', 'two');
    await until(() => disk.operations.some((operation) => operation === 'rename notes.json'), 'the snapshot of notes');
    await db.verify();
    disk.inject(undefined);
    const renamed = disk.after('names');
    await addNote(db, 'c', 'three');
    await addNote(db, 'd', 'four');
    await db.close();
    expect(renamed.content(`${DATA}/snapshots/notes.json`).toString()).toContain('"places":[[1,0,');
    // The snapshot that failed may be there after a power loss, together with the bodies as they are now.
    renamed.put(BODIES, disk.content(BODIES));
    expect(await texts(await openNoted(renamed, clock))).toEqual(['one', 'two']);
    expect(await texts(await openNoted(disk.after('synced'), clock))).toEqual(['one', 'two', 'three', 'four']);
  });
});
