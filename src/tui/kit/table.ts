/** Paints the table of a list: a heading and rows, made of columns that fit. */
import { append } from '../../kernel/append.ts';
import { fit } from '../../text/clean.ts';
import type { Style } from '../state/style.ts';
import { row, type Line, type Span, type Tone } from './theme.ts';

export interface Column<Row, Context> {
  /** As in the heading; names the column where one is hidden. */
  readonly title: string;
  /** Where the heading depends on the room: the title otherwise. */
  readonly head?: (width: number) => string;
  /** Spans that take `width` columns, the gap behind them included. */
  cell(row: Row, width: number, context: Context, widths: Widths): Line;
}

/** Columns of the screen that each column has, by title; 0 or nothing: it has no room. */
export type Widths = Readonly<Record<string, number>>;

export interface Table<Row, Context> {
  readonly columns: readonly Column<Row, Context>[];
  /** The room of each column in a list of this width; `rows` are those on screen. */
  widths(width: number, rows: readonly Row[], context: Context): Widths;
  /** The column that gets what hidden ones leave. */
  readonly grows: string;
  /** Columns of the screen before the first column. Default 2. */
  readonly margin?: number;
  /** What stands there. Default: `▸` before the selected row. */
  readonly marker?: (row: Row, selected: boolean, context: Context) => Line;
}

/** Rows by their place: an array, or what is too long to be one. */
export interface Rows<Row> {
  readonly length: number;
  at(index: number): Row | undefined;
}

export interface ListWindow<Row> {
  readonly rows: Rows<Row>;
  readonly top: number;
  readonly height: number;
  /** Undefined where no row is selected. */
  readonly selected: number | undefined;
  /** In place of rows. */
  readonly empty: string;
}

/** A text in a cell, with the gap behind it. */
export function cell(text: string, width: number, tone: Tone = 'plain'): Line {
  return [[`${fit(text, width - 1)} `, tone]];
}

/** The heading and `height` rows, each `width` columns. */
export function paintList<Row, Context>(
  style: Style,
  width: number,
  table: Table<Row, Context>,
  hidden: readonly string[],
  { rows, top, height, selected, empty }: ListWindow<Row>,
  context: Context,
): string[] {
  const visible = visibleRows(rows, top, height);
  const widths = withoutHidden(table, table.widths(width, visible, context), hidden);
  const columns = table.columns.filter(({ title }) => (widths[title] ?? 0) > 0);
  const margin = ' '.repeat(table.margin ?? 2);
  const heads = columns.map(({ title, head }) => {
    const room = widths[title] ?? 0;
    return fit(head === undefined ? title : head(room), room);
  });
  const painted = [row(style, width, [[(margin + heads.join('')).trimEnd(), 'dim']])];
  for (let slot = 0; slot < height; slot += 1) {
    const one = visible[slot];
    if (one === undefined) {
      painted.push(row(style, width, slot === 1 && rows.length === 0 ? [empty] : []));
      continue;
    }
    const isSelected = top + slot === selected;
    const spans: Span[] = [...(table.marker?.(one, isSelected, context) ?? [isSelected ? '▸ ' : '  '])];
    for (const column of columns) append(spans, column.cell(one, widths[column.title] ?? 0, context, widths));
    painted.push(row(style, width, spans, { selected: isSelected }));
  }
  return painted;
}

function visibleRows<Row>(rows: Rows<Row>, top: number, height: number): readonly Row[] {
  const visible: Row[] = [];
  for (let slot = 0; slot < height && top + slot < rows.length; slot += 1) {
    const one = rows.at(top + slot);
    if (one !== undefined) visible.push(one);
  }
  return visible;
}

/** Gives the room of hidden columns to the column that grows. */
function withoutHidden<Row, Context>(
  { columns, grows }: Table<Row, Context>,
  widths: Widths,
  hidden: readonly string[],
): Widths {
  if (hidden.length === 0) return widths;
  const left: Record<string, number> = { ...widths };
  for (const { title } of columns) {
    if (title === grows || !hidden.includes(title)) continue;
    left[grows] = (left[grows] ?? 0) + (left[title] ?? 0);
    left[title] = 0;
  }
  return left;
}
