/** Chooses which columns of a table are shown. */
import { bind, type Binding } from '../kit/keymap.ts';
import { atBottom, type OverlayKind } from '../kit/overlay.ts';
import type { Pane } from '../kit/pane.ts';
import { target } from '../kit/scroll.ts';
import type { Line } from '../kit/theme.ts';
import type { Ui } from '../kit/ui.ts';
import type { ColumnsState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

export function openColumns(ui: Ui, { id, columns = [] }: Pane): void {
  ui.open({ kind: 'columns', pane: id, titles: columns, index: 0 });
}

const open = ({ overlay }: UiState): ColumnsState | string =>
  overlay?.kind === 'columns' ? overlay : 'the list of columns is not open: c opens it';

/** Shows a column that is hidden, and hides one that is shown. */
function toggle(ui: Ui, { pane, titles, index }: ColumnsState): void {
  const { tables } = ui.state;
  const { hidden } = tables[pane];
  const title = titles[index];
  if (title === undefined) return;
  const next = hidden.includes(title) ? hidden.filter((one) => one !== title) : [...hidden, title];
  ui.set({ tables: { ...tables, [pane]: { ...tables[pane], hidden: next } } });
}

const step = (id: string, keys: readonly string[], help: string, by: 1 | -1): Binding =>
  bind({
    id: `columns.${id}`,
    keys,
    focus: 'columns',
    help,
    repeats: true,
    target: open,
    run: (overlay, ui) =>
      ui.set({ overlay: { ...overlay, index: target({ by }, overlay.index, overlay.titles.length, 1) } }),
  });

const keymap: readonly Binding[] = [
  step('up', ['up', 'k'], 'the column above', -1),
  step('down', ['down', 'j'], 'the column below', 1),
  bind({
    id: 'columns.toggle',
    keys: ['space'],
    focus: 'columns',
    help: 'show the column, or hide it',
    target: open,
    run: (overlay, ui) => toggle(ui, overlay),
  }),
  bind({
    id: 'columns.close',
    keys: ['esc', 'enter', 'c', 'q'],
    focus: 'columns',
    help: 'close the list of columns',
    repeats: true,
    target: open,
    run: (_columns, ui) => ui.close(),
  }),
];

export const columnsOverlay: OverlayKind<ColumnsState> = {
  keymap,
  focuses: () => ['columns'],
  view(state, { pane, titles, index }) {
    const { hidden } = state.tables[pane];
    const lines = titles.map((title, at): Line => [
      at === index ? ' ▸ ' : '   ',
      [hidden.includes(title) ? '[ ] ' : '[x] ', 'accent'],
      [title, at === index ? 'strong' : 'plain'],
    ]);
    return atBottom(state, 'Columns', lines);
  },
  hint: () => '↑ ↓ choose · space shows or hides · Esc closes',
  onPaste: (ui) => ui.notify('info', 'pasted text: ignored, keys are pressed one at a time'),
};
