import { describe, expect, it } from 'vitest';
import { diffTexts } from '../../../../src/engine/content/diff.ts';
import type { DiffLine, DiffView } from '../../../../src/engine/index.ts';
import { widthOf } from '../../../../src/text/clean.ts';
import { diffRows, type DiffOptions } from '../../../../src/tui/kit/diff/rows.ts';
import type { Span } from '../../../../src/tui/kit/theme.ts';
import { deployRules, deployRulesProposed } from '../../../support/builders/content-builders.ts';

const options: DiffOptions = { width: 60, mode: 'unified', wrap: true, left: 0, context: 3, color: false };
const textOf = (row: readonly Span[]): string =>
  row.map((span) => (typeof span === 'string' ? span : span[0])).join('');
const show = (diff: DiffView, part: Partial<DiffOptions> = {}): string[] => {
  const rows = diffRows(diff, { ...options, ...part });
  return rows.slice(0, rows.total).map((row) => textOf(row).trimEnd());
};
const between = (left: string, right: string): DiffView =>
  diffTexts({ label: 'a', text: left }, { label: 'b', text: right });
const numbered = (count: number, change: (n: number) => string = (n) => `line ${n}`): string =>
  Array.from({ length: count }, (_, index) => change(index + 1)).join('\n');

describe('diffRows', () => {
  const rules = between(deployRules, deployRulesProposed);

  it('marks changed words in brackets without colour', () => {
    expect(show(rules)).toMatchInlineSnapshot(`
      [
        "  1  You deploy services with the runner.",
        "- 2  Always deploy [-on Fridays-].",
        "+ 2  Always deploy {+after the checks pass+}.",
        "  3  Tell the channel before and after.",
        "  4  Roll back when the error rate doubles.",
      ]
    `);
  });

  it('marks them by reverse video with colour, and leaves the brackets out', () => {
    const rows = diffRows(rules, { ...options, color: true });
    expect(rows.slice(0, rows.total)[1]).toEqual([
      ['-', 'bad'],
      [' 2  ', 'dim'],
      ['Always deploy ', 'bad'],
      ['on Fridays', 'mark'],
      ['.', 'bad'],
    ]);
  });

  it('sets both sides beside each other', () => {
    expect(show(rules, { mode: 'split', width: 90 })).toMatchInlineSnapshot(`
      [
        "  1  You deploy services with the runner.   │   1  You deploy services with the runner.",
        "- 2  Always deploy [-on Fridays-].          │ + 2  Always deploy {+after the checks",
        "                                            │ +    pass+}.",
        "  3  Tell the channel before and after.     │   3  Tell the channel before and after.",
        "  4  Roll back when the error rate doubles. │   4  Roll back when the error rate doubles.",
      ]
    `);
  });

  it('marks no words in a line that is new as a whole', () => {
    expect(show(between('', 'one\ntwo'))).toEqual(['+ 1  one', '+ 2  two']);
  });

  it('folds unchanged lines that are further away than the context', () => {
    const diff = between(
      numbered(30),
      numbered(30, (n) => (n === 15 ? 'line XV' : `line ${n}`)),
    );
    expect(show(diff, { context: 1 })).toEqual([
      '    ⋯ 13 unchanged lines',
      '  14  line 14',
      '- 15  line [-15-]',
      '+ 15  line {+XV+}',
      '  16  line 16',
      '    ⋯ 14 unchanged lines',
    ]);
    expect(show(diff, { context: Infinity })).toHaveLength(31);
  });

  it('shows a line rather than a fold that hides only it', () => {
    const diff = between('a\nb\nc', 'a\nb\nC');
    expect(show(diff, { context: 1 })).toEqual(['  1  a', '  2  b', '- 3  c', '+ 3  C']);
  });

  it('says where changes begin, two rows before each', () => {
    const diff = between(
      numbered(60),
      numbered(60, (n) => (n === 10 || n === 40 ? `LINE ${n}` : `line ${n}`)),
    );
    const rows = diffRows(diff, { ...options, context: Infinity });
    expect(rows.hunks).toEqual([7, 38]);
  });

  it('wraps at spaces within the width, with the number on the first row only', () => {
    const diff = between('', 'The quick brown fox jumps over the lazy dog and goes on to the next sentence of it.');
    expect(show(diff, { width: 40 })).toEqual([
      '+ 1  The quick brown fox jumps over the',
      '+    lazy dog and goes on to the next',
      '+    sentence of it.',
    ]);
  });

  it.each([
    'plain words '.repeat(40),
    'x'.repeat(500),
    '漢字かな '.repeat(60),
    '漢'.repeat(300),
    'a\u0301é—→ '.repeat(80),
    '  indented '.repeat(30),
  ])('keeps every character of %j and no row wider than its place', (text) => {
    for (const width of [30, 41, 80]) {
      const rows = diffRows(between('', text), { ...options, width });
      const shown = rows.slice(0, rows.total);
      for (const row of shown) expect(widthOf(textOf(row))).toBeLessThanOrEqual(width);
      const joined = shown.map((row) => textOf(row.slice(2))).join('');
      expect(joined.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });

  it('cuts long lines and scrolls them when it does not wrap', () => {
    const diff = between('', '0123456789'.repeat(10));
    expect(show(diff, { wrap: false, width: 20 })).toEqual(['+ 1  01234567890123…']);
    expect(show(diff, { wrap: false, width: 20, left: 90 })).toEqual(['+ 1  0123456789']);
  });

  it('shows control characters, escape sequences and bidi overrides as escapes', () => {
    const shown = show(between('', 'a\u001B[31mred \u202Eevil\u0007'));
    expect(shown).toEqual(['+ 1  a\\x1b[31mred \\u202eevil\\x07']);
  });

  it('formats only the rows that are asked for', () => {
    let read = 0;
    const lines = Array.from({ length: 20_000 }, (_, index): DiffLine => {
      const parts = [{ text: `line ${index}`, changed: true }];
      return {
        kind: 'add',
        b: index + 1,
        get parts() {
          read += 1;
          return parts;
        },
      };
    });
    const rows = diffRows(
      { left: 'a', right: 'b', lines, added: lines.length, removed: 0 },
      { ...options, wrap: false },
    );
    expect(rows.total).toBe(20_000);
    expect(rows.slice(12_345, 40).map(textOf)[0]).toBe('+ 12346  line 12345');
    expect(read).toBe(40);
  });

  it('finds the same place of one line of 256 Ki characters again without going over it', () => {
    const diff = between('', 'word '.repeat(52_428));
    const rows = diffRows(diff, options);
    expect(rows.total).toBeGreaterThan(4000);
    expect(diffRows(diff, { ...options })).toBe(rows);
    expect(rows.slice(rows.total - 1, 10).map(textOf)).toHaveLength(1);
  });
});
