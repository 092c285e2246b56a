/** Gives actions the keys that the operator chose for them, and says which of them cannot be. Pure. */
import { nearest } from '../../kernel/nearest.ts';
import type { Keymap } from '../state/console-config.ts';
import { clashes, keyLabel, overlayFocuses, type Binding, type Focus } from './keymap.ts';

/** Esc closes what is open and ctrl-c interrupts, whatever else is changed. */
const FIXED: readonly string[] = ['esc', 'ctrl-c'];

/** Overlays say in their own line what to press; answers to questions stay where fingers know them. */
const OVERLAYS: ReadonlySet<Focus> = new Set(overlayFocuses);

/** The word for no key at all. */
export const NO_KEY = 'none';

interface Made {
  readonly bindings: readonly Binding[];
  readonly keymap: Keymap;
  readonly result: readonly Binding[];
}

let last: Made | undefined;

/** The same table with other keys; made once for each keymap. */
export function rebound(bindings: readonly Binding[], keymap: Keymap): readonly Binding[] {
  if (last?.bindings === bindings && last.keymap === keymap) return last.result;
  const result = bindings.map((binding) => withKeys(binding, keymap));
  last = { bindings, keymap, result };
  return result;
}

function withKeys(binding: Binding, keymap: Keymap): Binding {
  const keys = Object.hasOwn(keymap, binding.id) ? keymap[binding.id] : undefined;
  if (keys === undefined) return binding;
  return { ...binding, keys: [...keys, ...binding.keys.filter((key) => FIXED.includes(key))] };
}

/** `ctrl-r`, `[r, R]` or `none` of the file as a list of keys. */
export function keysFrom(value: unknown): readonly string[] {
  const keys = (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map(String);
  return keys.filter((key) => key !== NO_KEY).map((key) => (key === ' ' ? 'space' : key));
}

export interface KeymapFault {
  readonly id: string;
  readonly words: string;
}

/** Actions that are none, keys that no terminal sends, and keys that would mean two things in one place. */
export function keymapFaults(
  bindings: readonly Binding[],
  places: readonly (readonly Focus[])[],
  keymap: Keymap,
): readonly KeymapFault[] {
  const free = bindings.filter(({ focus }) => !OVERLAYS.has(focus));
  const ids = new Set(free.map(({ id }) => id));
  const wrong = Object.entries(keymap).flatMap(([id, keys]): KeymapFault[] => {
    if (!ids.has(id)) return [{ id, words: unknownWords(bindings, ids, id) }];
    return keys.flatMap((key) => {
      const words = keyFault(key);
      return words === undefined ? [] : [{ id, words }];
    });
  });
  if (wrong.length > 0) return wrong;
  const usual = new Set(clashes(bindings, places));
  const found = clashes(rebound(bindings, keymap), places).filter((clash) => !usual.has(clash));
  return [...new Map(found.map((clash) => clashFault(keymap, clash)).map((fault) => [fault.words, fault])).values()];
}

function unknownWords(bindings: readonly Binding[], ids: ReadonlySet<string>, id: string): string {
  if (bindings.some((binding) => binding.id === id)) {
    return 'keys in forms, lists over a pane, editors and questions stay as they are';
  }
  const meant = nearest(id, [...ids]);
  return `no action ${id}${meant === undefined ? ', docs/keys.md lists them' : `; did you mean ${meant}?`}`;
}

/** A clash is said as `instances: r is instance.restart and instance.retry`. */
function clashFault(keymap: Keymap, clash: string): KeymapFault {
  const words = clash.slice(clash.indexOf(': ') + 2);
  const named = words.split(' ').filter((word) => Object.hasOwn(keymap, word));
  return { id: named.at(-1) ?? '', words: `${words}: give one of them another key, or ${NO_KEY}` };
}

const NAMED: ReadonlySet<string> = new Set(
  `up down left right home end pgup pgdn delete backspace enter tab shift-tab space
   ctrl-left ctrl-right ctrl-up ctrl-down ctrl-home ctrl-end`.split(/\s+/),
);

/** What terminals send for these is another key. */
const SAME: Readonly<Record<string, string>> = {
  'ctrl-h': 'backspace',
  'ctrl-i': 'tab',
  'ctrl-j': 'enter',
  'ctrl-m': 'enter',
};

/** Undefined for a key that a terminal sends. */
function keyFault(key: string): string | undefined {
  if (FIXED.includes(key)) return `${keyLabel(key)} has its meaning everywhere, and keeps it`;
  const same = SAME[key];
  if (same !== undefined) return `terminals send ${key} as ${same}`;
  const isCharacter = key.length === String.fromCodePoint(key.codePointAt(0) ?? 0).length && !/[\p{C}\p{Z}]/u.test(key);
  if (isCharacter || isNamed(key)) return undefined;
  const lower = key
    .toLowerCase()
    .replace(/^(?:c-|\^|control-|ctrl\+)/, 'ctrl-')
    .replace(/^(?:m-|meta-|alt\+)/, 'alt-');
  const meant = isNamed(lower) && SAME[lower] === undefined ? lower : nearest(lower, [...NAMED]);
  return `${JSON.stringify(key)} is no key${meant === undefined ? ': such as r, R, ctrl-r, alt-r, pgup, space' : `; did you mean ${meant}?`}`;
}

function isNamed(key: string): boolean {
  return NAMED.has(key) || /^ctrl-[a-z]$/.test(key) || /^alt-[!-~]$/.test(key);
}
