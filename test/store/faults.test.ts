import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../support/fakes/fake-clock.ts';
import type { StoreState } from '../../src/store/index.ts';
import { until } from '../support/until.ts';
import { Disk } from './support/disk.ts';
import { aFolder, anEvent, aStore, DATA, openOn, putItem } from './support/shape.ts';

const SEGMENT = `${DATA}/journal/0000000000000001.jsonl`;
const run = promisify(execFile);

describe('a full disk', () => {
  it('refuses changes with the reason, lets reads go on, and takes changes again by itself', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const db = await openOn(disk, clock);
    const states: StoreState['kind'][] = [];
    db.onState(({ kind }) => states.push(kind));
    await putItem(db, 'a', 1);
    disk.inject({ at: 1, kind: 'ENOSPC', lasting: true, only: 'write', written: 0.5 });
    const refused = { code: 'unavailable', message: 'changes are refused: the disk is full' };
    await expect(putItem(db, 'b', 1)).rejects.toMatchObject(refused);
    await expect(putItem(db, 'c', 1)).rejects.toMatchObject(refused);
    expect(db.state()).toEqual({ kind: 'full', reason: 'the disk is full' });
    expect(db.collection('items').find('a')?.value).toBe(1);
    expect(await db.events({})).toHaveLength(1);
    expect((await db.verify()).ok).toBe(true);
    await clock.advance(10_000);
    expect(db.state().kind).toBe('full');

    disk.inject(undefined);
    await clock.advance(2_000);
    expect(db.state()).toEqual({ kind: 'ok' });
    expect(states).toEqual(['full', 'ok']);
    await putItem(db, 'd', 1);
    const again = await openOn(disk.after('synced'), clock);
    expect(
      again
        .collection('items')
        .all()
        .map(({ id }) => id),
    ).toEqual(['a', 'd']);
    expect(disk.files().filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('truncates a batch of which a part was written, before anybody is refused', async () => {
    const disk = new Disk();
    const db = await openOn(disk, new FakeClock());
    await putItem(db, 'a', 1);
    const size = disk.content(SEGMENT).length;
    disk.inject({ at: 1, kind: 'ENOSPC', only: 'write', written: 0.9 });
    const burst = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => putItem(db, `b${i}`, i)));
    expect(burst.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'rejected'));
    expect(disk.content(SEGMENT)).toHaveLength(size);
    expect(disk.operations).toEqual(
      expect.arrayContaining([expect.stringContaining('truncate'), expect.stringContaining('datasync')]),
    );
  });

  it('lets a refused change be made again as if it had never been', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const db = await openOn(disk, clock);
    disk.inject({ at: 1, kind: 'ENOSPC', only: 'write' });
    await expect(putItem(db, 'a', 1)).rejects.toMatchObject({ code: 'unavailable' });
    await clock.advance(2_000);
    await db.transact((tx) => {
      expect(tx.collection('items').find('a')).toBeUndefined();
      tx.collection('items').insert({ id: 'a', value: 2 });
    });
    expect(db.collection('items').find('a')).toEqual({ id: 'a', value: 2, version: 1 });
  });

  it('counts the traces that it cost in the log', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const db = await openOn(disk, clock);
    disk.inject({ at: 1, kind: 'ENOSPC', lasting: true, only: 'create' });
    for (let i = 0; i < 10; i++) db.record(anEvent('trace'));
    await expect(db.flush()).rejects.toMatchObject({ code: 'unavailable' });
    await clock.advance(500);
    disk.inject(undefined);
    await clock.advance(5_000);
    expect(db.recentEvents(10).map(({ kind, detail }) => [kind, detail?.['lost']])).toEqual([['trace_loss', 10]]);
  });

  it('at the start postpones the cut of a torn end until there is room', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    await putItem(await openOn(disk, clock), 'a', 1);
    const torn = disk.copy();
    torn.put(SEGMENT, Buffer.concat([torn.content(SEGMENT), Buffer.from('0badc0de {"se')]));
    torn.inject({ at: 1, kind: 'ENOSPC', lasting: true, only: 'write' });
    const db = await openOn(torn, clock);
    expect(db.state().kind).toBe('full');
    expect(db.collection('items').find('a')?.value).toBe(1);
    torn.inject(undefined);
    await clock.advance(2_000);
    await putItem(db, 'b', 1);
    expect(db.recentEvents(5).map(({ kind }) => kind)).toEqual(['item_put', 'store_recovered', 'item_put']);
    expect((await db.verify()).ok).toBe(true);
  });

  it('keeps the old snapshot and leaves no temporary file', async () => {
    const disk = new Disk();
    const db = await openOn(disk, new FakeClock());
    await putItem(db, 'a', 1);
    await db.close();
    const before = Buffer.from(disk.content(`${DATA}/snapshots/items.json`));
    const again = await openOn(disk, new FakeClock());
    await putItem(again, 'a', 2);
    disk.inject({ at: 1, kind: 'ENOSPC', lasting: true, only: 'write', written: 0.5 });
    await again.close();
    expect(disk.content(`${DATA}/snapshots/items.json`)).toEqual(before);
    expect(disk.files().filter((file) => file.includes('.tmp'))).toEqual([]);
    disk.inject(undefined);
    expect((await openOn(disk, new FakeClock())).collection('items').find('a')?.value).toBe(2);
  });

  it('behaves so on a real file system without room', async ({ skip }) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      process.stdout.write('a real full disk: skipped: needs Linux and root to mount a tmpfs\n');
      if (process.env['CI'] === 'true') throw new Error('nothing is skipped in CI');
      skip('needs Linux and root');
    }
    const folder = join(await aFolder(), 'small');
    await mkdir(folder);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
    onTestFinished(async () => {
      await run('umount', [folder]);
    });
    const db = await aStore(join(folder, 'data'));
    onTestFinished(() => db.close());
    await putItem(db, 'a', 1);
    const filler = join(folder, 'filler');
    await writeFile(filler, Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined);
    const big = { note: 'x'.repeat(16_384) };
    const refused = db.transact((tx) => tx.event(anEvent('big', { detail: big })));
    await expect(refused).rejects.toMatchObject({
      code: 'unavailable',
      message: 'changes are refused: the disk is full',
    });
    expect(db.collection('items').find('a')?.value).toBe(1);
    expect((await db.verify()).ok).toBe(true);
    await rm(filler);
    await until(() => db.state().kind === 'ok', 'taking changes again');
    await db.transact((tx) => tx.event(anEvent('big', { detail: big })));
    await db.close();
    const again = await aStore(join(folder, 'data'));
    onTestFinished(() => again.close());
    expect(again.recentEvents(5).map(({ kind }) => kind)).toEqual(['item_put', 'big']);
  });
});

describe('a failed fdatasync', () => {
  it('ends all writing, refuses what waits, and leaves nothing of it for the next start', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const db = await openOn(disk, clock);
    await putItem(db, 'a', 1);
    disk.inject({ at: 1, kind: 'EIO', only: 'datasync' });
    const waiting = [putItem(db, 'b', 1), putItem(db, 'c', 1)];
    for (const each of waiting) {
      await expect(each).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('the journal could not be written') as string,
      });
    }
    expect(db.state().kind).toBe('read-only');
    await clock.advance(3_600_000);
    expect(db.state().kind).toBe('read-only');
    await expect(putItem(db, 'd', 1)).rejects.toMatchObject({ code: 'unavailable' });
    expect(
      db
        .collection('items')
        .all()
        .map(({ id }) => id),
    ).toEqual(['a']);
    await db.close();
    for (const survival of ['all', 'synced', 'content'] as const) {
      const again = await openOn(disk.after(survival), clock);
      expect(
        again
          .collection('items')
          .all()
          .map(({ id }) => id),
      ).toEqual(['a']);
      expect(again.state().kind).toBe('ok');
    }
  });

  it('says that the outcome is open when what was written cannot be taken back', async () => {
    const disk = new Disk();
    const db = await openOn(disk, new FakeClock());
    await putItem(db, 'a', 1);
    disk.inject({ at: 1, kind: 'EIO', only: 'datasync', lasting: true });
    await expect(putItem(db, 'b', 1)).rejects.toMatchObject({
      message: expect.stringContaining('may be there after a restart') as string,
    });
    expect(db.state().kind).toBe('read-only');
  });
});

describe('events that a store in read-only could not keep', () => {
  it('are told as lost after the restart, once', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const db = await openOn(disk, clock);
    await putItem(db, 'a', 1);
    disk.inject({ at: 1, kind: 'EIO', only: 'datasync' });
    await expect(putItem(db, 'b', 1)).rejects.toMatchObject({ code: 'unavailable' });
    for (let i = 0; i < 7; i++) db.record(anEvent('call'));
    expect(db.lostEvents()).toBe(7);
    await db.close();
    const again = await openOn(disk.copy(), clock);
    await again.flush();
    expect(await again.events({ kind: 'trace_loss' })).toMatchObject([
      {
        message: expect.stringMatching(/^7 events could not be kept before the restart: .*EIO/) as string,
        detail: { lost: 7 },
      },
    ]);
    await again.close();
    const third = await openOn(disk.copy(), clock);
    await third.flush();
    expect((await third.events({ kind: 'trace_loss' })).length).toBeLessThanOrEqual(1);
  });
});

describe('snapshots that fail', () => {
  it('are a state, an event when it begins and one when it is over; changes are taken all the while', async () => {
    const disk = new Disk();
    const states: StoreState['kind'][] = [];
    const db = await openOn(disk, new FakeClock(), { snapshotEveryRecords: 1 });
    db.onState((state) => states.push(state.kind));
    disk.inject({ at: 1, kind: 'EACCES' as 'EIO', only: 'rename', lasting: true });
    for (let i = 0; i < 3; i++) {
      await putItem(db, `i${i}`, i);
      await db.verify();
    }
    expect(db.state()).toEqual({
      kind: 'degraded',
      reason: 'no snapshot is taken and the journal grows: EACCES',
    });
    disk.inject(undefined);
    await putItem(db, 'later', 1);
    await db.verify();
    await db.flush();
    expect(db.state()).toEqual({ kind: 'ok' });
    expect(states).toEqual(['degraded', 'ok']);
    expect((await db.events({ kind: 'snapshot', after: 0 })).map(({ outcome }) => outcome)).toEqual(['error', 'ok']);
  });
});
