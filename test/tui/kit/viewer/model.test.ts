import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/tui/kit/theme.ts';
import { foundNext, movedBy, screenOf, withFind, type Reading } from '../../../../src/tui/kit/viewer/model.ts';
import { viewerRows, viewerWords } from '../../../../src/tui/kit/viewer/paint.ts';
import { shownLines } from '../../../../src/tui/kit/viewer/shown.ts';
import { stillText } from '../../../../src/tui/kit/viewer/text.ts';
import { copiedLine } from '../../../../src/tui/kit/viewer/whole.ts';
import { newViewer, type ViewerState } from '../../../../src/tui/state/viewer.ts';

const reading = (lines: readonly string[], view: Partial<ViewerState> = {}, width = 20, rows = 4): Reading => ({
  text: stillText(lines.map((line): Line => [line])),
  view: { ...newViewer, ...view },
  width,
  rows,
});
const textOf = (line: Line): string => line.map((span) => (typeof span === 'string' ? span : span[0])).join('');
const seen = (read: Reading): readonly string[] => viewerRows(read).map(textOf);
const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const moved = (read: Reading, ...moves: readonly Parameters<typeof movedBy>[1][]): Reading =>
  moves.reduce((before, move) => ({ ...before, view: movedBy(before, move) }), read);

describe('movedBy', () => {
  it('goes by lines, pages and to both ends, and stands still there', () => {
    const read = reading(numbered(100));
    expect(seen(read)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
    expect(seen(moved(read, { by: 1 }, { pages: 1 }))[0]).toBe('line 6');
    expect(seen(moved(read, { by: 3 }, { by: -1 }))[0]).toBe('line 3');
    expect(seen(moved(read, { by: -1 }))[0]).toBe('line 1');
    expect(seen(moved(read, { to: 'last' }))).toEqual(['line 97', 'line 98', 'line 99', 'line 100']);
    expect(seen(moved(read, { to: 'last' }, { by: 5 }))[0]).toBe('line 97');
    expect(seen(moved(read, { to: 'last' }, { by: -1 }))[0]).toBe('line 96');
    expect(seen(moved(read, { to: 'last' }, { to: 'first' }))[0]).toBe('line 1');
  });

  it('goes by rows where lines are wrapped', () => {
    const read = reading(['a '.repeat(25).trim(), 'b', 'c', 'd', 'e'], {}, 20, 3);
    expect(seen(read)).toEqual(['a a a a a a a a a a', 'a a a a a a a a a a', 'a a a a a']);
    expect(seen(moved(read, { by: 1 }))).toEqual(['a a a a a a a a a a', 'a a a a a', 'b']);
    expect(seen(moved(read, { to: 'last' }, { by: -2 }))).toEqual(['a a a a a', 'b', 'c']);
  });
});

describe('viewerRows', () => {
  it('keeps the indent of JSON in every row of a wrapped line', () => {
    expect(seen(reading(['    "text": "one two three four"'], {}, 20))).toEqual([
      '    "text": "one two',
      '    three four"',
    ]);
  });

  it('goes sideways where lines are not wrapped', () => {
    expect(seen(reading(['0123456789'.repeat(3)], { wrap: false, left: 8 }, 20))).toEqual(['8901234567890123456…']);
  });

  it('cuts no escape in two at the end of a row', () => {
    for (const width of [10, 11, 12, 13]) {
      const rows = seen(reading([`x\\u202ey\\x1bz\\u{e0001}`.repeat(5)], {}, width, 50));
      for (const text of rows) expect(text.replaceAll(/\\(?:u202e|x1b|u\{e0001\})/g, '')).not.toMatch(/[\\{}]/);
    }
  });
});

describe('withFind', () => {
  it('shows the first match from the screen on, then the next ones around the end, and counts them', () => {
    const lines = numbered(100).map((line, index) => (index % 40 === 39 ? `${line} WARN` : line));
    let read = reading(lines);
    read = { ...read, view: withFind(read, 'warn') };
    expect(seen(read)).toContain('line 40 WARN');
    expect(viewerWords(read)).toContain('find warn 1/2');
    read = { ...read, view: foundNext(read, 1) };
    expect(seen(read)).toContain('line 80 WARN');
    read = { ...read, view: foundNext(read, 1) };
    expect(viewerWords(read)).toContain('find warn 1/2');
    read = { ...read, view: foundNext(read, -1) };
    expect(viewerWords(read)).toContain('find warn 2/2');
    expect(copiedLine(read)).toBe('line 80 WARN');
  });

  it('minds capitals that were typed, takes regular expressions, and says what is none', () => {
    const words = (find: string): string => {
      const read = reading(['a Warn', 'b warn', 'c 12ms'].concat(numbered(9)), {});
      return viewerWords({ ...read, view: withFind(read, find) });
    };
    expect(words('Warn')).toContain('1/1');
    expect(words('/\\d{2}MS/')).toContain('not found');
    expect(words('/\\d{2}ms/')).toContain('1/1');
    expect(words('/(/')).toContain('/(/ is not a regular expression');
    expect(words('!line')).toContain('1/3');
  });

  it('gives a regular expression that backtracks without end up, and says so', () => {
    const read = reading([`${'a'.repeat(60)}!`].concat(numbered(9)), { find: '/^(a|a)*$/' });
    expect(viewerWords(read)).toContain('takes too long');
    expect(seen(read)).toHaveLength(4);
  });
});

describe('shownLines', () => {
  it('keeps and hides lines, alone and together', () => {
    const lines = ['error a', 'error b', 'info a', 'info b'];
    const shown = (view: Partial<ViewerState>): readonly string[] => seen(reading(lines, view));
    expect(shown({ keep: 'error' })).toEqual(['error a', 'error b']);
    expect(shown({ hide: '/b$/' })).toEqual(['error a', 'info a']);
    expect(shown({ keep: 'error', hide: 'a' })).toEqual(['error b']);
    expect(shown({ keep: '!error' })).toEqual(['info a', 'info b']);
  });

  it('looks only at what is new when lines are added at the end', () => {
    const lines = numbered(1_000);
    let looks = 0;
    const still = stillText(lines.map((line): Line => [line]));
    const growing = {
      ...still,
      length: 990,
      plain(line: object) {
        looks += 1;
        return still.plain(line);
      },
    };
    const view = { ...newViewer, find: '7' };
    const before = shownLines(growing, view).found?.length ?? 0;
    expect(looks).toBe(990);
    growing.length = 1_000;
    expect(shownLines(growing, view).found).toHaveLength(before + 1);
    expect(looks).toBe(1_000);
  });
});

describe('screenOf', () => {
  it('stays at its line while the text grows, and at the end at the end', () => {
    const lines = numbered(50);
    const middle = moved(reading(lines), { by: 10 });
    const longer = { ...middle, text: stillText([...lines, 'new'].map((line): Line => [line])) };
    expect(seen(longer)[0]).toBe('line 11');
    expect(screenOf(longer).isAtEnd).toBe(false);
    expect(seen({ ...longer, view: { ...newViewer, top: 'end' } }).at(-1)).toBe('new');
  });
});
