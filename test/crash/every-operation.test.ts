import { describe, expect, it } from 'vitest';
import { FakeClock } from '../support/fakes/fake-clock.ts';
import { Disk, survivals, type Fault, type Survival } from '../store/support/disk.ts';
import { DATA, addNote, anEvent, openNoted, putItem, type NotedShape } from '../store/support/shape.ts';
import type { Database } from '../../src/store/index.ts';

/** Every other commit begins a segment, each is followed by a snapshot, and retention drops the oldest. */
const busy = { segmentBytes: 700, snapshotEveryRecords: 1, retention: { maxBytes: 2_200 }, bodyFileBytes: 300 };
/** Every commit goes to the end of the one segment. */
const plain = { retention: {} };

async function aDiskInUse(options: object): Promise<Disk> {
  const disk = new Disk();
  const db = await openNoted(disk, new FakeClock(), options);
  for (let i = 0; i < 6; i++) await putItem(db, `old-${i}`, i);
  for (let i = 0; i < 2; i++) await addNote(db, `old-${i}`, `body ${i}`);
  await db.close();
  return disk.copy();
}

/** The commit under test: three collections, a removal, a body and two events. */
function commit(db: Database<NotedShape>): Promise<void> {
  return db.transact((tx) => {
    tx.collection('items').insert({ id: 'new', value: 1 });
    tx.collection('items').delete('old-0');
    tx.collection('tags').insert({ id: 'new', text: 'both or none' });
    tx.collection('notes').insert({ id: 'new', title: 'new', text: 'body and row' });
    tx.event(anEvent('first'));
    tx.event(anEvent('second'));
  });
}

/** Opens, commits and closes on a disk with the fault; tells whether the commit was acknowledged and whether the fault came. */
async function commitWith(
  disk: Disk,
  fault: Fault,
  options: object,
): Promise<{ acked: boolean; hit: boolean; error: string }> {
  disk.inject(fault);
  let acked = false;
  let error = '';
  let db: Database<NotedShape> | undefined;
  try {
    db = await openNoted(disk, new FakeClock(), options);
    await commit(db);
    acked = true;
  } catch (caught) {
    error = String(caught);
  }
  await db?.close().catch(() => undefined);
  const hit = fault.only === undefined ? disk.operations.length >= fault.at : true;
  return { acked, hit, error };
}

/** All of the commit, or nothing of it; and everything older. Returns whether it is there. */
async function isThere(disk: Disk, options: object): Promise<boolean> {
  disk.inject(undefined);
  const db = await openNoted(disk, new FakeClock(), { ...options, retention: {} });
  const items = db.collection('items');
  const there = items.find('new') !== undefined;
  expect(db.collection('tags').find('new') !== undefined).toBe(there);
  expect(items.find('old-0') === undefined).toBe(there);
  for (let i = 1; i < 6; i++) expect(items.find(`old-${i}`)?.value).toBe(i);
  for (let i = 0; i < 2; i++) expect(await db.body('notes', `old-${i}`)).toBe(`body ${i}`);
  expect(await db.body('notes', 'new')).toBe(there ? 'body and row' : undefined);
  const kinds = (await db.events({ after: 0 })).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'first' || kind === 'second')).toEqual(there ? ['first', 'second'] : []);
  const report = await db.verify();
  expect(report.problems).toEqual([]);
  expect(disk.files().filter((file) => file.endsWith('.tmp'))).toEqual([]);
  await putItem(db, 'later', 1);
  await addNote(db, 'later', 'body later');
  await db.close();
  const again = await openNoted(disk.copy(), new FakeClock(), options);
  expect(again.collection('items').find('later')?.value).toBe(1);
  expect(await again.body('notes', 'later')).toBe('body later');
  expect(await again.body('notes', 'new')).toBe(there ? 'body and row' : undefined);
  expect(await again.body('notes', 'old-1')).toBe('body 1');
  return there;
}

describe.each([
  ['with rotation, snapshot and retention', busy, ['create', 'unlink']],
  ['at the end of a segment', plain, []],
])('a commit %s', (_name, options, extra) => {
  it('is there whole or not at all after a crash at any of its operations, whatever of the unsynced survives', async () => {
    const start = await aDiskInUse(options);
    const untouched = start.copy();
    await commitWith(untouched, { at: Infinity, kind: 'crash' }, options);
    const met = new Set(untouched.operations.map((operation) => operation.split(' ')[0]));
    expect([...met]).toEqual(expect.arrayContaining(['write', 'datasync', 'rename', 'syncFolder', ...extra]));
    const seen = new Set<string>();
    let cases = 0;
    for (let at = 1, hit = true; hit; at++) {
      for (const written of [0, 0.1, 0.5, 0.93, 1]) {
        const disk = start.copy();
        const result = await commitWith(disk, { at, kind: 'crash', written }, options);
        hit = result.hit;
        for (const survival of survivals) {
          const there = await isThere(disk.after(survival), options);
          const lost = result.acked && !there;
          expect(lost, `crash at ${at}, ${survival}: acknowledged and lost`).toBe(false);
          seen.add(`${survival} ${there}`);
          cases++;
        }
        if (disk.operations[at - 1]?.startsWith('write') !== true) break;
      }
    }
    // Both outcomes were met, also for what only survives by chance.
    expect([...seen]).toEqual(expect.arrayContaining(['synced true', 'synced false', 'all true', 'all false']));
    expect(cases).toBeGreaterThan(40);
  });

  it.each(['ENOSPC', 'EIO', 'EMFILE'] as const)(
    'that is refused because of %s at any operation never appears later',
    async (kind) => {
      const start = await aDiskInUse(options);
      for (let at = 1, hit = true; hit; at++) {
        const disk = start.copy();
        const result = await commitWith(disk, { at, kind, written: 0.6 }, options);
        hit = result.hit;
        for (const survival of survivals satisfies readonly Survival[]) {
          const there = await isThere(disk.after(survival), options);
          expect(there, `${kind} at ${at} (${disk.operations[at - 1]}), ${survival}: ${result.error}`).toBe(
            result.acked,
          );
        }
      }
    },
  );
});

describe('opening after a crash', () => {
  it('survives a crash at any of its own operations', async () => {
    const torn = await aDiskInUse(plain);
    const path = torn.files().find((file) => file.endsWith('.jsonl')) ?? '';
    torn.put(path, Buffer.concat([torn.content(path), Buffer.from('0badc0de {"seq":8,"pr')]));
    torn.put(`${DATA}/snapshots/items.json.0123456789ab.tmp`, Buffer.from('half a snap'));
    for (let at = 1, hit = true; hit; at++) {
      const disk = torn.copy();
      const result = await commitWith(disk, { at, kind: 'crash', written: 0.5 }, plain);
      hit = result.hit;
      for (const survival of survivals) expect(await isThere(disk.after(survival), plain)).toBeTypeOf('boolean');
    }
  });
});
