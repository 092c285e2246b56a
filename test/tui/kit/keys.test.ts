import { describe, expect, it } from 'vitest';
import { mayTimeOut, parseInput } from '../../../src/tui/kit/keys.ts';
import { seededRandom } from '../../support/builders/random.ts';

const keysOf = (chunk: string): unknown[] =>
  parseInput('', chunk).events.map((event) =>
    event.kind === 'key' ? event.key : event.kind === 'paste' ? { paste: event.text } : event,
  );

describe('parseInput', () => {
  it.each([
    ['j', ['j']],
    ['\u001B[A', ['up']],
    ['\u001BOB', ['down']],
    ['\u001B[6~', ['pgdn']],
    ['\r', ['enter']],
    ['\u0004', ['ctrl-d']],
    ['\u001Bx', ['alt-x']],
    ['\u001B[1;5C\u001B[1;3D', ['ctrl-right', 'alt-b']],
    ['日', ['日']],
    ['\u001B[200~D\nyes\u001B[201~', [{ paste: 'D\nyes' }]],
  ])('reads %j', (chunk, keys) => {
    expect(keysOf(chunk)).toEqual(keys);
  });

  it.each([
    ['focus in and out', '\u001B[I\u001B[O'],
    ['a cursor position', '\u001B[12;40R'],
    ['device attributes', '\u001B[?62;22c'],
    ['a mouse button let go', '\u001B[<0;10;10m'],
    ['a mouse that moves', '\u001B[<35;10;10M'],
    ['an older mouse report', '\u001B[M'],
    ['the answer to a clipboard query', '\u001B]52;c;eXk=\u0007'],
    ['a version string', '\u001BP>|xterm(390)\u001B\\'],
    ['a key that means nothing here', '\u001B[15~'],
  ])('makes no key of %s', (_name, chunk) => {
    expect(keysOf(chunk)).toEqual([]);
  });

  it.each([
    ['kitty: a letter', '\u001B[106u', ['j']],
    ['kitty: shift with the shifted key', '\u001B[106:74;2u', ['J']],
    ['kitty: shift without it', '\u001B[100;2u', ['D']],
    ['kitty: ctrl-c', '\u001B[99;5u', ['ctrl-c']],
    ['kitty: alt-x', '\u001B[120;3u', ['alt-x']],
    [
      'kitty: esc, enter, tab, shift-tab',
      '\u001B[27u\u001B[13u\u001B[9u\u001B[9;2u',
      ['esc', 'enter', 'tab', 'shift-tab'],
    ],
    ['kitty: a key let go', '\u001B[106;1:3u', []],
    ['kitty: a modifier alone', '\u001B[57441;2u', []],
    ['kitty: with super', '\u001B[113;9u', []],
    ['kitty: a repeat', '\u001B[106;1:2u', ['j']],
    ['modifyOtherKeys: ctrl-d', '\u001B[27;5;100~', ['ctrl-d']],
    ['modifyOtherKeys: shift-D', '\u001B[27;2;68~', ['D']],
    ['shift and an arrow', '\u001B[1;2B', ['down']],
    ['an arrow let go', '\u001B[1;1:3A', []],
    ['ctrl and page down', '\u001B[6;5~', ['ctrl-pgdn']],
    ['what no code point is', '\u001B[99999999u\u001B[55296u', []],
  ])('reads an enhanced keyboard, %s', (_name, chunk, keys) => {
    expect(keysOf(chunk)).toEqual(keys);
  });

  it('reads the wheel and the first button', () => {
    expect(parseInput('', '\u001B[<64;1;2M\u001B[<65;1;2M\u001B[<0;10;5M').events).toEqual([
      { kind: 'mouse', act: 'up', row: 1, column: 0 },
      { kind: 'mouse', act: 'down', row: 1, column: 0 },
      { kind: 'mouse', act: 'click', row: 4, column: 9 },
    ]);
  });

  it('gives the same keys however the bytes are split', () => {
    const whole = 'j\u001B[A\u001B[12;40Rk\u001B]52;c;eXk=\u0007\u001B[200~pasted\u001B[201~\u001BOBq';
    const random = seededRandom(3);
    for (let round = 0; round < 500; round += 1) {
      const cut = random.below(whole.length);
      const first = parseInput('', whole.slice(0, cut));
      const second = parseInput(first.pending, whole.slice(cut));
      const keys = [...first.events, ...second.events].map((event) =>
        event.kind === 'key' ? event.key : event.kind === 'paste' ? event.text : event.act,
      );
      expect(keys, `cut at ${cut}`).toEqual(['j', 'up', 'k', 'pasted', 'down', 'q']);
    }
  });

  it('says of a key whether it came alone', () => {
    expect(parseInput('', 'y').events).toEqual([{ kind: 'key', key: 'y', alone: true }]);
    expect(parseInput('', 'sy').events.map((event) => event.kind === 'key' && event.alone)).toEqual([false, false]);
    // A reply of the terminal that shares a chunk with a key does not make it alone.
    expect(parseInput('', '\u001B[Iy').events).toEqual([{ kind: 'key', key: 'y', alone: false }]);
  });

  it('takes a lone ESC for the key once nothing follows, and drops a torn sequence', () => {
    const waiting = parseInput('', '\u001B');
    expect(waiting).toEqual({ events: [], pending: '\u001B' });
    expect(mayTimeOut(waiting.pending)).toBe(true);
    expect(parseInput(waiting.pending, '', true).events).toEqual([{ kind: 'key', key: 'esc', alone: true }]);
    expect(parseInput('\u001B[1;', '', true)).toEqual({ events: [], pending: '' });
  });

  it('waits for the end of a paste as long as it takes', () => {
    const { pending } = parseInput('', '\u001B[200~half');
    expect(mayTimeOut(pending)).toBe(false);
    expect(parseInput(pending, ' whole\u001B[201~').events).toEqual([{ kind: 'paste', text: 'half whole' }]);
  });
});
