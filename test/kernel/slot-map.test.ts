import { describe, expect, it } from 'vitest';
import { SlotMap } from '../../src/kernel/slot-map.ts';

describe('SlotMap', () => {
  it('is what a Map is, whatever comes and goes', () => {
    const ours = new SlotMap<string, number>();
    const theirs = new Map<string, number>();
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    for (let step = 0; step < 8_000; step += 1) {
      const key = `k${random(40)}`;
      const act = (map: typeof ours | typeof theirs): boolean => {
        if (step % 3 === 0) return map.delete(key);
        map.set(key, step);
        return true;
      };
      expect(act(ours)).toBe(act(theirs));
      if (random(5000) === 0) {
        ours.clear();
        theirs.clear();
      }
      expect(ours.size).toBe(theirs.size);
      expect(ours.get(key)).toBe(theirs.get(key));
      expect(ours.has(key)).toBe(theirs.has(key));
      if (step % 100 > 0) continue;
      expect([...ours.keys()]).toEqual([...theirs.keys()]);
      expect([...ours.values()]).toEqual([...theirs.values()]);
    }
  });

  it('leaves out of a walk what is deleted in its midst, and goes on to what is added', () => {
    const map = new SlotMap<string, string>();
    for (const key of ['a', 'b', 'c']) map.set(key, key);
    const seen: string[] = [];
    for (const value of map.values()) {
      seen.push(value);
      if (value !== 'a') continue;
      map.delete('a');
      map.delete('b');
      map.set('d', 'd');
    }
    expect(seen).toEqual(['a', 'c', 'd']);
  });
});
