/** Paints a text being edited as rows of spans: wrapped lines with their numbers, the insertion point in reverse video. Pure. */
import type { Span, Tone } from '../../kit/theme.ts';
import { columnsBetween, eachCell, rowOf, shownCell, wrappedRows } from './cells.ts';
import type { Room } from './editor-keys.ts';
import { isModified, lineAt, type TextBuffer } from '../../state/text-buffer.ts';
import type { EditorTop } from '../../state/overlays.ts';

export const editorStart: EditorTop = { line: 0, row: 0 };

/** Columns of the line numbers with the gap behind them. */
function gutterOf({ lines }: Pick<TextBuffer, 'lines'>): number {
  return Math.max(3, String(lines.length).length) + 1;
}

/** What is left for text: a column at the end is kept for the insertion point behind a full row. */
export function editorRoom(buffer: Pick<TextBuffer, 'lines'>, width: number, height: number): Room {
  return { columns: Math.max(8, width - gutterOf(buffer) - 1), rows: Math.max(1, height) };
}

/** The window that shows the insertion point, moved as little as possible; after a jump it stands in the middle. */
export function windowFor(buffer: TextBuffer, top: EditorTop, room: Room): EditorTop {
  const { line, at } = buffer.cursor;
  const cursor: EditorTop = { line, row: rowOf(wrappedRows(lineAt(buffer, line), room.columns), at) };
  const from = clampTop(buffer, top, room);
  if (isBefore(cursor, from)) {
    const near = back(buffer, from, room, room.rows);
    return isBefore(cursor, near) ? back(buffer, cursor, room, Math.floor(room.rows / 2)) : cursor;
  }
  const lowest = back(buffer, cursor, room, room.rows - 1);
  if (!isBefore(from, lowest)) return from;
  const farther = back(buffer, lowest, room, room.rows);
  return isBefore(from, farther) ? back(buffer, cursor, room, Math.floor(room.rows / 2)) : lowest;
}

function isBefore(a: EditorTop, b: EditorTop): boolean {
  return a.line < b.line || (a.line === b.line && a.row < b.row);
}

/** A window that is still there after lines were removed or wrapped otherwise. */
function clampTop(buffer: TextBuffer, top: EditorTop, { columns }: Room): EditorTop {
  const line = Math.min(top.line, buffer.lines.length - 1);
  return { line, row: Math.min(top.row, wrappedRows(lineAt(buffer, line), columns).length - 1) };
}

function back(buffer: TextBuffer, from: EditorTop, { columns }: Room, rows: number): EditorTop {
  let { line, row } = from;
  let left = rows;
  while (left > row && line > 0) {
    left -= row + 1;
    line -= 1;
    row = wrappedRows(lineAt(buffer, line), columns).length - 1;
  }
  return { line, row: Math.max(0, row - left) };
}

/** `room.rows` rows from `top` on. */
export function editorRows(buffer: TextBuffer, top: EditorTop, room: Room): readonly (readonly Span[])[] {
  const gutter = gutterOf(buffer);
  const matterEnd = frontMatterEnd(buffer.lines);
  const shown: (readonly Span[])[] = [];
  for (let line = top.line; line < buffer.lines.length && shown.length < room.rows; line += 1) {
    const text = lineAt(buffer, line);
    const rows = wrappedRows(text, room.columns);
    const cursorRow = line === buffer.cursor.line ? rowOf(rows, buffer.cursor.at) : -1;
    for (let row = line === top.line ? top.row : 0; row < rows.length && shown.length < room.rows; row += 1) {
      const number = row === 0 ? String(line + 1) : '';
      const to = rows[row + 1] ?? text.length;
      const cursor = row === cursorRow ? buffer.cursor.at : undefined;
      shown.push([
        [`${number.padStart(gutter - 1)} `, 'dim'],
        ...textSpans(text, rows[row] ?? 0, to, cursor, line <= matterEnd ? 'dim' : 'plain'),
      ]);
    }
  }
  return shown;
}

/** The last line of the front matter; -1 when the text does not begin with it. */
export function frontMatterEnd(lines: readonly string[]): number {
  return lines[0]?.trimEnd() === '---' ? lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---') : -1;
}

function textSpans(text: string, from: number, to: number, cursor: number | undefined, tone: Tone): Span[] {
  const spans: [string, Tone][] = [];
  const add = (shown: string, its: Tone): void => {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === its) last[0] += shown;
    else spans.push([shown, its]);
  };
  eachCell(text, from, (start, end) => {
    if (start >= to) return false;
    const raw = text.slice(start, end);
    const shown = shownCell(raw);
    // An escape that is shown for a character must not be taken for the same letters typed.
    const its = shown === raw || raw === '\t' ? tone : 'warn';
    add(shown, start === cursor ? 'cursor' : its);
    return true;
  });
  if (cursor !== undefined && cursor >= to) add(' ', 'cursor');
  return spans;
}

/** `12:40 · 231 lines · modified`. */
export function editorStatus(buffer: TextBuffer): string {
  const { line, at } = buffer.cursor;
  const column = columnsBetween(lineAt(buffer, line), 0, at) + 1;
  const lines = `${buffer.lines.length} line${buffer.lines.length === 1 ? '' : 's'}`;
  return `${line + 1}:${column} · ${lines} · ${isModified(buffer) ? 'modified' : 'not modified'}`;
}
