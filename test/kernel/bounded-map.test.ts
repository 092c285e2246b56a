import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../src/kernel/bounded-map.ts';

describe('BoundedMap', () => {
  it('forgets what was set longest ago, and says what that was', () => {
    const map = new BoundedMap<string, number>(2);
    expect(map.set('a', 1)).toBeUndefined();
    expect(map.set('b', 2)).toBeUndefined();
    expect(map.set('a', 3)).toBeUndefined();
    expect(map.set('c', 4)).toEqual(['b', 2]);
    expect([...map]).toEqual([
      ['a', 3],
      ['c', 4],
    ]);
    expect([map.size, map.has('b'), map.get('a')]).toEqual([2, false, 3]);
  });

  it('does not make what is only read the newest', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    expect(map.set('c', 3)).toEqual(['a', 1]);
  });
});
