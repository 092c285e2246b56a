/** What counts of a model's answers about a prompt, and what does not. */
import { describe, expect, it } from 'vitest';
import {
  chaptersRequest,
  readChapters,
  readSummary,
  summaryRequest,
} from '../../../src/engine/digests/digest-requests.ts';
import type { JsonObject } from '../../../src/kernel/json.ts';

const reasonOf = (read: { readonly ok: boolean; readonly reason?: string }): string =>
  read.ok ? 'good' : (read.reason ?? '');

describe('readSummary', () => {
  it('takes a line, cleaned', () => {
    expect(readSummary({ summary: '  How we **deploy**\n\u202eand\u0000 when. ' })).toEqual({
      ok: true,
      value: 'How we deploy and when.',
    });
  });

  it.each<[string, JsonObject, string]>([
    ['nothing', {}, 'its summary is missing'],
    ['no text', { summary: 7 }, 'its summary is missing'],
    ['no word', { summary: '… \u200b --' }, 'its summary has no words'],
    ['more than 200 characters', { summary: 'x'.repeat(201) }, 'its summary has 201 characters, and 200 are the most'],
    ['far more', { summary: 'x'.repeat(900_000) }, 'its summary has 900000 characters, and 200 are the most'],
  ])('takes not %s, and says why', (_, answer, why) => {
    expect(reasonOf(readSummary(answer))).toBe(why);
  });
});

describe('readChapters', () => {
  const chapters = (...list: readonly (readonly [unknown, unknown])[]): JsonObject =>
    ({ chapters: list.map(([line, title]) => ({ line, title })) }) as unknown as JsonObject;

  it('makes them follow each other over all lines; what is before the first is a part of it', () => {
    expect(readChapters(chapters([3, ' Before\nit '], [10, 'During'], [20, 'After']), 25)).toEqual({
      ok: true,
      value: [
        { title: 'Before it', from: 1, to: 9 },
        { title: 'During', from: 10, to: 19 },
        { title: 'After', from: 20, to: 25 },
      ],
    });
  });

  const order = 'its chapters do not follow each other in lines 1 to 25';
  it.each<[string, JsonObject, string]>([
    ['nothing', {}, 'it gave no chapters'],
    ['none', { chapters: [] }, 'it gave no chapters'],
    ['no list', { chapters: { line: 1 } }, 'it gave no chapters'],
    ['items that are none', { chapters: [null] }, order],
    ['another order', chapters([5, 'a'], [3, 'b']), order],
    ['one line twice', chapters([1, 'a'], [1, 'b']), order],
    ['a line that there is not', chapters([26, 'a']), order],
    ['no whole number', chapters([1.5, 'a']), order],
    ['a number as text', chapters(['1', 'a']), order],
    ['no title', chapters([1, undefined]), 'the title of a chapter is missing'],
    ['a long title', chapters([1, 'x'.repeat(81)]), 'the title of a chapter has 81 characters, and 80 are the most'],
    [
      'too many',
      chapters(...Array.from({ length: 25 }, (_, at) => [at + 1, 'x'] as const)),
      'it gave 25 chapters, and 24 are the most',
    ],
  ])('takes not %s, and says why', (_, answer, why) => {
    expect(reasonOf(readChapters(answer, 25))).toBe(why);
  });
});

describe('summaryRequest and chaptersRequest', () => {
  it('send a text as JSON, its begin where it is long, and then its headings', () => {
    const short = summaryRequest('Sum up.', 'say "}"', []);
    expect(JSON.parse(short.input)).toEqual({ text: 'say "}"' });
    const long = summaryRequest('Sum up.', 'x'.repeat(30_000), [{ title: 'End', from: 1, to: 1 }]);
    expect(JSON.parse(long.input)).toEqual({ text: 'x'.repeat(24_000), headings: ['End'] });
  });

  it('number the lines', () => {
    expect(JSON.parse(chaptersRequest('Divide.', ['# A', '', 'b']).input)).toEqual({
      lines: ['1: # A', '2: ', '3: b'],
    });
  });
});
