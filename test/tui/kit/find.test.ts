import { describe, expect, it } from 'vitest';
import { linesWith, nextOf, withFound } from '../../../src/tui/kit/find.ts';
import type { Line } from '../../../src/tui/kit/theme.ts';

const lines: readonly Line[] = [['one Two'], [], [['t', 'dim'], 'wo.', ['*', 'bad']], ['(x']];

describe('linesWith', () => {
  it('finds in any case until capitals are typed, across pieces', () => {
    expect(linesWith(lines, 'two')).toEqual([0, 2]);
    expect(linesWith(lines, 'Two')).toEqual([0]);
    expect(linesWith(lines, '')).toEqual([]);
  });

  it('takes signs of patterns as they are', () => {
    expect(linesWith(lines, '.*')).toEqual([2]);
    expect(linesWith(lines, '(')).toEqual([3]);
  });
});

describe('nextOf', () => {
  it('goes on from the other end', () => {
    expect(nextOf([2, 5], 3)).toBe(5);
    expect(nextOf([2, 5], 6)).toBe(2);
    expect(nextOf([2, 5], 4, -1)).toBe(2);
    expect(nextOf([2, 5], 1, -1)).toBe(5);
    expect(nextOf([], 0)).toBeUndefined();
  });
});

describe('withFound', () => {
  it('lets every place stand out and leaves the rest in its tone', () => {
    expect(withFound(['a two TWO b'], 'two', false)).toEqual(['a ', ['two', 'accent'], ' ', ['TWO', 'accent'], ' b']);
    expect(withFound([['xt', 'dim'], 'wo.', ['*', 'bad']], 'two', true)).toEqual([
      ['x', 'dim'],
      ['t', 'mark'],
      ['wo', 'mark'],
      '.',
      ['*', 'bad'],
    ]);
    expect(withFound(['', 'nothing'], 'two', true)).toEqual(['', 'nothing']);
  });
});
