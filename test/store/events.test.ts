import { describe, expect, it } from 'vitest';
import { FakeClock } from '../support/fakes/fake-clock.ts';
import type { AuditEvent, AuditQuery, Database } from '../../src/store/index.ts';
import { until } from '../support/until.ts';
import { Disk } from './support/disk.ts';
import { aFolder, anEvent, aStore, DATA, openOn, type Shape } from './support/shape.ts';

const COUNT = 300;

/** 300 events, one a record: kinds even and odd, three sessions, in many segments; the newest 50 are in memory. */
async function aLog(disk: Disk, clock = new FakeClock(), options = {}): Promise<Database<Shape>> {
  const db = await openOn(disk, clock, { window: 50, segmentBytes: 4_000, retention: {}, ...options });
  for (let n = 1; n <= COUNT; n++) {
    await db.transact((tx) => {
      const kind = n % 2 === 0 ? 'even' : 'odd';
      tx.event(
        anEvent(kind, { target: `thing/${n}`, session: `ses_${n % 3}`, message: n === 7 ? 'Lucky Number' : 'plain' }),
      );
    });
  }
  return db;
}

async function numbers(db: Database<Shape>, query: AuditQuery): Promise<number[]> {
  return (await db.events(query)).map(({ n }) => n);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('events', () => {
  it('come newest first, 200 of them unless asked otherwise, from memory and from old segments', async () => {
    const db = await aLog(new Disk());
    expect(await numbers(db, {})).toEqual(range(101, 300).reverse());
    expect(await numbers(db, { limit: 3 })).toEqual([300, 299, 298]);
    expect(await numbers(db, { limit: 500 })).toEqual(range(1, 300).reverse());
  });

  it('page backwards with before until there are none', async () => {
    const db = await aLog(new Disk());
    const seen: number[] = [];
    for (let page = await numbers(db, { limit: 70 }); page.length > 0;) {
      seen.push(...page);
      page = await numbers(db, { limit: 70, before: page.at(-1)! });
    }
    expect(seen).toEqual(range(1, 300).reverse());
  });

  it('come oldest first with after, so that a follower misses none', async () => {
    const db = await aLog(new Disk());
    const seen: number[] = [];
    for (let page = await numbers(db, { limit: 90, after: 0 }); page.length > 0;) {
      seen.push(...page);
      page = await numbers(db, { limit: 90, after: page.at(-1)! });
    }
    expect(seen).toEqual(range(1, 300));
    expect(await numbers(db, { after: 10, before: 15 })).toEqual([11, 12, 13, 14]);
    expect(await numbers(db, { after: 240, before: 260, limit: 5_000 })).toEqual(range(241, 259));
  });

  it('are filtered by kind, session and text, whatever its case, wherever they are kept', async () => {
    const db = await aLog(new Disk());
    expect(await numbers(db, { kind: 'odd', limit: 3 })).toEqual([299, 297, 295]);
    expect(await numbers(db, { session: 'ses_0', kind: 'even', before: 20 })).toEqual([18, 12, 6]);
    expect(await numbers(db, { text: 'LUCKY' })).toEqual([7]);
    expect(await numbers(db, { text: 'thing/30' })).toEqual([300, 30]);
    expect(await numbers(db, { text: 'nothing like it' })).toEqual([]);
  });

  it('are refused with a limit out of range', async () => {
    const db = await aLog(new Disk());
    for (const limit of [0, 5_001, 1.5]) await expect(db.events({ limit })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('are the same after a restart, which reads only what no snapshot has and fills the window afterwards', async () => {
    const disk = new Disk();
    await (await aLog(disk)).close();
    const db = await openOn(disk, new FakeClock(), { window: 50, segmentBytes: 4_000, retention: {} });
    expect(db.recentEvents(100).length).toBeLessThan(30);
    expect(await numbers(db, { limit: 5_000 })).toEqual(range(1, 300).reverse());
    await until(() => db.recentEvents(100).length >= 50, 'a full window');
    expect(db.recentEvents(50).map(({ n }) => n)).toEqual(range(251, 300));
    expect(await numbers(db, { limit: 5_000 })).toEqual(range(1, 300).reverse());
  });

  it('of a damaged old segment are refused with file and offset', async () => {
    const disk = new Disk();
    const db = await aLog(disk);
    disk.content(`${DATA}/journal/0000000000000001.jsonl`)[600]! ^= 1;
    await expect(db.events({ limit: 5_000 })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('0001.jsonl is damaged at byte') as string,
    });
  });
});

describe('verify and events', () => {
  it('find nothing wrong while changes go on, segments are begun and old ones dropped', async () => {
    const options = { segmentBytes: 3_000, snapshotEveryRecords: 20, retention: { maxBytes: 40_000 }, window: 20 };
    for (const db of [await openOn(new Disk(), new FakeClock(), options), await aStore(await aFolder(), options)]) {
      const stop = new AbortController();
      const caller = async (name: number): Promise<void> => {
        for (let i = 0; !stop.signal.aborted; i++)
          await db.transact((tx) => tx.event(anEvent('busy', { target: `${name}/${i}` })));
      };
      const callers = Array.from({ length: 8 }, (_, name) => caller(name));
      for (let round = 0; round < 25; round++) {
        const report = await db.verify();
        expect(report.problems).toEqual([]);
        const page = await db.events({ limit: 200 });
        const [first = 0] = page.map(({ n }) => n);
        expect(page.map(({ n }) => n)).toEqual(range(first - page.length + 1, first).reverse());
      }
      stop.abort();
      await Promise.all(callers);
    }
  });
});

describe('recentEvents', () => {
  it('gives the newest of the window, oldest first', async () => {
    const db = await aLog(new Disk());
    expect(db.recentEvents(3).map(({ n }) => n)).toEqual([298, 299, 300]);
    expect(db.recentEvents(1_000).map(({ n }) => n)).toEqual(range(251, 300));
    expect(db.recentEvents(0)).toEqual([]);
  });
});

describe('retention', () => {
  it('drops whole old segments by size, leaves a note that verify accepts, and records it', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const db = await aLog(disk, clock, { retention: { maxBytes: 20_000 } });
    await db.flush();
    const report = await db.verify();
    expect(report).toMatchObject({ ok: true, head: db.head(), dropped: [{ firstSeq: 1 }] });
    const { lastSeq } = report.dropped[0]!;
    expect(report.records).toBe(db.head().seq - lastSeq);
    const size = disk
      .files()
      .filter((file) => file.endsWith('.jsonl') && !file.endsWith('.kept.jsonl'))
      .reduce((sum, file) => sum + disk.content(file).length, 0);
    expect(size).toBeLessThan(28_000);
    // All of them were decisions, which stay.
    expect(await numbers(db, { after: 0, limit: COUNT })).toEqual(range(1, COUNT));
    expect(await db.events({ kind: 'audit_retention', limit: 1 })).toMatchObject([{ detail: { lastSeq } }]);
    await db.close();
    const again = await openOn(disk, clock, { window: 50 });
    expect((await again.verify()).ok).toBe(true);
    expect(again.head().events).toBeGreaterThan(300);
  });

  it('drops by age only what is wholly older', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const options = { retention: { maxAgeMs: 86_400_000 } };
    await (await aLog(disk, clock, options)).close();
    expect((await (await openOn(disk.copy(), clock, options)).verify()).dropped).toEqual([]);
    clock.setWall(3 * 86_400_000);
    const db = await openOn(disk, clock, { window: 50, segmentBytes: 4_000, ...options });
    await db.transact((tx) => tx.event(anEvent('later')));
    await db.close();
    const again = await openOn(disk, clock, { window: 50, ...options });
    const report = await again.verify();
    expect(report.ok).toBe(true);
    expect(report.dropped).toMatchObject([{ firstSeq: 1 }]);
    expect(await again.events({ kind: 'later' })).toHaveLength(1);
  });
});

describe('cause', () => {
  it('counted back within its transaction is the number of that event wherever it is read or told', async () => {
    const disk = new Disk();
    const clock = new FakeClock();
    const db = await openOn(disk, clock, { window: 2 });
    const told: AuditEvent[] = [];
    db.onEvents((events) => void told.push(...events));
    await db.transact((tx) => tx.event(anEvent('first')));
    await db.transact((tx) => {
      for (const cause of [undefined, -1, -2, 1]) tx.event(anEvent('next', cause === undefined ? {} : { cause }));
    });
    const causes = [undefined, undefined, 2, 2, 1];
    expect(told.map(({ cause }) => cause)).toEqual(causes);
    expect((await db.events({ after: 0 })).map(({ cause }) => cause)).toEqual(causes);
    await db.close();
    const again = await openOn(disk, clock);
    expect((await again.events({ after: 0 })).map(({ cause }) => cause)).toEqual(causes);
    expect(again.recentEvents(9).map(({ cause }) => cause)).toEqual(causes);
    await again.close();
  });

  it('before its transaction is refused, and changes nothing', async () => {
    const db = await openOn(new Disk(), new FakeClock());
    const before = db.transact((tx) => {
      tx.event(anEvent('one'));
      tx.event(anEvent('two', { cause: -2 }));
    });
    await expect(before).rejects.toThrow('cause -2 is before the transaction');
    expect(await db.events({})).toEqual([]);
    await db.close();
  });
});
