import { describe, expect, it } from 'vitest';
import { toErrorJson } from '../../src/kernel/errors.ts';
import { sorted } from '../../src/cli/sort.ts';

interface Row {
  readonly name: string;
  readonly createdAt: number;
}

const rows: readonly Row[] = [
  { name: 'fs-10', createdAt: 3 },
  { name: 'fs-2', createdAt: 1 },
  { name: 'fs-1', createdAt: 2 },
];
const listing = {
  rows,
  columns: [
    { title: 'NAME', value: (row: Row) => row.name },
    { title: 'AGE', value: () => '1s', by: (row: Row) => -row.createdAt, wide: true },
  ],
  name: (row: Row) => row.name,
};
const names = (by: string | undefined): readonly string[] => sorted(listing, by).rows.map((row) => row.name);

describe('sorted', () => {
  it('sorts by a column, numbers in text as numbers, and the other way round with a minus', () => {
    expect(names('name')).toEqual(['fs-1', 'fs-2', 'fs-10']);
    expect(names('-NAME')).toEqual(['fs-10', 'fs-2', 'fs-1']);
    expect(names('AGE')).toEqual(['fs-10', 'fs-1', 'fs-2']);
    expect(names(undefined)).toEqual(['fs-10', 'fs-2', 'fs-1']);
  });

  it('names the column that was probably meant', () => {
    const refused = (by: string): string | undefined => {
      try {
        names(by);
        return undefined;
      } catch (error) {
        return `${toErrorJson(error).message} → ${toErrorJson(error).hint}`;
      }
    };
    expect(refused('nmae')).toBe('--sort-by nmae: there is no such column → did you mean NAME?');
    expect(refused('-x')).toBe('--sort-by -x: there is no such column → use one of NAME, AGE');
  });
});
