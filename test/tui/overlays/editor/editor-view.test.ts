import { describe, expect, it } from 'vitest';
import { editText } from '../../../../src/tui/overlays/editor/editor-keys.ts';
import {
  editorRoom,
  editorRows,
  editorStart,
  editorStatus,
  windowFor,
} from '../../../../src/tui/overlays/editor/editor-view.ts';
import type { EditorTop } from '../../../../src/tui/state/overlays.ts';
import { bufferOf, moveTo, typeText, type TextBuffer } from '../../../../src/tui/state/text-buffer.ts';
import { plain, row } from '../../../../src/tui/kit/theme.ts';

const width = 30;
const height = 6;

function draw(buffer: TextBuffer, color: boolean, top = editorStart): string[] {
  const room = editorRoom(buffer, width, height);
  return editorRows(buffer, top, room).map((spans) =>
    row({ skin: color ? 'standard' : 'mono', ascii: false, spoken: false, still: false }, width, spans),
  );
}

describe('editorRows', () => {
  it('numbers lines, wraps them at words and shows escapes', () => {
    const rows = draw(bufferOf('first line that is wrapped here\n\u001b[2Jx\u202e'), true).map(plain);
    expect(rows.map((text) => text.trimEnd())).toEqual([
      '  1 first line that is',
      '    wrapped here',
      '  2 \\x1b[2Jx\\u202e',
    ]);
  });

  it('shows the insertion point in reverse video with and without colours, also behind the text', () => {
    const end = moveTo(bufferOf('ab'), { line: 0, at: 2 });
    for (const color of [true, false]) {
      expect(draw(bufferOf('ab'), color)[0]).toContain('\u001B[7ma\u001B[27mb');
      expect(draw(end, color)[0]).toContain('ab\u001B[7m \u001B[27m');
    }
  });

  it('shows the insertion point behind a row that is full', () => {
    const { columns } = editorRoom(bufferOf(''), width, height);
    const full = 'x'.repeat(columns);
    const rows = draw(moveTo(bufferOf(full), { line: 0, at: columns }), false);
    expect(plain(rows[0] ?? '')).toHaveLength(width);
    expect(rows[0]).toContain('\u001B[7m \u001B[27m');
  });

  it('dims the front matter', () => {
    const rows = draw(bufferOf('---\npriority: 8\n---\nbody'), true);
    expect(rows[1]).toContain('\u001B[2mpriority: 8\u001B[22m');
    expect(rows[3]).not.toContain('\u001B[2mbody');
  });

  it('tells an escape from the same letters typed', () => {
    const rows = draw(bufferOf(' \u202e \\u202e'), true);
    expect(rows[0]).toContain('\u001B[33m\\u202e\u001B[39m \\u202e');
  });

  it('draws no more rows than there are', () => {
    expect(draw(bufferOf('x '.repeat(1000)), true)).toHaveLength(height);
  });
});

describe('windowFor', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
  const room = editorRoom(bufferOf(lines), width, height);
  const at = (line: number): TextBuffer => moveTo(bufferOf(lines), { line, at: 0 });

  it('moves only when the insertion point leaves the screen, by as little as it takes', () => {
    expect(windowFor(at(5), editorStart, room)).toEqual({ line: 0, row: 0 });
    expect(windowFor(at(6), editorStart, room)).toEqual({ line: 1, row: 0 });
    expect(windowFor(at(9), { line: 10, row: 0 }, room)).toEqual({ line: 9, row: 0 });
  });

  it('puts it in the middle after a jump', () => {
    expect(windowFor(at(50), editorStart, room)).toEqual({ line: 47, row: 0 });
    expect(windowFor(at(10), { line: 80, row: 0 }, room)).toEqual({ line: 7, row: 0 });
  });

  it('shows every place that keys lead to in a text of long lines', () => {
    let buffer = bufferOf(`${'many words in one line '.repeat(20)}\n`.repeat(5));
    let top: EditorTop = editorStart;
    const keys = [
      'down',
      'down',
      'pgdn',
      'pgdn',
      'pgdn',
      'up',
      'pgup',
      'end',
      'alt->',
      'home',
      'alt-<',
      'pgdn',
      'enter',
    ];
    for (const key of [...keys, ...keys, ...keys]) {
      buffer = editText(buffer, key, room) ?? buffer;
      top = windowFor(buffer, top, room);
      expect(draw(buffer, false, top).join('\n')).toContain('\u001B[7m');
    }
  });
});

describe('editorStatus', () => {
  it('tells line, column in columns of the screen, and whether there is something to save', () => {
    const buffer = moveTo(bufferOf('漢字x\nb'), { line: 0, at: 2 });
    expect(editorStatus(buffer)).toBe('1:5 · 2 lines · not modified');
    expect(editorStatus(typeText(buffer, '!'))).toBe('1:6 · 2 lines · modified');
  });
});
