import { describe, expect, it } from 'vitest';
import { editText, type Room } from '../../../src/tui/overlays/editor/editor-keys.ts';
import {
  bufferOf,
  isModified,
  pasteText,
  redo,
  replaceText,
  textOfBuffer,
  undo,
  type TextBuffer,
} from '../../../src/tui/state/text-buffer.ts';
import { seededRandom } from '../../support/builders/random.ts';

const room: Room = { columns: 20, rows: 5 };

function actOn(buffer: TextBuffer, key: string): TextBuffer {
  if (key === 'undo') return undo(buffer);
  return key === 'redo' ? redo(buffer) : (editText(buffer, key, room) ?? buffer);
}

/** Keys by name, or the letters of a word in quotes. */
function press(buffer: TextBuffer, ...keys: string[]): TextBuffer {
  return keys
    .flatMap((key) =>
      key.startsWith("'") ? Array.from(key.slice(1), (letter) => (letter === ' ' ? 'space' : letter)) : [key],
    )
    .reduce((now, key) => actOn(now, key), buffer);
}

const where = ({ cursor }: TextBuffer): string => `${cursor.line}:${cursor.at}`;

describe('editText', () => {
  it('types letters and new lines where the insertion point is', () => {
    const typed = press(bufferOf('ac'), 'right', "'b", 'enter', "'x");
    expect(textOfBuffer(typed)).toBe('ab\nxc');
    expect(where(typed)).toBe('1:1');
  });

  it('moves by what a reader takes for a character', () => {
    const text = '👩‍💻e\u0301漢';
    const right = press(bufferOf(text), 'right');
    expect(right.cursor.at).toBe('👩‍💻'.length);
    expect(textOfBuffer(press(right, 'right', 'backspace'))).toBe('👩‍💻漢');
    expect(textOfBuffer(press(bufferOf(text), 'delete'))).toBe('e\u0301漢');
  });

  it('goes on to the next line at an end and back at a start', () => {
    const end = press(bufferOf('ab\ncd'), 'end', 'right');
    expect(where(end)).toBe('1:0');
    expect(where(press(end, 'left'))).toBe('0:2');
    expect(textOfBuffer(press(end, 'backspace'))).toBe('abcd');
    expect(textOfBuffer(press(bufferOf('ab\ncd'), 'end', 'delete'))).toBe('abcd');
  });

  it('keeps its column through shorter lines', () => {
    const buffer = press(bufferOf('long line\nx\nlong line'), 'end', 'down');
    expect(where(buffer)).toBe('1:1');
    expect(where(press(buffer, 'down'))).toBe('2:9');
    expect(where(press(buffer, 'left', 'down'))).toBe('2:0');
  });

  it('counts wide characters as two columns when it moves up and down', () => {
    expect(where(press(bufferOf('abcd\n漢字仮名'), 'right', 'right', 'down'))).toBe('1:1');
  });

  it('moves within a long line row by row as it is wrapped', () => {
    const buffer = press(bufferOf('deploy after all checks have passed on the stage'), 'right');
    expect(where(press(buffer, 'down'))).toBe('0:18');
    expect(where(press(buffer, 'down', 'down'))).toBe('0:37');
    expect(where(press(buffer, 'down', 'down', 'up'))).toBe('0:18');
  });

  it('goes to the very start and end beyond the first and last row', () => {
    expect(where(press(bufferOf('ab\ncd'), 'right', 'up'))).toBe('0:0');
    expect(where(press(bufferOf('ab\ncd'), 'down', 'down'))).toBe('1:2');
    expect(where(press(bufferOf('ab\ncd'), 'alt->'))).toBe('1:2');
    expect(where(press(bufferOf('ab\ncd'), 'alt->', 'alt-<'))).toBe('0:0');
  });

  it('moves by a page, one row less than the screen', () => {
    const buffer = bufferOf(Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n'));
    expect(where(press(buffer, 'pgdn', 'pgdn'))).toBe('8:0');
    expect(where(press(buffer, 'pgdn', 'pgdn', 'pgup'))).toBe('4:0');
  });

  it('moves by words over punctuation and lines', () => {
    const buffer = bufferOf('one, two\nthree');
    expect(where(press(buffer, 'alt-f'))).toBe('0:3');
    expect(where(press(buffer, 'alt-f', 'alt-f'))).toBe('0:8');
    expect(where(press(buffer, 'alt-f', 'alt-f', 'alt-f', 'alt-f'))).toBe('1:5');
    expect(where(press(buffer, 'down', 'end', 'alt-b'))).toBe('1:0');
    expect(where(press(buffer, 'end', 'alt-b'))).toBe('0:5');
  });

  it('cuts as readline does and puts back what was cut', () => {
    expect(textOfBuffer(press(bufferOf('one two'), 'end', 'ctrl-w'))).toBe('one ');
    expect(textOfBuffer(press(bufferOf('one two'), 'end', 'ctrl-u', 'ctrl-y', 'ctrl-y'))).toBe('one twoone two');
    const cut = press(bufferOf('one\ntwo'), 'ctrl-k');
    expect(textOfBuffer(cut)).toBe('\ntwo');
    expect(textOfBuffer(press(cut, 'ctrl-k'))).toBe('two');
  });

  it('knows keys that mean nothing in a text', () => {
    expect(editText(bufferOf(''), 'ctrl-s', room)).toBeUndefined();
    expect(editText(bufferOf(''), 'esc', room)).toBeUndefined();
  });
});

describe('pasteText', () => {
  it('makes lines of every kind of line end and keeps control characters', () => {
    const pasted = pasteText(press(bufferOf('[]'), 'right'), 'a\r\nb\rc\n\u001b[31m');
    expect(pasted.lines).toEqual(['[a', 'b', 'c', '\u001b[31m]']);
    expect(where(pasted)).toBe('3:5');
    expect(textOfBuffer(undo(pasted))).toBe('[]');
  });

  it('replaces half a surrogate pair', () => {
    expect(textOfBuffer(pasteText(bufferOf(''), 'a\ud800'))).toBe('a\ufffd');
  });
});

describe('undo and redo', () => {
  it('takes back words, not letters', () => {
    const typed = press(bufferOf(''), "'deploy now please");
    expect(textOfBuffer(undo(typed))).toBe('deploy now ');
    expect(textOfBuffer(undo(undo(typed)))).toBe('deploy ');
    expect(textOfBuffer(redo(undo(typed)))).toBe('deploy now please');
  });

  it('begins a new step where the insertion point was moved', () => {
    const typed = press(bufferOf(''), "'ab", 'left', "'c");
    expect(textOfBuffer(undo(typed))).toBe('ab');
    expect(where(undo(typed))).toBe('0:1');
  });

  it('takes back erased letters together, in both directions', () => {
    expect(textOfBuffer(undo(press(bufferOf('abc'), 'end', 'backspace', 'backspace')))).toBe('abc');
    expect(textOfBuffer(undo(press(bufferOf('abc'), 'delete', 'delete')))).toBe('abc');
  });

  it('comes back to the first text after any 300 keys, and forth again', () => {
    const keys = [
      'a',
      'space',
      'é',
      '漢',
      'enter',
      'tab',
      'backspace',
      'delete',
      'left',
      'right',
      'up',
      'down',
      'home',
    ];
    const more = [
      'end',
      'ctrl-w',
      'ctrl-k',
      'ctrl-u',
      'ctrl-y',
      'alt-d',
      'alt-b',
      'alt-f',
      'pgup',
      'pgdn',
      'undo',
      'redo',
    ];
    for (let seed = 0; seed < 40; seed += 1) {
      const random = seededRandom(seed);
      const all = [...keys, ...more];
      const first = 'one two\nthree 漢字\n\nlast line of it, which is wrapped';
      let buffer = bufferOf(first);
      for (let step = 0; step < 300; step += 1) {
        buffer = press(buffer, all[random.below(all.length)] ?? 'a');
        const line = buffer.lines[buffer.cursor.line];
        expect(line !== undefined && buffer.cursor.at <= line.length).toBe(true);
      }
      const back = [buffer];
      for (let now = buffer; now.undo.length > 0; back.unshift(now)) now = undo(now);
      expect(textOfBuffer(back[0] ?? buffer)).toBe(first);
      const forth = back.slice(0, 1);
      for (let now = back[0] ?? buffer; forth.length < back.length; forth.push(now)) now = redo(now);
      expect(forth.map(textOfBuffer)).toEqual(back.map(textOfBuffer));
    }
  });
});

describe('isModified', () => {
  it('is about the text, not about how often it was touched', () => {
    const buffer = bufferOf('abc');
    expect(isModified(press(buffer, "'x"))).toBe(true);
    expect(isModified(press(buffer, "'x", 'backspace'))).toBe(false);
  });
});

describe('replaceText', () => {
  it('can be undone and keeps the insertion point where it can', () => {
    const replaced = replaceText(press(bufferOf('one\ntwo'), 'down', 'end'), 'other');
    expect(textOfBuffer(replaced)).toBe('other');
    expect(where(replaced)).toBe('0:3');
    expect(textOfBuffer(undo(replaced))).toBe('one\ntwo');
  });
});

describe('a very long text', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `line ${index} of a text that goes on`).join('\n');

  it.each([
    ['10,000 lines', many],
    ['one line of 256 Ki characters', 'words of one line '.repeat(14_564)],
    ['one line of 256 Ki wide characters', '漢字'.repeat(131_072)],
  ])('takes 100 keys within the time of a test: %s', (_name, text) => {
    let buffer = press(bufferOf(text), 'pgdn', 'pgdn', 'end');
    const keys = ['a', 'b', 'space', 'backspace', 'left', 'right', 'up', 'down', 'enter', 'undo'];
    for (let round = 0; round < 10; round += 1) buffer = press(buffer, ...keys);
    expect(textOfBuffer(buffer).length).toBeGreaterThan(text.length - 100);
  });
});
