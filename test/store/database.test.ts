import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../support/fakes/fake-clock.ts';
import type { AuditEvent } from '../../src/store/index.ts';
import type { TakeLock } from '../../src/store/files/lock.ts';
import { Disk } from './support/disk.ts';
import { modes } from './support/modes.ts';
import { aFolder, anEvent, aStore, openOn, putItem } from './support/shape.ts';

describe('transact', () => {
  it('writes its changes and events as one record, seen by readers once acknowledged', async () => {
    const db = await aStore(await aFolder());
    const done = db.transact((tx) => {
      tx.collection('items').insert({ id: 'a', value: 1 });
      tx.collection('tags').insert({ id: 't', text: 'x' });
      tx.event(anEvent('one'));
      tx.event(anEvent('two'));
      return 'result';
    });
    expect(db.collection('items').find('a')).toBeUndefined();
    expect(await done).toBe('result');
    expect(db.collection('items').find('a')).toEqual({ id: 'a', value: 1, version: 1 });
    expect(db.head()).toMatchObject({ seq: 1, events: 2 });
    expect(db.recentEvents(10).map(({ n, kind }) => [n, kind])).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('changes nothing when its function throws', async () => {
    const db = await aStore(await aFolder());
    const failing = db.transact((tx) => {
      tx.collection('items').insert({ id: 'a', value: 1 });
      tx.event(anEvent('one'));
      throw new Error('thought better of it');
    });
    await expect(failing).rejects.toThrow('thought better of it');
    expect(db.head().seq).toBe(0);
    expect(db.collection('items').all()).toEqual([]);
  });

  it('sees what earlier transactions have changed, also before they are durable', async () => {
    const db = await aStore(await aFolder());
    await Promise.all(
      Array.from({ length: 50 }, () =>
        db.transact((tx) => {
          const items = tx.collection('items');
          const old = items.find('counter');
          return old === undefined
            ? items.insert({ id: 'counter', value: 1 })
            : items.replace({ ...old, value: old.value + 1 });
        }),
      ),
    );
    expect(db.collection('items').find('counter')).toEqual({ id: 'counter', value: 50, version: 50 });
  });

  it('refuses a taken id, a missing one, a stale version and a record that fails its schema', async () => {
    const db = await aStore(await aFolder());
    await putItem(db, 'a', 1);
    const attempt = (fn: Parameters<typeof db.transact>[0]): Promise<unknown> => db.transact(fn);
    await expect(attempt((tx) => tx.collection('items').insert({ id: 'a', value: 2 }))).rejects.toMatchObject({
      code: 'conflict',
      message: 'item a exists',
    });
    await expect(attempt((tx) => tx.collection('items').get('b'))).rejects.toMatchObject({
      code: 'not-found',
      message: 'no item b',
    });
    await expect(attempt((tx) => tx.collection('items').delete('b'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      attempt((tx) => tx.collection('items').replace({ id: 'a', value: 2, version: 7 })),
    ).rejects.toMatchObject({ code: 'conflict', message: 'item a changed' });
    await expect(attempt((tx) => tx.collection('items').insert({ id: 'c', value: 1.5 }))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('item c: value:') as string,
    });
    expect(db.head().seq).toBe(1);
  });

  it('fills in defaults of the schema, and cannot be used after its function has returned', async () => {
    const db = await aStore(await aFolder());
    const kept = await db.transact((tx) => {
      expect(tx.collection('tags').insert({ id: 't' } as never)).toMatchObject({ text: 'none' });
      return tx;
    });
    expect(() => kept.event(anEvent('late'))).toThrow('the transaction is over');
  });

  it('waits for what it has read when it changes nothing itself', async () => {
    const db = await aStore(await aFolder());
    const order: string[] = [];
    const write = putItem(db, 'a', 1).then(() => order.push('write'));
    const read = db
      .transact((tx) => tx.collection('items').find('a')?.value)
      .then((value) => order.push(`read ${value}`));
    await Promise.all([write, read]);
    expect(order).toEqual(['write', 'read 1']);
    expect(db.head().seq).toBe(1);
  });
});

describe('collection', () => {
  it('lists rows in order of insertion, frozen, as the same array until the next write', async () => {
    const db = await aStore(await aFolder());
    for (const id of ['c', 'a', 'b']) await putItem(db, id, 1);
    const all = db.collection('items').all();
    expect(all.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(Object.isFrozen(all)).toBe(true);
    expect(Object.isFrozen(all[0])).toBe(true);
    await putItem(db, 'a', 2);
    expect(
      db
        .collection('items')
        .all()
        .map(({ id }) => id),
    ).toEqual(['c', 'a', 'b']);
    expect(db.collection('items').all()).not.toBe(all);
    expect(db.collection('items').all()).toBe(db.collection('items').all());
  });
});

describe('openDatabase', () => {
  it('finds rows, versions, order and events again, from the snapshot and from the journal alone', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const db = await openOn(disk, clock);
    for (const id of ['c', 'a', 'b']) await putItem(db, id, 1);
    await putItem(db, 'a', 2);
    await db.transact((tx) => tx.collection('items').delete('c'));
    const before = { rows: db.collection('items').all(), events: db.recentEvents(10), head: db.head() };
    const crashed = disk.copy();
    await db.close();
    for (const found of [disk, crashed]) {
      const again = await openOn(found, clock);
      expect({ rows: again.collection('items').all(), events: again.recentEvents(10), head: again.head() }).toEqual(
        before,
      );
    }
  });

  it('leaves folders 0700 and files 0600, also under a umask of 0', async () => {
    expect(await modes()).toEqual([]);
  });

  it('says that the system refuses in words that name the folder', async () => {
    const file = join(await aFolder(), 'file');
    await writeFile(file, '');
    await expect(aStore(join(file, 'data'))).rejects.toMatchObject({
      code: 'unavailable',
      message: `${join(file, 'data')} cannot be made: a file is in place of a folder (ENOTDIR)`,
      hint: expect.stringContaining('move that file away') as string,
    });
  });

  it('names the folder also where the reason is one that it does not know', async () => {
    const lock: TakeLock = () => Promise.reject(Object.assign(new Error('listen EINVAL'), { code: 'EINVAL' }));
    await expect(openOn(new Disk(), new FakeClock(), { lock })).rejects.toMatchObject({
      code: 'unavailable',
      message: '/data cannot be opened: listen EINVAL',
    });
  });
});

describe('record', () => {
  it('writes many events as one record, a moment later', async () => {
    const clock = new FakeClock();
    const db = await openOn(new Disk(), clock);
    for (let i = 0; i < 200; i++) db.record(anEvent('trace', { target: `t${i}` }));
    expect(db.head().seq).toBe(0);
    await clock.advance(1_000);
    expect(db.head()).toMatchObject({ seq: 1, events: 200 });
    expect(db.recentEvents(1)[0]).toMatchObject({ n: 200, target: 't199' });
  });

  it('comes before a transaction that was begun after it, so that numbers follow time', async () => {
    const db = await openOn(new Disk(), new FakeClock());
    db.record(anEvent('trace'));
    await putItem(db, 'a', 1);
    expect(db.recentEvents(10).map(({ kind }) => kind)).toEqual(['trace', 'item_put']);
  });

  it('never throws, and counts what it cannot keep in a trace_loss event', async () => {
    const clock = new FakeClock();
    const db = await openOn(new Disk(), clock);
    for (let i = 0; i < 20_500; i++) db.record(anEvent('trace'));
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    db.record(anEvent('trace', { detail: circular as never }));
    await db.flush();
    await clock.advance(1_000);
    const losses = db.recentEvents(25_000).filter(({ kind }) => kind === 'trace_loss');
    expect(losses.map(({ detail }) => detail?.['lost'])).toEqual([501]);
    expect(db.head().events).toBe(20_001);
  });

  it('is durable after flush, and ignored after close', async () => {
    const disk = new Disk();
    const db = await openOn(disk, new FakeClock());
    db.record(anEvent('trace'));
    await db.flush();
    const again = await openOn(disk.after('synced'), new FakeClock());
    expect(again.head().events).toBe(1);
    await db.close();
    db.record(anEvent('trace'));
    await expect(putItem(db, 'a', 1)).rejects.toMatchObject({ code: 'unavailable', message: 'the store is closed' });
    await db.close();
  });
});

describe('onEvents', () => {
  it('hands over every event once and in order, and a listener that throws harms nobody', async () => {
    const db = await openOn(new Disk(), new FakeClock());
    const seen: AuditEvent[] = [];
    db.onEvents(() => {
      throw new Error('a bad listener');
    });
    const stop = db.onEvents((events) => seen.push(...events));
    await Promise.all(Array.from({ length: 30 }, (_, i) => putItem(db, `i${i}`, i)));
    expect(seen.map(({ n }) => n)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    stop();
    await putItem(db, 'x', 1);
    expect(seen).toHaveLength(30);
  });
});
