/** Sorts the rows of `get` by one of their columns (`--sort-by`). */
import { McptuiError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Listing } from './output.ts';

/**
 * `by`: the title of a column, in any case; with `-` in front the other way round. Wide columns count too. Numbers within text count as numbers.
 * @throws McptuiError `invalid` for a column that there is not
 */
export function sorted<T>(listing: Listing<T>, by: string | undefined): Listing<T> {
  if (by === undefined) return listing;
  const isReversed = by.startsWith('-');
  const title = (isReversed ? by.slice(1) : by).toUpperCase();
  const column = listing.columns.find((one) => one.title === title);
  if (column === undefined) {
    const titles = listing.columns.map((one) => one.title);
    const meant = nearest(title, titles);
    throw new McptuiError('invalid', `--sort-by ${by}: there is no such column`, {
      hint: meant === undefined ? `use one of ${titles.join(', ')}` : `did you mean ${meant}?`,
    });
  }
  const { by: number, value } = column;
  const compare = (a: T, b: T): number =>
    number === undefined ? value(a).localeCompare(value(b), 'en', { numeric: true }) : order(number(a), number(b));
  const rows = listing.rows.toSorted((a, b) => (isReversed ? compare(b, a) : compare(a, b)));
  return { ...listing, rows };
}

/** Two infinities are equal. */
function order(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
