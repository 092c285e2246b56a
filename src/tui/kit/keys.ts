/** Parses the terminal's bytes into key presses. Pure: the time-out that turns a lone Esc into a key is the caller's. */
import { enhancedKey } from './enhanced-keys.ts';

export type InputEvent =
  /** `j`, `D`, `up`, `ctrl-d`, `alt-x`, `enter`, `esc`, `space`. `alone`: it was all that arrived at that moment. */
  | { readonly kind: 'key'; readonly key: string; readonly alone: boolean }
  | { readonly kind: 'paste'; readonly text: string }
  /** The wheel up or down, or the first button at a cell; from 0. */
  | { readonly kind: 'mouse'; readonly act: 'up' | 'down' | 'click'; readonly row: number; readonly column: number };

export interface ParsedInput {
  readonly events: readonly InputEvent[];
  /** The beginning of a sequence whose end has not arrived. */
  readonly pending: string;
}

const pasteStart = '\u001B[200~';
const pasteEnd = '\u001B[201~';

// oxlint-disable-next-line no-control-regex -- ESC is what introduces the sequences
const sequence = /^\u001B(?:\[[0-9;:<=>?]*[ -/]*[@-~]|\[\[[A-E]|O[ -~]|[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\))/;
// oxlint-disable-next-line no-control-regex -- as above
const unfinished = /^\u001B(?:\[[0-9;:<=>?]*[ -/]*|\[\[|O|[\]PX^_][^\u0007\u001B]*\u001B?)?$/;

const sequences: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[5~': 'pgup',
  '[6~': 'pgdn',
  '[3~': 'delete',
  '[Z': 'shift-tab',
  '[1;5C': 'ctrl-right',
  '[1;5D': 'ctrl-left',
  '[1;5H': 'ctrl-home',
  '[1;5F': 'ctrl-end',
  '[1;3C': 'alt-f',
  '[1;3D': 'alt-b',
};

const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007F': 'backspace',
  '\b': 'backspace',
  '\u001B': 'esc',
  ' ': 'space',
};

/** Longest paste, control string or sequence that is waited for; beyond it the beginning is dropped. */
const pendingLimit = 1 << 20;

/** `ended`: nothing more of `pending` came in time, so it is taken as it stands (a lone ESC is the Esc key). */
export function parseInput(pending: string, chunk: string, ended = false): ParsedInput {
  const input = pending + chunk;
  const keys: (string | { readonly paste: string } | MouseEvent)[] = [];
  let at = 0;
  let rest = '';
  while (at < input.length) {
    if (input.startsWith(pasteStart, at)) {
      const end = input.indexOf(pasteEnd, at);
      if (end === -1) {
        rest = input.slice(at);
        break;
      }
      keys.push({ paste: input.slice(at + pasteStart.length, end) });
      at = end + pasteEnd.length;
      continue;
    }
    if (input[at] !== '\u001B') {
      const character = String.fromCodePoint(input.codePointAt(at) ?? 0);
      keys.push(keyOf(character));
      at += character.length;
      continue;
    }
    const tail = input.slice(at);
    const found = sequence.exec(tail)?.[0];
    if (found !== undefined) {
      keys.push(sequences[found.slice(1)] ?? mouseEvent(found) ?? controlKey(found) ?? '');
      at += found.length;
    } else if (unfinished.test(tail)) {
      if (!ended) rest = tail;
      // A lone ESC is the key; the torn beginning of a sequence is nothing that was typed.
      else if (tail === '\u001B') keys.push('esc');
      break;
    } else {
      const character = String.fromCodePoint(input.codePointAt(at + 1) ?? 0);
      keys.push(character === '\u001B' ? 'esc' : `alt-${keyOf(character)}`);
      at += character === '\u001B' ? 1 : 1 + character.length;
    }
  }
  const alone = keys.length === 1;
  const events = keys
    .filter((key) => key !== '')
    .map((key): InputEvent => {
      if (typeof key === 'string') return { kind: 'key', key, alone };
      return 'paste' in key ? { kind: 'paste', text: key.paste } : key;
    });
  return { events, pending: rest.length > pendingLimit ? '' : rest };
}

type MouseEvent = InputEvent & { readonly kind: 'mouse' };

/** xterm's SGR reports, `CSI < button ; column ; row M`; buttons let go, moved or with modifiers are nothing. */
function mouseEvent(found: string): MouseEvent | undefined {
  const [, button, column, line] = /^.\[<(\d{1,3});(\d{1,5});(\d{1,5})M$/.exec(found) ?? [];
  const act = button === '64' ? 'up' : button === '65' ? 'down' : button === '0' ? 'click' : undefined;
  return act === undefined ? undefined : { kind: 'mouse', act, row: Number(line) - 1, column: Number(column) - 1 };
}

/** Of `CSI parameters final`; undefined for everything else. */
function controlKey(found: string): string | undefined {
  const [, parameters, final] = /^.\[([0-9;:]+)([A-Zu~])$/.exec(found) ?? [];
  return parameters === undefined || final === undefined ? undefined : enhancedKey(parameters, final);
}

/** Whether a time-out may end the wait: not within a paste, whose end always comes. */
export function mayTimeOut(pending: string): boolean {
  return pending !== '' && !pending.startsWith(pasteStart);
}

function keyOf(character: string): string {
  const known = controls[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 1 && code <= 26) return `ctrl-${String.fromCharCode(96 + code)}`;
  // The other controls, C1 and lone surrogates are keys of nothing.
  if (code < 32 || (code >= 127 && code < 160) || (code >= 0xd800 && code <= 0xdfff)) return '';
  return character;
}

/** The text a key puts into a field; undefined for keys that are no text. */
export function textOf(key: string): string | undefined {
  if (key === 'space') return ' ';
  return key.length === 1 || key.length === String.fromCodePoint(key.codePointAt(0) ?? 0).length ? key : undefined;
}
