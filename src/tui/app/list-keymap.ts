/** Keys of any list: how its table is sorted, which columns it shows, and its share of the screen. */
import { always, bind, type Binding } from '../kit/keymap.ts';
import { layoutOf } from '../kit/layout.ts';
import type { Pane } from '../kit/pane.ts';
import type { Ui } from '../kit/ui.ts';
import { openColumns } from '../overlays/columns.ts';
import { fieldOf } from '../state/field.ts';
import { mostSplit, type TableState } from '../state/table.ts';
import type { UiState } from '../state/ui-store.ts';
import { paneOf } from './panes.ts';

function patchTable(ui: Ui, change: Partial<TableState>): void {
  const { tables, pane } = ui.state;
  ui.set({ tables: { ...tables, [pane]: { ...tables[pane], ...change } } });
}

function ordered(state: UiState): NonNullable<Pane['orders']> | string {
  const { orders = [] } = paneOf(state);
  return orders.length > 1 ? orders : 'the rows here have one order only';
}

function sortByNext(ui: Ui, orders: NonNullable<Pane['orders']>): void {
  const { tables, pane } = ui.state;
  const at = orders.findIndex(({ by }) => by === tables[pane].sort);
  const next = orders[(Math.max(0, at) + 1) % orders.length];
  if (next === undefined) return;
  patchTable(ui, { sort: next.by });
  if (next.said !== undefined) ui.notify('info', `sorted by ${next.said}`);
}

const withColumns = (state: UiState): UiState | string =>
  (paneOf(state).columns ?? []).length > 0 ? state : 'there is no table here';

/** Moves the line between list and detail; what does not move it any further is not counted. */
function moveSplit(ui: Ui, by: 1 | -1): void {
  const { state } = ui;
  const { tables, pane } = state;
  const split = tables[pane].split + by;
  const before = layoutOf(state);
  const after = layoutOf({ ...state, tables: { ...tables, [pane]: { ...tables[pane], split } } });
  const isMoved = before.beside !== after.beside || before.detail !== after.detail;
  if (isMoved && Math.abs(split) <= mostSplit) return patchTable(ui, { split });
  ui.notify('info', `the ${by === 1 ? 'detail' : 'list'} keeps this room`);
}

/** Where list and detail share the screen. */
function withSplit(state: UiState): UiState | string {
  if (state.zoomed) return 'only the detail is shown: Esc goes back';
  return layoutOf(state).detail > 0 ? state : 'there is no detail beside this list';
}

const splitKey = (by: 1 | -1): Binding =>
  bind({
    id: by === 1 ? 'list.larger' : 'list.smaller',
    keys: [by === 1 ? '>' : '<'],
    focus: 'list',
    help: by === 1 ? 'more room for the list, less for the detail' : 'more room for the detail, less for the list',
    repeats: true,
    target: withSplit,
    run: (_state, ui) => moveSplit(ui, by),
  });

export const listKeymap: readonly Binding[] = [
  bind({
    id: 'list.filter',
    keys: ['/'],
    focus: 'list',
    help: 'filter: word, !word, ~fuzzy, /regex/, state:error',
    target: always,
    run(state, ui) {
      const text = paneOf(state).filter(state);
      ui.open({ kind: 'filter', mode: 'filter', field: fieldOf(text), before: text });
    },
  }),
  bind({
    id: 'list.sort',
    keys: ['o'],
    focus: 'list',
    help: 'sort the rows by the next sortable column',
    target: ordered,
    run: (orders, ui) => sortByNext(ui, orders),
  }),
  bind({
    id: 'list.reverse-order',
    keys: ['O'],
    focus: 'list',
    help: 'reverse the order of the rows',
    target: ordered,
    run: (_orders, ui) => patchTable(ui, { reverse: !ui.state.tables[ui.state.pane].reverse }),
  }),
  bind({
    id: 'list.columns',
    keys: ['c'],
    focus: 'list',
    help: 'choose the columns that are shown',
    target: withColumns,
    run: (state, ui) => openColumns(ui, paneOf(state)),
  }),
  bind({
    id: 'list.wide',
    keys: ['W'],
    focus: 'list',
    help: 'all columns over the whole width, or the detail beside the list again',
    target: withColumns,
    run: ({ tables, pane }, ui) => patchTable(ui, { wide: !tables[pane].wide }),
  }),
  splitKey(-1),
  splitKey(1),
];
