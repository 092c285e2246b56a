import { describe, expect, it } from 'vitest';
import { diffTexts } from '../../../../src/engine/content/diff.ts';
import type { DiffLine, DiffView } from '../../../../src/engine/index.ts';
import { widthOf } from '../../../../src/text/clean.ts';
import { diffText, type DiffOptions } from '../../../../src/tui/kit/diff/text.ts';
import type { Line } from '../../../../src/tui/kit/theme.ts';
import { atChange, foundNext, screenOf, withFind, type Reading } from '../../../../src/tui/kit/viewer/model.ts';
import { viewerRows } from '../../../../src/tui/kit/viewer/paint.ts';
import { copiedLine } from '../../../../src/tui/kit/viewer/whole.ts';
import { newViewer, type ViewerState } from '../../../../src/tui/state/viewer.ts';
import { deployRules, deployRulesProposed } from '../../../support/builders/content-builders.ts';

const options: DiffOptions = { mode: 'unified', context: 3, color: false };
interface Place
  extends Partial<DiffOptions>, Partial<Pick<ViewerState, 'wrap' | 'left' | 'find' | 'keep' | 'hide' | 'top'>> {
  readonly width?: number;
  readonly rows?: number;
}
const read = (diff: DiffView, { width = 60, rows = 10_000, ...part }: Place = {}): Reading => ({
  text: diffText(diff, { ...options, ...part }),
  view: { ...newViewer, ...part },
  width,
  rows,
});
const textOf = (row: Line): string => row.map((span) => (typeof span === 'string' ? span : span[0])).join('');
const show = (diff: DiffView, part: Place = {}): string[] =>
  viewerRows(read(diff, part)).map((row) => textOf(row).trimEnd());
const between = (left: string, right: string): DiffView =>
  diffTexts({ label: 'a', text: left }, { label: 'b', text: right });
const numbered = (count: number, change: (n: number) => string = (n) => `line ${n}`): string =>
  Array.from({ length: count }, (_, index) => change(index + 1)).join('\n');

describe('diffText', () => {
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
    expect(viewerRows(read(rules, { color: true }))[1]?.filter((span) => span !== '')).toEqual([
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

  it('goes from change to change, with two rows before each in view', () => {
    const diff = between(
      numbered(60),
      numbered(60, (n) => (n === 10 || n === 40 ? `LINE ${n}` : `line ${n}`)),
    );
    const first = (reading: Reading): string => textOf(viewerRows(reading)[0] ?? []);
    const start = read(diff, { context: Infinity, rows: 10 });
    const one = { ...start, view: atChange(start, 1) ?? start.view };
    expect(first(one)).toBe('  8   line 8');
    const two = { ...one, view: atChange(one, 1) ?? one.view };
    expect(first(two)).toBe('  38  line 38');
    expect(atChange(two, 1)).toBeUndefined();
    expect(first({ ...two, view: atChange(two, -1) ?? two.view })).toBe('  8   line 8');
    expect(atChange(one, -1)).toBeUndefined();
  });

  it('finds words across the marks of a change, and keeps and hides lines', () => {
    const found = withFind(read(rules), 'on fridays');
    expect(copiedLine({ ...read(rules), view: found })).toBe('Always deploy on Fridays.');
    expect(show(rules, { keep: 'deploy' })).toHaveLength(3);
    expect(show(rules, { hide: 'deploy' })).toEqual([
      '  3  Tell the channel before and after.',
      '  4  Roll back when the error rate doubles.',
    ]);
    const beside = read(rules, { mode: 'split', width: 90 });
    const next = { ...beside, view: withFind(beside, 'checks') };
    expect(copiedLine(next)).toBe('Always deploy on Fridays.\nAlways deploy after the checks pass.');
    expect(foundNext(next, 1).found).toBe(next.view.found);
  });

  it('is read on at the same line when more context is shown', () => {
    const diff = between(
      numbered(30),
      numbered(30, (n) => (n === 15 ? 'line XV' : `line ${n}`)),
    );
    const [, line] = screenOf(read(diff, { context: 1 })).rows;
    if (line === undefined) throw new Error('no row');
    expect(show(diff, { context: 6, rows: 3, top: { line: line.line, row: 0 } })[0]).toBe('  14  line 14');
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
      const shown = viewerRows(read(between('', text), { width }));
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
    let formatted = 0;
    const lines = Array.from({ length: 20_000 }, (_, index): DiffLine => {
      const parts = [{ text: `line ${index}`, changed: true }];
      return {
        kind: 'add',
        b: index + 1,
        get parts() {
          formatted += 1;
          return parts;
        },
      };
    });
    const diff = { left: 'a', right: 'b', lines, added: lines.length, removed: 0 };
    const place = { line: { at: 12_345 }, row: 0 };
    expect(show(diff, { wrap: false, rows: 40, top: place })[0]).toBe('+ 12346  line 12345');
    expect(formatted).toBeLessThanOrEqual(41);
  });

  it('finds the same place of one line of 256 Ki characters again without going over it', () => {
    const diff = between('', 'word '.repeat(52_428));
    expect(diffText(diff, { ...options })).toBe(diffText(diff, options));
    const all = show(diff);
    expect(all.length).toBeGreaterThan(4000);
    expect(show(diff, { rows: 1, top: 'end' })).toEqual(all.slice(-1));
  });
});
