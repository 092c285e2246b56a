import { describe, expect, it } from 'vitest';
import { timeWords } from '../../src/kernel/time-words.ts';

describe('timeWords', () => {
  it.each([
    [0, '0ms'],
    [0.4, '0ms'],
    [500, '500ms'],
    [999.6, '1s'],
    [2_040, '2.04s'],
    [8_000, '8s'],
    [12_345, '12.3s'],
    [59_960, '1m'],
    [90_000, '1m 30s'],
    [300_000, '5m'],
    [3_600_000, '1h'],
    [3_605_000, '1h'],
    [7_500_000, '2h 5m'],
    [90_000_000, '1d 1h'],
  ])('writes %d ms as %s', (ms, words) => {
    expect(timeWords(ms)).toBe(words);
  });
});
