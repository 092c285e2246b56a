/** Rows to text: tables for people, JSON, YAML, names and lines for programs. Foreign text is cleaned before a terminal sees it. */
import { Option } from 'commander';
import stringWidth from 'string-width';
import { clean, cleanJson } from '../text/clean.ts';
import { formats } from './formats.ts';

export type Format = (typeof formats)[number];

export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string;
  /** Only with `-o wide`. */
  readonly wide?: boolean;
  /** What rows are sorted by, when that is not their text. */
  readonly by?: (row: T) => number;
  /** It changes with time alone, which makes no row of `--watch` new. */
  readonly ticks?: boolean;
}

export interface Listing<T> {
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly name: (row: T) => string;
}

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'table, wide, json, yaml, name or jsonl')
    .choices(formats)
    .default('table')
    .env('MCPTUI_OUTPUT');
}

/** JSON for programs that is safe on a terminal too. */
export function toJson(value: unknown, indent = 0): string {
  return cleanJson(JSON.stringify(value, null, indent));
}

/** Members of our records that are moments: `at`, `since`, `createdAt`, `nextRetryAt` … */
const MOMENT = /^(?:at|since|next|oldest|\w+(?:At|Since))$/;
/** What stands under these names is somebody else's, and is left as it is. */
const FOREIGN: ReadonlySet<string> = new Set(['detail', 'arguments', 'content', 'item', 'inputSchema', 'outputSchema']);
/** Smaller numbers are no moments of this century. */
const MIN_EPOCH_MS = 1e11;

/** The same record with its moments as RFC 3339, as programs in all languages read them. */
export function withTimes(value: unknown, key = ''): unknown {
  if (typeof value === 'number') {
    const isMoment = MOMENT.test(key) && value >= MIN_EPOCH_MS && value <= MAX_EPOCH_MS;
    return isMoment ? new Date(value).toISOString() : value;
  }
  if (typeof value !== 'object' || value === null || FOREIGN.has(key)) return value;
  if (Array.isArray(value)) return value.map((item) => withTimes(item));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withTimes(inner, name)]));
}

/** The last one that a date can hold. */
const MAX_EPOCH_MS = 8.64e15;

/**
 * Without a trailing newline; an empty list is `[]` for programs and a header for people. `widths` are those that a table
 * has had so far, in cells: it gets no narrower, and they become its own.
 */
export async function renderListing<T>(
  { rows, columns, name }: Listing<T>,
  format: Format,
  headers = true,
  widths: number[] = [],
): Promise<string> {
  switch (format) {
    case 'json':
      return toJson(withTimes(rows), 2);
    case 'jsonl':
      return rows.map((row) => toJson(withTimes(row))).join('\n');
    case 'yaml':
      return (await import('./yaml.ts')).toYaml(withTimes(rows));
    case 'name':
      return rows.map((row) => clean(name(row))).join('\n');
    case 'table':
    case 'wide':
      return table(
        rows,
        columns.filter((column) => format === 'wide' || column.wide !== true),
        headers,
        widths,
      );
  }
}

function table<T>(rows: readonly T[], columns: readonly Column<T>[], headers: boolean, widths: number[]): string {
  const cells = rows.map((row) => columns.map((column) => clean(column.value(row))));
  if (headers) cells.unshift(columns.map((column) => column.title));
  for (const index of columns.keys()) {
    const widest = cells.reduce((width, line) => Math.max(width, stringWidth(line[index] ?? '')), widths[index] ?? 0);
    widths[index] = widest;
  }
  const pad = (text: string, index: number): string =>
    text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(text)));
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}
