import { describe, expect, it } from 'vitest';
import { charactersOf, widthOf } from '../../../../src/text/clean.ts';
import {
  cellAfter,
  cellBefore,
  columnsBetween,
  eachCell,
  placeAt,
  rowOf,
  shownCell,
  wrappedRows,
} from '../../../../src/tui/overlays/editor/cells.ts';
import { seededRandom } from '../../../support/builders/random.ts';

const alphabet = [
  'a', 'Z', ' ', '-', 'é', 'e\u0301', 'ж', '漢', 'か', '가', '👩‍💻', '🇩🇪', '👍🏽', '\t', '\r', '\u001b', '\u202e', '\u200b',
  'ก็', 'क्ष', 'ﷺ', '❤️', '\u0600', 'ß', '\u00ad',
]; // prettier-ignore

function randomText(seed: number): string {
  const random = seededRandom(seed);
  return Array.from({ length: random.below(40) }, () => alphabet[random.below(alphabet.length)]).join('');
}

const seeds = Array.from({ length: 400 }, (_, index) => index);

describe('eachCell', () => {
  it('visits what a segmenter takes for characters, in 400 random texts', () => {
    for (const seed of seeds) {
      const text = randomText(seed);
      const found: string[] = [];
      eachCell(text, 0, (start, end) => found.push(text.slice(start, end)) > 0);
      expect(found).toEqual(charactersOf(text));
    }
  });
});

describe('cellAfter and cellBefore', () => {
  it('step over the same boundaries in both directions', () => {
    for (const seed of seeds) {
      const text = randomText(seed);
      const bounds = [0];
      for (const one of charactersOf(text)) bounds.push((bounds.at(-1) ?? 0) + one.length);
      for (const [index, at] of bounds.entries()) {
        expect(cellAfter(text, at)).toBe(bounds[index + 1] ?? text.length);
        expect(cellBefore(text, at)).toBe(bounds[index - 1] ?? 0);
      }
    }
  });
});

describe('columnsBetween', () => {
  it('counts the columns of what is shown', () => {
    for (const seed of seeds) {
      const text = randomText(seed);
      const shown: string[] = [];
      eachCell(text, 0, (start, end) => shown.push(shownCell(text.slice(start, end))) > 0);
      const columns = shown.reduce((sum, one) => sum + widthOf(one), 0);
      expect(columnsBetween(text, 0, text.length)).toBe(columns);
    }
  });
});

describe('placeAt', () => {
  it('never stops within a wide character', () => {
    expect(placeAt('漢字', 0, 2, 1)).toBe(0);
    expect(placeAt('漢字', 0, 2, 3)).toBe(1);
    expect(placeAt('漢字', 0, 2, 9)).toBe(2);
  });
});

describe('wrappedRows', () => {
  const rowsOf = (text: string, columns: number): string[] => {
    const starts = wrappedRows(text, columns);
    return starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length));
  };

  it('breaks after spaces', () => {
    expect(rowsOf('deploy after the checks', 10)).toEqual(['deploy ', 'after the ', 'checks']);
  });

  it('lets the space that has no room stand at the end of its row', () => {
    expect(rowsOf('abcdefgh ijk', 8)).toEqual(['abcdefgh ', 'ijk']);
  });

  it('breaks a word that is longer than a row', () => {
    expect(rowsOf('abcdefghijklmnopqrst', 8)).toEqual(['abcdefgh', 'ijklmnop', 'qrst']);
  });

  it('loses nothing and keeps to its columns, in 400 random texts', () => {
    let count = 0;
    for (const seed of seeds) {
      const text = randomText(seed);
      const rows = rowsOf(text, 12);
      expect(rows.join('')).toBe(text);
      // A character whose escape is longer than a row has a row of its own, with the space that follows it.
      const isLong = (row: string): boolean => charactersOf(row).some((one) => columnsBetween(one, 0, one.length) > 12);
      const several = rows.filter((row) => !isLong(row));
      count += several.length;
      for (const row of several) expect(columnsBetween(row, 0, row.length)).toBeLessThanOrEqual(13);
    }
    expect(count).toBeGreaterThan(400);
  });

  it('is found again from a place', () => {
    expect(rowOf([0, 7, 17], 6)).toBe(0);
    expect(rowOf([0, 7, 17], 7)).toBe(1);
    expect(rowOf([0, 7, 17], 99)).toBe(2);
  });
});
