import { describe, expect, it } from 'vitest';
import { eventId, EventStore, parseEventId } from '../../../../src/mcp/downstream/http/event-store.ts';
import { KeptBudget } from '../../../../src/mcp/downstream/http/kept-budget.ts';

const numbers = (store: EventStore, stream: number, after = 0): number[] =>
  store.after(stream, after).map(({ seq }) => seq);

describe('EventStore', () => {
  it('gives what a stream was sent after an event, in order', () => {
    const store = new EventStore(10, 1_000, new KeptBudget(1_000));
    for (const stream of [1, 2, 1, 1]) store.add(stream, `of ${stream}`);
    expect(numbers(store, 1)).toEqual([1, 3, 4]);
    expect(numbers(store, 1, 3)).toEqual([4]);
    expect(numbers(store, 3)).toEqual([]);
  });

  it('forgets the oldest beyond 3 events or 10 bytes, and never keeps one that is longer', () => {
    const byCount = new EventStore(3, 1_000, new KeptBudget(1_000));
    for (let count = 0; count < 5; count += 1) byCount.add(1, 'x');
    expect(numbers(byCount, 1)).toEqual([3, 4, 5]);
    const byBytes = new EventStore(100, 10, new KeptBudget(1_000));
    byBytes.add(1, '12345');
    byBytes.add(1, [Buffer.from('123'), Buffer.from('45')]);
    byBytes.add(1, 'ä');
    expect(numbers(byBytes, 1)).toEqual([2, 3]);
    expect(byBytes.add(1, '12345678901')).toBe(4);
    expect(numbers(byBytes, 1)).toEqual([2, 3]);
  });
});

describe('EventStore: what all sessions keep together', () => {
  it('is bounded: each makes room of its own, and what it ends with is free again', () => {
    const budget = new KeptBudget(10);
    const [one, two] = [new EventStore(100, 10, budget), new EventStore(100, 10, budget)];
    one.add(1, '12345678');
    two.add(1, '12');
    two.add(1, '34');
    expect([numbers(one, 1), numbers(two, 1)]).toEqual([[1], [2]]);
    two.add(1, '12345');
    expect(numbers(two, 1)).toEqual([]);
    one.clear();
    two.add(1, '1234567890');
    expect([numbers(one, 1), numbers(two, 1)]).toEqual([[], [4]]);
  });
});

describe('parseEventId', () => {
  it('reads what eventId writes and nothing else', () => {
    expect(parseEventId(eventId(3, 17))).toEqual({ stream: 3, seq: 17 });
    for (const id of ['', '3', '3-', '-1', '3-17-1', 'a-1', `1-${'9'.repeat(20)}`])
      expect(parseEventId(id)).toBeUndefined();
  });
});
