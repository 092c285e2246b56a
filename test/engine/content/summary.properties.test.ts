/** Properties of summaries and chapters, over texts of every kind. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chaptersOf,
  chapterText,
  MAX_CHAPTERS,
  MAX_SUMMARY,
  summaryLine,
} from '../../../src/engine/content/summary.ts';

const lines = fc.array(
  fc.oneof(
    fc.constantFrom(
      '# A',
      '#',
      '## B ##',
      '```',
      '~~~',
      '===',
      '---',
      '',
      '<!--',
      '-->',
      '> q',
      '- i',
      '\t',
      '#### ',
      '| t |',
      '---\na: b',
    ),
    fc.string({ maxLength: 30, unit: 'binary' }),
  ),
  { maxLength: 40 },
);
const text = fc.tuple(lines, fc.constantFrom('\n', '\r\n', '\r')).map(([all, end]) => all.join(end));

describe('summaryLine and chaptersOf', () => {
  it('gives chapters that cover all lines in order, none overlapping, with clean titles', () => {
    fc.assert(
      fc.property(text, (body) => {
        const [summary, chapters] = [summaryLine(body), chaptersOf(body)];
        expect(summary.length).toBeLessThanOrEqual(MAX_SUMMARY);
        expect(summary).not.toMatch(/[\p{C}\n]/u);
        expect(chapters.length).toBeLessThanOrEqual(MAX_CHAPTERS);
        let next = 1;
        for (const { title, from, to } of chapters) {
          expect(from).toBe(next);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(title).toMatch(/^[^\p{C}\s](?:[^\p{C}\n]{0,78}[^\p{C}\s])?$/u);
          next = to + 1;
        }
        const joined = chapters.map((one) => chapterText(body, one)).join('');
        expect(chapters.length === 0 || joined === body).toBe(true);
      }),
    );
  });
});
