/** Seeds that once found a fault: 1 a daemon told to stop as it became ready, 4 deep JSON over REST, 112 a request without an answer. */
import { describe, expect, it } from 'vitest';
import { fuzzRound } from './round.ts';

describe('fuzzRound', () => {
  it.each([1, 4, 112])('finds nothing with seed %i any more', { timeout: 180_000 }, async (seed) => {
    expect(await fuzzRound(seed, 2_000)).toEqual([]);
  });
});
