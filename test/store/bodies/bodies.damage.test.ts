import { describe, expect, it } from 'vitest';
import { repairStore, verifyStore, type Database, type RepairReport } from '../../../src/store/index.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { Disk } from '../support/disk.ts';
import { addNote, DATA, noLock, noted, openNoted, type NotedShape } from '../support/shape.ts';

const BODIES = `${DATA}/bodies/notes-000001.jsonl`;
const clock = new FakeClock();
/** All but the newest records are dropped, as soon as a snapshot has what they changed. */
const dropping = { segmentBytes: 700, snapshotEveryRecords: 1, retention: { maxBytes: 1_500 } };

/** Six notes whose bodies are in a file, closed in good order. */
async function aDisk(options: object = { retention: {} }): Promise<Disk> {
  const disk = new Disk();
  const db = await openNoted(disk, clock, options);
  for (let i = 0; i < 6; i++) {
    await addNote(db, `n${i}`, `body ${i}`);
    await db.verify();
  }
  await db.close();
  return disk;
}

function damage(disk: Disk, i: number): number {
  const bytes = disk.content(BODIES);
  const at = bytes.indexOf(`body ${i}`);
  bytes[at]! ^= 1;
  return bytes.lastIndexOf('\n', at) + 1;
}

function repair(disk: Disk, dryRun = false): Promise<RepairReport> {
  return repairStore({ dataDir: DATA, collections: noted, clock, fs: disk, lock: noLock, dryRun });
}

const read = (db: Database<NotedShape>): Promise<PromiseSettledResult<unknown>[]> =>
  Promise.allSettled([0, 1, 2, 3, 4, 5].map((i) => db.body('notes', `n${i}`)));

const values = (results: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  results.map((result) => (result.status === 'fulfilled' ? result.value : 'lost'));

const whole = [0, 1, 2, 3, 4, 5].map((i) => `body ${i}`);

describe('a damaged body', () => {
  it('is found by verify and by its reader with file and offset, wherever the byte is', async () => {
    const disk = await aDisk();
    const bytes = disk.content(BODIES);
    const missed: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      bytes[at]! ^= 1;
      const lineStart = at === 0 ? 0 : bytes.lastIndexOf('\n', at - 1) + 1;
      const { problems } = await verifyStore(DATA, disk);
      if (problems[0]?.file !== BODIES || problems[0].offset !== lineStart) missed.push(at);
      bytes[at]! ^= 1;
    }
    expect(missed).toEqual([]);
    const offset = damage(disk, 3);
    const db = await openNoted(disk, clock);
    const results = await read(db);
    expect(values(results)).toEqual(whole.with(3, 'lost'));
    expect(results[3]).toMatchObject({
      reason: {
        code: 'unavailable',
        message: `${BODIES} is damaged at byte ${offset}: the checksum does not match`,
        hint: expect.stringContaining('mcptui store repair') as string,
      },
    });
    expect((await db.verify()).problems).toEqual([
      { file: BODIES, offset, reason: 'the body of n3: the checksum does not match' },
    ]);
  });

  it('is found as the wrong one when lines are exchanged', async () => {
    const disk = await aDisk();
    const lines = disk.content(BODIES).toString().split('\n');
    [lines[0], lines[1]] = [lines[1] ?? '', lines[0] ?? ''];
    disk.put(BODIES, Buffer.from(lines.join('\n')));
    expect((await verifyStore(DATA, disk)).problems.map(({ reason }) => reason)).toEqual([
      'the body of n0: it is another body',
      'the body of n1: it is another body',
    ]);
    await expect((await openNoted(disk, clock)).body('notes', 'n0')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is taken from the journal by repair while that has it', async () => {
    const disk = await aDisk();
    damage(disk, 3);
    const before = Buffer.from(disk.content(BODIES));
    const report = await repair(disk);
    expect(report).toMatchObject({ healthy: false, lost: [], kept: [`${BODIES}.at-0.broken`] });
    expect(disk.content(report.kept[0] ?? '')).toEqual(before);
    expect((await verifyStore(DATA, disk)).problems).toEqual([]);
    const db = await openNoted(disk, clock);
    expect(values(await read(db))).toEqual(whole);
    expect(db.recentEvents(1)).toMatchObject([{ kind: 'store_repaired', outcome: 'ok' }]);
  });

  it('is lost when the journal was dropped: repair says which, keeps everything else, and later bodies are kept', async () => {
    const disk = await aDisk(dropping);
    const offset = damage(disk, 1);
    const lost = [`the body of notes/n1 (${BODIES} at byte ${offset}: the checksum does not match)`];
    expect((await repair(disk, true)).lost).toEqual(lost);
    expect((await repair(disk)).lost).toEqual(lost);
    expect((await repair(disk)).healthy).toBe(true);
    expect((await verifyStore(DATA, disk)).problems).toEqual([]);
    const db = await openNoted(disk, clock, dropping);
    const results = await read(db);
    expect(values(results)).toEqual(whole.with(1, 'lost'));
    expect(results[1]).toMatchObject({
      reason: { code: 'unavailable', message: 'the body of note n1 was lost by damage to the disk' },
    });
    expect(db.collection('notes').find('n1')).toMatchObject({ title: 'title of n1' });
    await addNote(db, 'later', 'new');
    await db.close();
    const again = await openNoted(disk, clock, dropping);
    expect(await again.body('notes', 'later')).toBe('new');
    expect(values(await read(again))).toEqual(whole.with(1, 'lost'));
  });
});

describe('a file of bodies that is missing or cut short', () => {
  const missing = (disk: Disk): void => disk.remove(BODIES);
  const cutShort = (disk: Disk): void => disk.put(BODIES, disk.content(BODIES).subarray(0, -5));
  const all = [...whole];

  it.each([
    ['missing', missing, { retention: {} }, 'the file is missing', all],
    ['missing', missing, dropping, 'the file is missing', all.map((body, i) => (i < 5 ? 'lost' : body))],
    ['cut short', cutShort, { retention: {} }, 'the file ends before byte', all],
    ['cut short', cutShort, dropping, 'the file ends before byte', all],
  ])(
    'is refused at the start when %s, found by verify, and mended by repair',
    async (_name, harm, options, words, left) => {
      const disk = await aDisk(options);
      harm(disk);
      await expect(openNoted(disk, clock, options)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining(words) as string,
      });
      expect(new Set((await verifyStore(DATA, disk)).problems.map(({ file }) => file))).toEqual(new Set([BODIES]));
      const { lost } = await repair(disk);
      const db = await openNoted(disk, clock, options);
      expect(values(await read(db))).toEqual(left);
      expect(lost).toHaveLength(left.filter((body) => body === 'lost').length);
      await addNote(db, 'later', 'new');
      await db.close();
      const again = await openNoted(disk, clock, options);
      expect(await again.body('notes', 'later')).toBe('new');
      expect((await again.verify()).problems).toEqual([]);
    },
  );
});
