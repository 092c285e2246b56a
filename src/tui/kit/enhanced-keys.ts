/**
 * Decodes keys as terminals with an enhanced keyboard send them: kitty's `CSI code;mods u`, xterm's modifyOtherKeys
 * `CSI 27;mods;code ~`, and modifiers on cursor keys. Another program may have left such a mode on.
 */

const SHIFT = 1;
const ALT = 2;
const CTRL = 4;
/** Super, hyper and meta: what a window manager keeps. */
const OTHERS = 8 | 16 | 32;

const named: Readonly<Record<number, string>> = {
  9: 'tab',
  13: 'enter',
  27: 'esc',
  32: 'space',
  127: 'backspace',
  57414: 'enter',
};

const arrows: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
};

const tildes: Readonly<Record<string, string>> = { 1: 'home', 3: 'delete', 4: 'end', 5: 'pgup', 6: 'pgdn' };

/**
 * `parameters` and `final` are those of the control sequence `CSI parameters final`.
 * Returns undefined for a sequence that is no such key, and '' for one that means nothing here: a key let go, or a modifier alone.
 */
export function enhancedKey(parameters: string, final: string): string | undefined {
  const fields = parameters.split(';').map((field) => field.split(':').map(Number));
  const [first = [], second = [], third = []] = fields;
  const [modifiers = 1, event = 1] = second;
  if (final === 'u') return event === 3 ? '' : keyOf(first[0] ?? 0, modifiers, first[1]);
  if (final === '~' && first[0] === 27 && third.length > 0) return keyOf(third[0] ?? 0, modifiers, undefined);
  const name = final === '~' ? tildes[String(first[0])] : arrows[final];
  if (name === undefined || fields.length < 2) return undefined;
  if (event === 3) return '';
  const held = modifiers - 1;
  if ((held & CTRL) !== 0) return `ctrl-${name}`;
  if ((held & ALT) !== 0) return name === 'right' ? 'alt-f' : name === 'left' ? 'alt-b' : `alt-${name}`;
  return name;
}

function keyOf(code: number, modifiers: number, shifted: number | undefined): string {
  const held = modifiers - 1;
  if ((held & OTHERS) !== 0) return '';
  const isShifted = (held & SHIFT) !== 0;
  const name = named[code];
  if (name !== undefined) {
    if (name === 'tab' && isShifted) return 'shift-tab';
    return (held & ALT) !== 0 ? `alt-${name}` : name;
  }
  // Keys of their own kind (volume, F13, modifiers) have codes in the private area.
  if (!Number.isInteger(code) || code < 32 || code > 0x10ffff || (code >= 0xe000 && code <= 0xf8ff)) return '';
  if (code >= 0xd800 && code <= 0xdfff) return '';
  const character = String.fromCodePoint(code);
  if ((held & CTRL) !== 0) return /^[a-z]$/i.test(character) ? `ctrl-${character.toLowerCase()}` : '';
  const text =
    isShifted && shifted !== undefined && shifted > 32 && shifted <= 0x10ffff
      ? String.fromCodePoint(shifted)
      : isShifted
        ? character.toUpperCase()
        : character;
  return (held & ALT) !== 0 ? `alt-${text}` : text;
}
