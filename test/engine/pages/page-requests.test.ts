/** Which pages want a title by a model, and what counts of its answers. */
import { describe, expect, it } from 'vitest';
import {
  readSummary,
  readTitles,
  summaryRequest,
  titlesRequest,
  toldChars,
  untitled,
} from '../../../src/engine/pages/page-requests.ts';
import type { JsonObject } from '../../../src/kernel/json.ts';

const pagesOf = (...titles: readonly string[]) =>
  titles.map((title, at) => ({ from: at, to: at + 1, title, tokens: 1 }));
const why = (read: { readonly ok: boolean; readonly reason?: string }): string =>
  read.ok ? 'good' : (read.reason ?? '');

describe('untitled', () => {
  it('finds numbers, places in JSON and parts; headings of the text stay', () => {
    const titles = [
      'Page 1',
      'Setup',
      'items[0] to items[51]',
      '[3].name',
      'Setup (2 of 3)',
      'Page one',
      'Use (continued)',
    ];
    expect(untitled(pagesOf(...titles))).toEqual([0, 2, 3, 4, 6]);
  });

  it('names 40 at most', () => {
    expect(untitled(pagesOf(...Array.from({ length: 90 }, (_, at) => `Page ${at + 1}`)))).toHaveLength(40);
  });
});

describe('readTitles', () => {
  const pages = pagesOf('Page 1', 'Setup', 'items[26] to items[51]');

  it('puts the good ones in their places, with the place in the text behind them', () => {
    const read = readTitles({ titles: ['How it\nbegins', 'Orders of **March**'] }, pages, [0, 2]);
    expect(read.ok && read.value.map(({ title }) => title)).toEqual([
      'How it begins',
      'Setup',
      'Orders of March · items[26] to items[51]',
    ]);
  });

  it('leaves a page its title where the answer has a bad one', () => {
    const read = readTitles({ titles: ['x'.repeat(61), 'Good'] }, pages, [0, 2]);
    expect(read.ok && read.value.map(({ title }) => title)).toEqual([
      'Page 1',
      'Setup',
      'Good · items[26] to items[51]',
    ]);
  });

  it.each<[JsonObject, string]>([
    [{}, 'it gave no titles'],
    [{ titles: 'a' }, 'it gave no titles'],
    [{ titles: ['a'] }, 'it gave 1 titles for 2 pages'],
    [{ titles: ['', null] }, 'a title is missing'],
    [{ titles: ['x'.repeat(61), 'x'.repeat(9_000)] }, 'a title has 9000 characters, and 60 are the most'],
  ])('takes not %j', (answer, reason) => {
    expect(why(readTitles(answer, pages, [0, 2]))).toBe(reason);
  });
});

describe('readSummary', () => {
  it('takes lines, without what is invisible', () => {
    expect(readSummary({ summary: ' One.\r\n\u202eTwo\u0007. ' }, 100)).toEqual({ ok: true, value: 'One.\n Two .' });
  });

  it.each<[JsonObject, string]>([
    [{}, 'it gave no summary'],
    [{ summary: '…' }, 'its summary has no words'],
    [{ summary: 'x'.repeat(4_001) }, 'its summary has 4001 characters, and 4000 are the most'],
    [{ summary: 'word '.repeat(400) }, 'its summary has 400 tokens, and 100 are the most'],
  ])('takes not %j', (answer, reason) => {
    expect(why(readSummary(answer, 100))).toBe(reason);
  });
});

describe('titlesRequest and summaryRequest', () => {
  it('tell how pages begin, of many pages less', () => {
    const told = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ number: at + 1, title: 'T', begins: 'x'.repeat(toldChars(count)) }));
    expect(titlesRequest('', told(40)).input.length).toBeLessThan(20_000);
    for (const count of [1, 10, 200, 5_000]) {
      const { input } = summaryRequest('', told(count), 100);
      expect(input.length).toBeLessThan(40_000);
      expect(JSON.parse(input)).toMatchObject({ count });
    }
  });
});
