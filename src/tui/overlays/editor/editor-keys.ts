/** Keys of the inline editor: readline's, and those of every editor. Pure. */
import { textOf } from '../../kit/keys.ts';
import { cellAfter, cellBefore, columnsBetween, placeAt, rowOf, wrappedRows } from './cells.ts';
import {
  endOf,
  erase,
  kill,
  lineAt,
  moveTo,
  pasteText,
  samePlace,
  typeText,
  type Place,
  type TextBuffer,
} from '../../state/text-buffer.ts';

/** Columns that a line is wrapped to, and rows of a page. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

type Act = (buffer: TextBuffer, room: Room) => TextBuffer;

const acts: Readonly<Record<string, Act>> = {
  left: (buffer) => moveTo(buffer, placeBefore(buffer)),
  right: (buffer) => moveTo(buffer, placeAfter(buffer)),
  up: (buffer, room) => moveRows(buffer, room, -1),
  down: (buffer, room) => moveRows(buffer, room, 1),
  pgup: (buffer, room) => moveRows(buffer, room, 1 - Math.max(2, room.rows)),
  pgdn: (buffer, room) => moveRows(buffer, room, Math.max(2, room.rows) - 1),
  home: (buffer) => moveTo(buffer, { ...buffer.cursor, at: 0 }),
  end: (buffer) => moveTo(buffer, endOfLine(buffer)),
  'alt-b': (buffer) => moveTo(buffer, wordBefore(buffer)),
  'alt-f': (buffer) => moveTo(buffer, wordAfter(buffer)),
  'alt-<': (buffer) => moveTo(buffer, { line: 0, at: 0 }),
  'alt->': (buffer) => moveTo(buffer, endOf(buffer)),
  enter: (buffer) => typeText(buffer, '\n'),
  tab: (buffer) => typeText(buffer, '  '),
  backspace: (buffer) => erase(buffer, placeBefore(buffer), buffer.cursor),
  delete: (buffer) => erase(buffer, buffer.cursor, placeAfter(buffer)),
  'ctrl-w': (buffer) => kill(buffer, spacesBefore(buffer), buffer.cursor),
  'alt-backspace': (buffer) => kill(buffer, wordBefore(buffer), buffer.cursor),
  'alt-d': (buffer) => kill(buffer, buffer.cursor, wordAfter(buffer)),
  'ctrl-u': (buffer) => kill(buffer, lineStartOrBefore(buffer), buffer.cursor),
  'ctrl-k': (buffer) => kill(buffer, buffer.cursor, lineEndOrAfter(buffer)),
  'ctrl-y': (buffer) => (buffer.killed === '' ? buffer : pasteText(buffer, buffer.killed)),
};

const alike: Readonly<Record<string, string>> = {
  'ctrl-b': 'left',
  'ctrl-f': 'right',
  'ctrl-p': 'up',
  'ctrl-n': 'down',
  'ctrl-a': 'home',
  'ctrl-e': 'end',
  'ctrl-d': 'delete',
  'ctrl-left': 'alt-b',
  'ctrl-right': 'alt-f',
  'ctrl-home': 'alt-<',
  'ctrl-end': 'alt->',
};

/** The buffer after a key; undefined when the key means nothing in a text. */
export function editText(buffer: TextBuffer, key: string, room: Room): TextBuffer | undefined {
  const act = acts[alike[key] ?? key];
  if (act !== undefined) return act(buffer, room);
  const typed = textOf(key);
  return typed === undefined ? undefined : typeText(buffer, typed);
}

function placeBefore(buffer: TextBuffer): Place {
  const { line, at } = buffer.cursor;
  if (at > 0) return { line, at: cellBefore(lineAt(buffer, line), at) };
  return line === 0 ? buffer.cursor : { line: line - 1, at: lineAt(buffer, line - 1).length };
}

function placeAfter(buffer: TextBuffer): Place {
  const { line, at } = buffer.cursor;
  const text = lineAt(buffer, line);
  if (at < text.length) return { line, at: cellAfter(text, at) };
  return line === buffer.lines.length - 1 ? buffer.cursor : { line: line + 1, at: 0 };
}

function endOfLine(buffer: TextBuffer): Place {
  const { line } = buffer.cursor;
  return { line, at: lineAt(buffer, line).length };
}

/** The start of the line; from there, the end of the line before, so that the key goes on. */
function lineStartOrBefore(buffer: TextBuffer): Place {
  return buffer.cursor.at > 0 ? { ...buffer.cursor, at: 0 } : placeBefore(buffer);
}

function lineEndOrAfter(buffer: TextBuffer): Place {
  const end = endOfLine(buffer);
  return samePlace(end, buffer.cursor) ? placeAfter(buffer) : end;
}

const isWord = (character: string): boolean => /[\p{L}\p{N}\p{M}_]/u.test(character);
const isVisible = (character: string): boolean => !/\s/.test(character);

/** Back over what is not `wanted` and then over what is; at the start of a line, to the line before. */
function backOver(buffer: TextBuffer, wanted: (character: string) => boolean): Place {
  const { line, at } = buffer.cursor;
  if (at === 0) return placeBefore(buffer);
  const text = lineAt(buffer, line);
  let place = at;
  const step = (holds: boolean): void => {
    while (place > 0) {
      const before = cellBefore(text, place);
      if (wanted(text.slice(before, place)) !== holds) return;
      place = before;
    }
  };
  step(false);
  step(true);
  return { line, at: place };
}

const wordBefore = (buffer: TextBuffer): Place => backOver(buffer, isWord);
const spacesBefore = (buffer: TextBuffer): Place => backOver(buffer, isVisible);

function wordAfter(buffer: TextBuffer): Place {
  const { line, at } = buffer.cursor;
  const text = lineAt(buffer, line);
  if (at === text.length) return placeAfter(buffer);
  let place = at;
  const step = (holds: boolean): void => {
    while (place < text.length) {
      const next = cellAfter(text, place);
      if (isWord(text.slice(place, next)) !== holds) return;
      place = next;
    }
  };
  step(false);
  step(true);
  return { line, at: place };
}

/** Up or down by rows as they are wrapped, keeping the column where lines are long enough. */
function moveRows(buffer: TextBuffer, { columns }: Room, by: number): TextBuffer {
  let { line } = buffer.cursor;
  let rows = wrappedRows(lineAt(buffer, line), columns);
  let row = rowOf(rows, buffer.cursor.at);
  const goal = buffer.goal ?? columnsBetween(lineAt(buffer, line), rows[row] ?? 0, buffer.cursor.at);
  for (let left = Math.abs(by); left > 0; left -= 1) {
    const next = row + Math.sign(by);
    if (next >= 0 && next < rows.length) {
      row = next;
      continue;
    }
    const nextLine = line + Math.sign(by);
    if (nextLine < 0) return moveTo(buffer, { line: 0, at: 0 });
    if (nextLine >= buffer.lines.length) return moveTo(buffer, endOf(buffer));
    line = nextLine;
    rows = wrappedRows(lineAt(buffer, line), columns);
    row = by < 0 ? rows.length - 1 : 0;
  }
  const text = lineAt(buffer, line);
  const from = rows[row] ?? 0;
  const to = rows[row + 1] ?? text.length;
  let at = placeAt(text, from, to, goal);
  // The end of a wrapped row is the beginning of the next one.
  if (at === to && row < rows.length - 1) at = cellBefore(text, to);
  return moveTo(buffer, { line, at }, goal);
}
