import { describe, expect, it } from 'vitest';
import { repairStore, verifyStore, type Database, type OpenOptions } from '../../../src/store/index.ts';
import { encodeHeader, encodeLine, follow, parseHeader, parseRecord, readLine } from '../../../src/store/record.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { Disk } from '../support/disk.ts';
import { anEvent, collections, DATA, noLock, openOn, putItem, type Shape } from '../support/shape.ts';

const JOURNAL = `${DATA}/journal`;
const FIRST = `${JOURNAL}/0000000000000001.jsonl`;
const small: Partial<OpenOptions> = { segmentBytes: 4_000, retention: { maxBytes: 12_000 }, window: 20 };

const kept = (disk: Disk): string[] => disk.files().filter((file) => file.endsWith('.kept.jsonl'));

async function trace(db: Database<Shape>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    db.record(anEvent('call', { actor: 'client:x', message: 'x'.repeat(200) }));
    if (i % 10 === 9) await db.flush();
  }
}

/** Three decisions, and then so many calls that their segments go many times over. */
async function aFlooded(options: Partial<OpenOptions> = small): Promise<{ disk: Disk; db: Database<Shape> }> {
  const disk = new Disk();
  const db = await openOn(disk, new FakeClock(), options);
  for (let i = 0; i < 3; i++) await putItem(db, `decided-${i}`, i);
  await trace(db, 600);
  await db.verify();
  return { disk, db };
}

/** Takes records `from`…`to` out of the first segment and puts a note of retention in their place. */
function cutOut(disk: Disk, from: number, to: number): void {
  const bytes = disk.content(FIRST);
  const lines = [];
  for (let line = readLine(bytes, 0); line !== undefined; line = readLine(bytes, line.end)) lines.push(line);
  const [header, ...records] = lines.map((line) => (line.ok ? line : undefined));
  const begin = parseHeader(header!.body)!;
  let chain = { seq: begin.segment - 1, hash: begin.prev, events: begin.n - 1 };
  const chains = [chain];
  for (const line of records) chains.push((chain = follow(chain, parseRecord(line!.body)!, line!.body)));
  const [before, after] = [chains[from - 1]!, chains[to]!];
  const gap = {
    format: 1,
    reason: 'retention',
    at: '',
    firstSeq: from,
    lastSeq: to,
    firstEvent: before.events + 1,
    lastEvent: after.events,
    prev: before.hash,
    head: after.hash,
    collections: [],
  };
  const name = (seq: number): string => `${JOURNAL}/${String(seq).padStart(16, '0')}`;
  const rest = bytes.subarray(lines[to]!.end);
  if (from === 1) disk.remove(FIRST);
  else disk.put(FIRST, bytes.subarray(0, lines[from - 1]!.end));
  disk.put(`${name(to + 1)}.jsonl`, Buffer.concat([Buffer.from(encodeHeader(1, after, '')), rest]));
  disk.put(`${name(from)}.dropped.json`, Buffer.from(encodeLine(JSON.stringify(gap))));
}

describe('retention', () => {
  it('never drops decisions, whatever number of calls there is', async () => {
    const { disk, db } = await aFlooded();
    const report = await db.verify();
    expect(report.problems).toEqual([]);
    expect(report.dropped[0]?.lastSeq).toBeGreaterThan(3);
    expect((await db.events({ kind: 'item_put' })).map(({ n, target }) => `${n} ${target}`)).toEqual([
      '3 item/decided-2',
      '2 item/decided-1',
      '1 item/decided-0',
    ]);
    expect((await db.events({ kind: 'item_put', after: 1, limit: 1 })).map(({ n }) => n)).toEqual([2]);
    expect((await db.events({ kind: 'call', limit: 5_000 })).length).toBeLessThan(200);
    await db.close();
    expect((await verifyStore(DATA, disk)).problems).toEqual([]);
    const again = await openOn(disk, new FakeClock(), small);
    expect(await again.events({ kind: 'item_put' })).toHaveLength(3);
    await trace(again, 300);
    expect((await again.verify()).problems).toEqual([]);
    expect(await again.events({ kind: 'item_put' })).toHaveLength(3);
  });

  it('keeps only what counts as a decision', async () => {
    const isDecision = ({ target }: { target?: string }): boolean => target !== 'item/decided-1';
    const { db } = await aFlooded({ ...small, retention: { maxBytes: 12_000, isDecision } });
    expect((await db.events({ kind: 'item_put' })).map(({ n }) => n)).toEqual([3, 1]);
  });

  it('notices a decision that was changed or taken from what was kept', async () => {
    const { disk, db } = await aFlooded();
    const [path = ''] = kept(disk);
    const whole = Buffer.from(disk.content(path));
    disk.content(path)[whole.indexOf('decided-1') + 8]! ^= 1;
    expect((await db.verify()).problems).toMatchObject([{ file: path }]);
    await db.close();
    expect((await verifyStore(DATA, disk)).problems).toMatchObject([{ file: path }]);
    disk.put(path, Buffer.concat([whole, Buffer.from('left by a crash')]));
    expect((await verifyStore(DATA, disk)).problems).toEqual([]);
    disk.put(path, whole.subarray(0, -10));
    expect((await verifyStore(DATA, disk)).problems).toMatchObject([{ file: path }]);
    disk.remove(path);
    expect((await verifyStore(DATA, disk)).problems).toMatchObject([{ file: path }]);
  });
});

describe('records that somebody cut out behind a note of retention', () => {
  const unvouched = 'no record of the journal says that they were dropped';

  it.each([
    ['in the middle', 4, 6],
    ['at the front', 1, 5],
  ])('are noticed %s: by verify, and the store does not open until it is repaired', async (_where, from, to) => {
    const disk = new Disk();
    const db = await openOn(disk, new FakeClock());
    for (let i = 0; i < 9; i++) await putItem(db, `i${i}`, i);
    const head = db.head();
    await db.close();
    cutOut(disk, from, to);
    expect((await verifyStore(DATA, disk)).problems.map(({ reason }) => reason)).toEqual([
      `records ${from} to ${to} are missing, and ${unvouched}`,
    ]);
    await expect(openOn(disk, new FakeClock())).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(unvouched) as string,
      hint: expect.stringContaining('mcptui store repair') as string,
    });
    const options = { dataDir: DATA, collections, clock: new FakeClock(), fs: disk, lock: noLock };
    expect((await repairStore(options)).lost).toEqual([
      `records ${from} to ${to} of the journal, with audit events ${from} to ${to}`,
    ]);
    expect((await repairStore(options)).healthy).toBe(true);
    const again = await openOn(disk, new FakeClock());
    expect((await again.verify(head)).problems).toEqual([]);
    expect(again.collection('items').all()).toHaveLength(9);
  });
});

describe('verify against a head that was kept elsewhere', () => {
  it('tells whether that record is still there with that hash', async () => {
    const disk = new Disk();
    const db = await openOn(disk, new FakeClock());
    for (let i = 0; i < 3; i++) await putItem(db, `i${i}`, i);
    const head = db.head();
    await putItem(db, 'later', 1);
    const later = db.head();
    expect((await db.verify(head)).ok).toBe(true);
    const other = { seq: 3, hash: 'ab'.repeat(32) };
    expect((await db.verify(other)).problems[0]?.reason).toBe(
      `record 3 with the hash ${other.hash} is not there: another record has that number`,
    );
    await db.close();
    expect((await verifyStore(DATA, disk, later)).ok).toBe(true);
    const { problems } = await verifyStore(DATA, disk, { ...later, seq: 99 });
    expect(problems[0]?.reason).toContain('is not there: the journal ends at record');
  });

  it('says that retention has dropped it', async () => {
    const { db } = await aFlooded();
    const { dropped } = await db.verify();
    expect((await db.verify({ seq: 2, hash: 'ab'.repeat(32) })).problems[0]?.reason).toContain(
      `records 1 to ${dropped[0]?.lastSeq} were dropped; keep a newer head`,
    );
  });
});
