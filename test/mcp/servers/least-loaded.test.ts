import { beforeEach, describe, expect, it } from 'vitest';
import { LeastLoaded } from '../../../src/mcp/servers/least-loaded.ts';
import type { Upstream } from '../../../src/mcp/upstream/upstream.ts';

const upstream = (id: string): Upstream => ({ id }) as Upstream;
const [a, b] = [upstream('a'), upstream('b')];
const [one, two, three, four] = [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }];
const good = (): boolean => false;

describe('LeastLoaded', () => {
  let loaded: LeastLoaded<object>;
  beforeEach(() => {
    loaded = new LeastLoaded();
  });

  it('gives each session the instance with the fewest sessions, the first of equal ones', () => {
    expect([one, two, three].map((session) => loaded.pick(session, [a, b], good))).toEqual([a, b, a]);
    expect(loaded.pick(four, [a, b], good)).toBe(b);
  });

  it('keeps a session with its instance', () => {
    expect(loaded.held(one)).toBeUndefined();
    expect(loaded.pick(one, [a, b], good)).toBe(a);
    expect(loaded.held(one)).toBe(a);
    expect(loaded.pick(one, [b], good)).toBe(a);
    expect([...loaded.users(a)]).toEqual([one]);
    expect([...loaded.users(b)]).toEqual([]);
  });

  it('has nothing to give where nothing is connected, and holds nothing then', () => {
    expect(loaded.pick(one, [], good)).toBeUndefined();
    expect(loaded.held(one)).toBeUndefined();
  });

  it('takes one that fails only where there is no other, however many sessions the other has', () => {
    const fails = (id: string): boolean => id === 'a';
    expect([one, two, three].map((session) => loaded.pick(session, [a, b], fails))).toEqual([b, b, b]);
    expect(loaded.pick(four, [a], fails)).toBe(a);
  });

  it('forgets an instance that is gone, with the sessions that it had', () => {
    loaded.pick(one, [a, b], good);
    loaded.pick(two, [a, b], good);
    loaded.remove(a);
    expect(loaded.held(one)).toBeUndefined();
    expect(loaded.held(two)).toBe(b);
    expect(loaded.pick(one, [a, b], good)).toBe(a);
  });

  it('counts a session no more when it is gone', () => {
    loaded.pick(one, [a, b], good);
    loaded.pick(two, [a, b], good);
    loaded.pick(three, [a, b], good);
    loaded.release(one);
    loaded.release(three);
    loaded.release(four);
    expect(loaded.held(one)).toBeUndefined();
    expect([...loaded.users(a)]).toEqual([]);
    expect(loaded.pick(four, [b, a], good)).toBe(a);
    expect(loaded.pick(one, [b, a], good)).toBe(b);
    loaded.release(two);
    expect(loaded.pick(two, [b, a], good)).toBe(b);
  });
});
