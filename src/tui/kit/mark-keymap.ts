/** Keys that mark rows of a list for a verb that acts on several. */
import { plural } from '../../text/format.ts';
import type { UiState } from '../state/ui-store.ts';
import { bind, type Binding, type Focus } from './keymap.ts';
import type { Ui } from './ui.ts';

interface Row {
  readonly id: string;
}

interface MarkKeys<T extends Row> {
  /** `proposal`: the actions are `proposal.mark`, and their words. */
  readonly id: string;
  readonly focus: Focus;
  readonly help: string;
  readonly marked: (state: UiState) => ReadonlySet<string>;
  /** The row under the keys, or why it cannot be marked. */
  readonly current: (state: UiState) => T | string;
  /** All rows shown that can be marked, in their order; or why there is none. */
  readonly shown: (state: UiState) => readonly T[] | string;
  readonly put: (ui: Ui, marked: ReadonlySet<string>) => void;
}

/** `space` marks, `v` up to the one marked last, `*` all that are shown. */
export function markKeymap<T extends Row>({ id, focus, help, marked, current, shown, put }: MarkKeys<T>): Binding[] {
  return [
    bind<T>({
      id: `${id}.mark`,
      keys: ['space'],
      focus,
      help,
      hint: 'mark',
      target: current,
      run(row, ui) {
        const next = new Set(marked(ui.state));
        if (!next.delete(row.id)) next.add(row.id);
        put(ui, next);
      },
    }),
    bind<T>({
      id: `${id}.mark-range`,
      keys: ['v'],
      focus,
      help: 'mark all from the one marked last to this one',
      target: current,
      run(row, ui) {
        const rows = shown(ui.state);
        if (typeof rows === 'string') return;
        const before = marked(ui.state);
        const to = rows.findIndex((one) => one.id === row.id);
        const last = [...before].at(-1);
        const from = rows.findIndex((one) => one.id === last);
        if (from === -1) return ui.notify('info', 'space marks the row to begin with');
        const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
        put(ui, new Set([...before, ...range.map((one) => one.id)]));
      },
    }),
    bind({
      id: `${id}.mark-all`,
      keys: ['*'],
      focus,
      help: 'mark all that are shown, or none',
      target: shown,
      run(rows, ui) {
        const before = marked(ui.state);
        const isAll = rows.every((row) => before.has(row.id));
        put(ui, new Set(isAll ? [] : rows.map((row) => row.id)));
        ui.notify('info', isAll ? 'nothing is marked' : `${plural(rows.length, id)} marked`);
      },
    }),
  ];
}
