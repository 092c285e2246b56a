/** The window: what it holds is the same however it came in, and however much of it is packed. */
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/store/types.ts';
import { EventWindow } from '../../../src/store/journal/window.ts';

const event = (n: number): AuditEvent => ({ n, at: n, kind: 'put', actor: 'me', outcome: 'ok', detail: { n, ä: 'ü' } });
const events = (from: number, to: number): AuditEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));
const all = (window: EventWindow, after = 0, before = Infinity, backward = false): number[][] =>
  [...window.between(after, before, backward)].map((part) => part.map(({ n }) => n));

describe('EventWindow', () => {
  it('holds the newest, oldest first, whatever it has packed', () => {
    const window = new EventWindow(3_000);
    for (let n = 1; n <= 10_000; n += 7) window.push(events(n, Math.min(n + 6, 10_000)));
    expect(window.oldest).toBe(7_001);
    expect(window.recent(5_000)).toEqual(events(7_001, 10_000));
    expect(window.recent(1)).toEqual([event(10_000)]);
    expect(window.recent(0)).toEqual([]);
    expect(all(window, 7_400, 8_100).flat()).toEqual(events(7_401, 8_099).map(({ n }) => n));
  });

  it('is read part by part from either end', () => {
    const window = new EventWindow(5_000);
    window.push(events(1, 4_000));
    const forward = all(window);
    expect(forward.length).toBeGreaterThan(4);
    expect(all(window, 0, Infinity, true)).toEqual(forward.toReversed());
  });

  it('is read as it was when reading began, whatever comes meanwhile', () => {
    const window = new EventWindow(2_000);
    window.push(events(1, 2_000));
    const seen: number[] = [];
    for (const part of window.between(0, 2_001)) {
      seen.push(...part.map(({ n }) => n));
      window.push(events((window.recent(1)[0]?.n ?? 0) + 1, (window.recent(1)[0]?.n ?? 0) + 600));
    }
    expect(seen).toEqual(events(1, 2_000).map(({ n }) => n));
  });

  it('is read as it was when it was asked, though the window has moved on before anybody reads', () => {
    const window = new EventWindow(2_000);
    window.push(events(1, 2_000));
    const held = window.between(0, 2_001);
    window.push(events(2_001, 9_000));
    expect([...held].flat()).toEqual(events(1, 2_000));
  });

  it('takes older events in front, and numbers that are missing', () => {
    const window = new EventWindow(4_000);
    window.push([event(2_001), event(2_004)]);
    window.prepend(events(1_500, 1_990));
    window.prepend(events(1_000, 1_499));
    window.push(events(2_005, 3_000));
    expect(window.oldest).toBe(1_000);
    expect(all(window, 1_985, 2_006).flat()).toEqual([1_986, 1_987, 1_988, 1_989, 1_990, 2_001, 2_004, 2_005]);
    expect(all(window, 1_990, 2_001)).toEqual([]);
  });

  it('is filled from the front when nothing else is there', () => {
    const window = new EventWindow(100);
    expect([window.oldest, all(window), window.recent(5)]).toEqual([undefined, [], []]);
    window.prepend(events(401, 500));
    window.prepend(events(301, 400));
    expect([window.oldest, window.recent(500).length]).toEqual([401, 100]);
  });
});
