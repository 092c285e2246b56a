import { describe, expect, it } from 'vitest';
import { pagesLine } from '../../src/text/page-words.ts';

describe('pagesLine', () => {
  it('says what an agent got, what it did not, and how to read the rest', () => {
    const pages = { id: 'ab12', count: 12, tokens: 91_000, withheldTokens: 83_000 };
    expect(pagesLine({ project: 'ops', pages })).toBe(
      'page 1 of 12 given, ≈83,000 of ≈91,000 tokens withheld: mcptui get page ab12 -p ops',
    );
  });

  it('says whose summary it got, or why none', () => {
    const pages = { id: 'ab12', count: 12, tokens: 91_000, withheldTokens: 90_900 };
    expect(pagesLine({ pages: { ...pages, summary: 'small' } })).toBe(
      'a summary by model small of 12 pages given, ≈90,900 of ≈91,000 tokens withheld: mcptui get page ab12',
    );
    expect(pagesLine({ pages: { ...pages, noSummary: 'the model was late' } })).toBe(
      'page 1 of 12 given (no summary: the model was late), ≈90,900 of ≈91,000 tokens withheld: mcptui get page ab12',
    );
  });

  it('says why an answer was given whole', () => {
    expect(pagesLine({ pages: { failed: 'the disk is full' } })).toBe('given whole: the disk is full');
  });

  it('says nothing of an answer that was not long, and of a detail that is none', () => {
    for (const detail of [{}, undefined, null, 'x', { pages: 3 }, { pages: { id: 3 } }]) {
      expect(pagesLine(detail)).toBeUndefined();
    }
  });
});
