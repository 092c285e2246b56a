/** Moves and finds in a text, and tells the rows that are on screen. Pure: costs what is on screen, however long the text is. */
import type { ViewerPlace, ViewerState } from '../../state/viewer.ts';
import type { Move } from '../scroll.ts';
import { shownLines, type ShownLines } from './shown.ts';
import type { PaintedSide, ViewerText } from './text.ts';
import { spansWidth } from '../theme.ts';
import { rowStarts, type ToneText } from './tone-text.ts';

/** A text where it is read. */
export interface Reading {
  readonly text: ViewerText;
  readonly view: ViewerState;
  readonly width: number;
  readonly rows: number;
}

/** A line, or one half of it, laid out in so many columns. */
export interface LaidSide extends PaintedSide {
  readonly columns: number;
  /** Where its rows begin; undefined where it is not wrapped. */
  readonly starts: readonly number[] | undefined;
  /** Columns that its rows are indented by, which its first row has in its text. */
  readonly indent: number;
}

/** One row on screen. */
export interface ScreenRow {
  readonly line: object;
  readonly index: number;
  readonly row: number;
  readonly side: LaidSide;
  readonly beside: LaidSide | undefined;
}

export interface Screen {
  readonly shown: ShownLines;
  readonly rows: readonly ScreenRow[];
  /** Whether the last row of the text is on screen. */
  readonly isAtEnd: boolean;
}

const leastText = 8;
/** Between two halves. */
export const besideGap = ' │ ';

interface LaidLine extends Pick<ScreenRow, 'side' | 'beside'> {
  readonly count: number;
}

export function columnsOf(lead: PaintedSide['lead'], width: number): number {
  return Math.max(leastText, width - spansWidth(lead));
}

function laidLine({ text, view, width }: Reading, line: object): LaidLine {
  const painted = text.paint(line);
  if (painted.beside === undefined) {
    const side = laidSide(painted, width, view.wrap);
    return { side, beside: undefined, count: rowsOf(side) };
  }
  const half = Math.floor((width - besideGap.length) / 2);
  const side = laidSide(painted, half, view.wrap);
  const beside = laidSide(painted.beside, half, view.wrap);
  return { side, beside, count: Math.max(rowsOf(side), rowsOf(beside)) };
}

const rowsOf = ({ starts }: LaidSide): number => starts?.length ?? 1;

function laidSide({ lead, leadBelow, body }: PaintedSide, columns: number, wrap: boolean): LaidSide {
  const side = { lead, ...(leadBelow === undefined ? {} : { leadBelow }), body, columns };
  if (!wrap) return { ...side, starts: undefined, indent: 0 };
  const { indent, starts } = wrapped(body, columnsOf(lead, columns));
  return { ...side, starts, indent };
}

interface Wrapped {
  readonly columns: number;
  readonly indent: number;
  readonly starts: readonly number[];
}

/** A line may be as long as a text: it is broken once for a width. */
const broken = new WeakMap<ToneText, Wrapped>();

function wrapped(body: ToneText, columns: number): Wrapped {
  const known = broken.get(body);
  if (known?.columns === columns) return known;
  const spaces = /^ */.exec(body.text)?.[0].length ?? 0;
  const indent = Math.min(spaces, Math.floor(columns / 2));
  const starts = rowStarts(body.text.slice(indent), columns - indent).map((start) => start + indent);
  const made = { columns, indent, starts };
  broken.set(body, made);
  return made;
}

/** Rows from a place on, in one direction, at most `count`. */
function walk(reading: Reading, shown: ShownLines, from: Place, way: 1 | -1, count: number): ScreenRow[] {
  const rows: ScreenRow[] = [];
  let { row } = from;
  for (let { index } = from; rows.length < count; index += way) {
    const line = shown.at(index);
    if (line === undefined) break;
    const { count: total, ...laid } = laidLine(reading, line);
    let at = row === undefined ? (way === 1 ? 0 : total - 1) : Math.min(row, total - 1);
    for (; at >= 0 && at < total && rows.length < count; at += way) {
      rows.push({ ...laid, line, index, row: at });
    }
    row = undefined;
  }
  return rows;
}

interface Place {
  readonly index: number;
  /** Undefined: the first one, or going back the last one. */
  readonly row: number | undefined;
}

function placeOf(shown: ShownLines, { top }: ViewerState): Place {
  if (typeof top !== 'object') return { index: 0, row: 0 };
  return { index: shown.indexOf(top.line), row: top.row };
}

export function screenOf(reading: Reading): Screen {
  const { view, text, rows: height } = reading;
  const shown = shownLines(text, view);
  if (view.top !== 'end') {
    const rows = walk(reading, shown, placeOf(shown, view), 1, height + 1);
    if (rows.length > height) return { shown, rows: rows.slice(0, height), isAtEnd: false };
  }
  // The end of a text stands at the end of the screen, as far as it fills it.
  const rows = walk(reading, shown, { index: shown.length - 1, row: undefined }, -1, height).reverse();
  return { shown, rows, isAtEnd: true };
}

export function movedBy(reading: Reading, move: Move): ViewerState {
  const { view } = reading;
  if ('to' in move) return at(reading, move.to === 'first' ? 'start' : 'end');
  const by = 'by' in move ? move.by : Math.trunc(move.pages * Math.max(1, reading.rows));
  const { shown, rows, isAtEnd } = screenOf(reading);
  const [first] = rows;
  if (first === undefined || by === 0) return view;
  if (by > 0) {
    if (isAtEnd) return at(reading, 'end');
    const next = walk(reading, shown, first, 1, by + 1).at(-1);
    const screen = next === undefined ? undefined : screenOf({ ...reading, view: { ...view, top: next } });
    return next === undefined || screen?.isAtEnd === true ? at(reading, 'end') : at(reading, next);
  }
  const next = walk(reading, shown, first, -1, 1 - by).at(-1);
  if (next === undefined || (next.index === 0 && next.row === 0)) return at(reading, 'start');
  return at(reading, next);
}

/** The text begun there; what was the last line when the end was left is remembered. */
export function at({ view, text }: Reading, top: 'start' | 'end' | ViewerPlace): ViewerState {
  const leftEndAt = top === 'end' ? undefined : (view.leftEndAt ?? text.at(text.length - 1));
  if (typeof top !== 'object') return { ...view, top, leftEndAt };
  return { ...view, top: { line: top.line, row: top.row }, leftEndAt };
}

/** The next line that was found, or the one before; after the last one the first. */
export function foundNext(reading: Reading, way: 1 | -1): ViewerState {
  const { view } = reading;
  const { shown, rows } = screenOf(reading);
  const { found = [] } = shown;
  if (found.length === 0) return { ...view, found: undefined };
  const current = view.found !== undefined && isOnScreen(rows, view.found) ? view.found : undefined;
  const from = current ?? rows[0]?.line;
  let place = from === undefined ? 0 : shown.foundFrom(from);
  if (way === -1) place -= 1;
  else if (current !== undefined && found[place] === current) place += 1;
  return showing(reading, found[(place + found.length) % found.length]);
}

/** Looks for another text, from the screen on. */
export function withFind(reading: Reading, find: string): ViewerState {
  const next = { ...reading, view: { ...reading.view, find, found: undefined } };
  return find === '' ? next.view : foundNext(next, 1);
}

/** With a line on screen, which a third of the screen stands above of when it has to be moved there. */
export function showing(reading: Reading, line: object | undefined): ViewerState {
  const { view } = reading;
  if (line === undefined) return view;
  const { shown, rows } = screenOf(reading);
  if (isOnScreen(rows, line)) return { ...view, found: line };
  const above = Math.floor(reading.rows / 3);
  const top = walk(reading, shown, { index: shown.indexOf(line), row: 0 }, -1, above + 1).at(-1);
  return { ...at(reading, top ?? 'start'), found: line };
}

/** Rows above a change that are left in view. */
const aboveChange = 2;

/** At the next change of a diff, or the one before; undefined where there is none, or the rest is on screen. */
export function atChange(reading: Reading, way: 1 | -1): ViewerState | undefined {
  const { shown, rows, isAtEnd } = screenOf(reading);
  const [first] = rows;
  const { changes = [] } = reading.text;
  if (first === undefined || (way === 1 && isAtEnd)) return undefined;
  const startOf = (change: object): ScreenRow | undefined =>
    walk(reading, shown, { index: shown.indexOf(change), row: 0 }, -1, aboveChange + 1).at(-1);
  const rowsTo = (place: ScreenRow): number => place.index - first.index || place.row - first.row;
  const isNext = (change: object): boolean => {
    // Only near the first row it matters how its rows are wrapped.
    const lines = (shown.indexOf(change) - first.index) * way;
    if (lines < -aboveChange) return false;
    const place = startOf(change);
    return place !== undefined && rowsTo(place) * way > 0;
  };
  const next = way === 1 ? changes.find(isNext) : changes.findLast(isNext);
  const place = next === undefined ? undefined : startOf(next);
  return place === undefined ? undefined : at(reading, place);
}

function isOnScreen(rows: readonly ScreenRow[], line: object): boolean {
  return rows.some((row) => row.line === line);
}

/** The line that is meant by a key: the found one while it is on screen, at the end the last one, else the first on screen. */
export function lineOfKeys(reading: Reading): object | undefined {
  const { rows } = screenOf(reading);
  const { found, top } = reading.view;
  if (found !== undefined && isOnScreen(rows, found)) return found;
  return top === 'end' ? rows.at(-1)?.line : rows[0]?.line;
}
