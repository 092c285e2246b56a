import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/kernel/nearest.ts';

describe('nearest', () => {
  const verbs = ['get', 'describe', 'create', 'edit', 'delete', 'restart', 'start'];

  it.each([
    ['creat', 'create'],
    ['gte', 'get'],
    ['discribe', 'describe'],
    ['delte', 'delete'],
    ['strat', 'start'],
    ['edti', 'edit'],
    ['xyz', undefined],
    ['constructor', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, verbs)).toBe(meant);
  });
});
