/** Lays a diff out as rows of a screen, of which only those that are looked at are formatted. Pure. */
import type { DiffLine, DiffView } from '../../../engine/index.ts';
import { fit, widthOf } from '../../../text/clean.ts';
import { plural } from '../../../text/format.ts';
import type { Span, Tone } from '../theme.ts';
import { entriesOf, type Entry } from './entries.ts';
import { cutLine, rowStarts, spansOf } from '../viewer/tone-text.ts';
import { lineText } from './line-text.ts';

export interface DiffOptions {
  /** Columns of a row. */
  readonly width: number;
  readonly mode: 'unified' | 'split';
  /** Without it long lines are cut, and `left` columns of them are scrolled away. */
  readonly wrap: boolean;
  readonly left: number;
  /** Unchanged lines shown around a change; Infinity for all. */
  readonly context: number;
  /** Without colour changed words stand in `[-…-]` and `{+…+}`. */
  readonly color: boolean;
}

type Row = readonly Span[];

export interface DiffRows {
  readonly total: number;
  /** Where to begin to read each run of changed lines: a row or two before it. */
  readonly hunks: readonly number[];
  /** The rows from `top` on, at most `count`; cleaned text. */
  slice(top: number, count: number): readonly Row[];
}

const keptPerDiff = 2;
const kept = new WeakMap<DiffView, { readonly key: string; readonly rows: DiffRows }[]>();

/** The same rows for the same diff and options, so that painting and keys share one index. */
export function diffRows(diff: DiffView, options: DiffOptions): DiffRows {
  const { width, mode, wrap, left, context, color } = options;
  const key = `${width} ${mode} ${wrap} ${left} ${context} ${color}`;
  const known = kept.get(diff) ?? [];
  const found = known.find((entry) => entry.key === key);
  if (found !== undefined) return found.rows;
  const rows = indexed(diff, options);
  kept.set(diff, [{ key, rows }, ...known].slice(0, keptPerDiff));
  return rows;
}

/** Rows above a change that `n` leaves in view. */
const lead = 2;
const leastText = 8;

function indexed(diff: DiffView, options: DiffOptions): DiffRows {
  const digits = String(Math.max(1, diff.lines.length)).length;
  const sheet = new Sheet(options, digits);
  const entries = entriesOf(diff.lines, options.mode, options.context);
  const starts = new Int32Array(entries.length + 1);
  const hunks: number[] = [];
  let inHunk = false;
  for (const [index, entry] of entries.entries()) {
    const at = starts[index] ?? 0;
    const isChange = entry.kind === 'unified' ? entry.line.kind !== 'same' : entry.kind === 'split' && entry.isChange;
    if (isChange && !inHunk) hunks.push(Math.max(0, at - lead));
    inHunk = isChange;
    starts[index + 1] = at + sheet.height(entry);
  }
  const total = starts[entries.length] ?? 0;
  return {
    total,
    hunks,
    slice(top, count) {
      const rows: Row[] = [];
      let index = entryAt(starts, top);
      let skip = top - (starts[index] ?? 0);
      for (; index < entries.length && rows.length < count; index += 1) {
        const entry = entries[index];
        if (entry === undefined) break;
        const height = (starts[index + 1] ?? 0) - (starts[index] ?? 0);
        for (let row = skip; row < height && rows.length < count; row += 1) rows.push(sheet.row(entry, row));
        skip = 0;
      }
      return rows;
    },
  };
}

/** The entry that holds a row. */
function entryAt(starts: Int32Array, row: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle + 1] ?? Infinity) <= row) low = middle + 1;
    else high = middle;
  }
  return low;
}

const signs: Readonly<Record<DiffLine['kind'], readonly [sign: string, tone: Tone]>> = {
  same: [' ', 'dim'],
  add: ['+', 'ok'],
  del: ['-', 'bad'],
};

/** How entries become rows of one width. */
class Sheet {
  readonly #options: DiffOptions;
  readonly #digits: number;
  /** Columns of one side; of the whole row when there is one. */
  readonly #side: number;
  readonly #text: number;

  constructor(options: DiffOptions, digits: number) {
    this.#options = options;
    this.#digits = digits;
    this.#side = options.mode === 'split' ? Math.floor((options.width - 3) / 2) : options.width;
    this.#text = Math.max(leastText, this.#side - digits - 4);
  }

  height(entry: Entry): number {
    if (entry.kind === 'fold') return 1;
    if (entry.kind === 'unified') return this.#rowsOf(entry.line);
    return Math.max(this.#rowsOf(entry.left), this.#rowsOf(entry.right));
  }

  row(entry: Entry, row: number): Row {
    if (entry.kind === 'fold')
      return [[`${' '.repeat(this.#digits + 2)}⋯ ${plural(entry.hidden, 'unchanged line')}`, 'dim']];
    if (entry.kind === 'unified') return this.#line(entry.line, entry.line.b ?? entry.line.a, row);
    const left = entry.left === undefined ? [] : this.#line(entry.left, entry.left.a, row);
    const right = entry.right === undefined ? [] : this.#line(entry.right, entry.right.b, row);
    const used = left.reduce((sum, span) => sum + widthOf(typeof span === 'string' ? span : span[0]), 0);
    return [...left, [`${' '.repeat(Math.max(0, this.#side - used))} │ `, 'dim'], ...right];
  }

  #rowsOf(line: DiffLine | undefined): number {
    if (line === undefined || !this.#options.wrap) return 1;
    return this.#starts(line).length;
  }

  #starts(line: DiffLine): readonly number[] {
    const { color } = this.#options;
    const width = this.#text;
    const known = startsOf.get(line);
    if (known?.width === width && known.color === color) return known.starts;
    const starts = rowStarts(lineText(line, color).text, width);
    startsOf.set(line, { width, color, starts });
    return starts;
  }

  #line(line: DiffLine, number: number | undefined, row: number): Row {
    const { color, wrap, left } = this.#options;
    const [sign, tone] = signs[line.kind];
    const shownNumber = row === 0 && number !== undefined ? String(number) : '';
    const composed = lineText(line, color);
    if (!wrap) {
      const text = row === 0 ? cutLine(composed, left, this.#text) : [];
      return row === 0 ? [[sign, tone], [` ${fit(shownNumber, this.#digits)}  `, 'dim'], ...text] : [];
    }
    const starts = this.#starts(line);
    const from = starts[row];
    if (from === undefined) return [];
    const to = starts[row + 1] ?? composed.text.length;
    // Spaces at the end of a row hang over it; of the last row as many are shown as there is room for.
    const body = composed.text.slice(from, to).trimEnd().length;
    const room =
      row + 1 < starts.length ? 0 : Math.max(0, this.#text - widthOf(composed.text.slice(from, from + body)));
    const end = from + Math.min(to - from, body + room);
    return [[sign, tone], [` ${fit(shownNumber, this.#digits)}  `, 'dim'], ...spansOf(composed, from, end)];
  }
}

const startsOf = new WeakMap<
  DiffLine,
  { readonly width: number; readonly color: boolean; readonly starts: readonly number[] }
>();
