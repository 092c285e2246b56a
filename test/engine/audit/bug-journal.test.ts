import { describe, expect, it } from 'vitest';
import { BugJournal } from '../../../src/engine/audit/bug-journal.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import type { EventDraft } from '../../../src/store/types.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

function journal() {
  const clock = new FakeClock();
  const events: EventDraft[] = [];
  let changed = 0;
  const bugs = new BugJournal({
    clock,
    logger: silentLogger,
    record: (draft) => void events.push(draft),
    changed: () => (changed += 1),
  });
  return { bugs, clock, events, changed: () => changed };
}

describe('BugJournal', () => {
  it('records where, name and stack at once, and never the message', () => {
    const { bugs, events, changed } = journal();
    bugs.report('a timer', new RangeError('hunter2'));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      kind: 'bug',
      actor: 'engine',
      outcome: 'error',
      message: 'RangeError in a timer',
    });
    expect(JSON.stringify(events)).toContain('bug-journal.test.ts');
    expect(JSON.stringify(events)).not.toContain('hunter2');
    expect([bugs.count, changed()]).toEqual([1, 1]);
  });

  it('counts what comes again within a minute and says the number once', async () => {
    const { bugs, clock, events } = journal();
    const error = new Error('x');
    for (let i = 0; i < 1_000; i++) bugs.report('a timer', error);
    expect(events).toHaveLength(1);
    await clock.advance(60_000);
    expect(events.map(({ message }) => message)).toEqual([
      'Error in a timer',
      'Error in a timer, 999 more within a minute',
    ]);
    expect(bugs.count).toBe(1_000);
    bugs.report('a timer', error);
    expect(events).toHaveLength(3);
  });

  it('tells 32 different ones a minute and counts the others together', async () => {
    const { bugs, clock, events } = journal();
    for (let i = 0; i < 500; i++) bugs.report(`place ${i}`, new Error('x'));
    expect(events).toHaveLength(32);
    await clock.advance(60_000);
    expect(events.at(-1)?.message).toBe('468 other bugs within a minute');
  });

  it('survives a store and a view that throw', () => {
    const thrower = (): never => {
      throw new Error('no');
    };
    const clock = new FakeClock();
    const bugs = new BugJournal({
      clock,
      logger: { ...silentLogger, error: thrower },
      record: thrower,
      changed: thrower,
    });
    expect(() => bugs.report('a timer', new Error('x'))).not.toThrow();
  });
});
