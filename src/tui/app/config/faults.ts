/** Says what of the operator's keys and columns cannot be, by the tables of bindings and panes. */
import { nearest } from '../../../kernel/nearest.ts';
import { keymapFaults, keysFrom } from '../../kit/rebind.ts';
import type { Keymap } from '../../state/console-config.ts';
import { paneIds } from '../../state/pane-id.ts';
import { bindings, places } from '../bindings.ts';
import { panes } from '../panes.ts';

export interface ConsoleFault {
  /** Keys of the file, below `console`. */
  readonly path: readonly string[];
  readonly words: string;
}

/** As the file has them; undefined where it says nothing. */
export interface ConsoleTables {
  readonly keymap: unknown;
  readonly columns: unknown;
}

export function consoleFaults({ keymap, columns }: ConsoleTables): readonly ConsoleFault[] {
  return [
    ...keymapFaults(bindings, places, keymapFrom(keymap)).map(({ id, words }) => ({ path: ['keymap', id], words })),
    ...columnFaults(columns),
  ];
}

export function keymapFrom(value: unknown): Keymap {
  const entries = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.map(([id, keys]) => [id, keysFrom(keys)]));
}

function columnFaults(columns: unknown): readonly ConsoleFault[] {
  const entries = Object.entries((columns ?? {}) as Readonly<Record<string, unknown>>);
  return entries.flatMap(([name, titles]): readonly ConsoleFault[] => {
    const path = ['columns', name];
    const id = paneIds.find((one) => one === name);
    if (id === undefined) {
      const meant = nearest(name, paneIds);
      return [
        { path, words: `no pane ${name}; ${meant === undefined ? paneIds.join(', ') : `did you mean ${meant}?`}` },
      ];
    }
    const { columns: known = [], grows } = panes[id];
    if (known.length === 0) return [{ path, words: `the pane ${name} has no columns to choose from` }];
    const all = grows === undefined ? known : [...known, grows];
    const given = (Array.isArray(titles) ? (titles as readonly unknown[]) : [titles]).map(String);
    return given
      .filter((title) => !all.includes(title))
      .map((title) => ({ path, words: `no column ${JSON.stringify(title)} in ${name}: ${all.join(', ')}` }));
  });
}
