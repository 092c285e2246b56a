/** Lists the rows of a pane, filtered and sorted, and tells the one that the keys are about. */
import type { EngineView } from '../../engine/index.ts';
import type { ListState } from '../state/list.ts';
import { parseFilter, passing, settled, type Filter, type Filterable, type FilterFields } from '../state/filter.ts';
import { lastOf } from '../state/memo.ts';
import type { UiState } from '../state/ui-store.ts';
import { layoutOf } from './layout.ts';
import { selectedIndex, selectIn } from './list.ts';
import type { RowOrder } from './pane.ts';
import type { Rows } from './table.ts';
import type { Ui } from './ui.ts';

export interface ListSource<Row> {
  listed(state: UiState): Rows<Row>;
  /** The row of the selection; 0 for an empty list. */
  index(state: UiState): number;
  /** First row on screen when it was last chosen. */
  top(state: UiState): number;
  /** What `/` was given, and what it means. */
  filter(state: UiState): { readonly text: string; readonly parsed: Filter };
  setFilter(ui: Ui, text: string): void;
  /** Selects the row at this place, and keeps it on screen. */
  selectAt(ui: Ui, index: number): void;
}

export interface Order<Row> extends RowOrder {
  readonly compare: (a: Row, b: Row) => number;
}

interface HasId {
  readonly id: string;
}

type RowsById<Row> = ReadonlyMap<string, Row> | readonly Row[];

/** Panes whose state is that of a list. */
export type ListSlice = 'prompts' | 'personalities' | 'inbox' | 'sessions' | 'secrets' | 'tools';

/** Of the state what rows are made of. */
export type ListFrom<K extends ListSlice> = Pick<UiState, 'view' | 'tables' | 'project' | K>;

export interface SliceSpec<K extends ListSlice, Row extends HasId> {
  readonly slice: K;
  /** All there are; undefined while nothing is known of them. The same until one changes. */
  all(state: ListFrom<K>): RowsById<Row> | undefined;
  /** The project that a row belongs to; undefined: to all. */
  projectOf?(row: Row, agents: EngineView['agents'] | undefined): string | undefined;
  /** In place of it, where a row may belong to several projects. */
  isIn?(row: Row, project: string, servers: EngineView['servers'] | undefined): boolean;
  /** What may stand before a colon in the filter. */
  readonly filterFields: FilterFields;
  /** Asked once for a row. */
  filterable(row: Row): Filterable;
  /** The first one is the pane's own order. */
  readonly orders: readonly [Order<Row>, ...Order<Row>[]];
  /** Lets rows through before the filter does; the same function while it lets the same rows through. */
  narrow?(list: UiState[K]): ((row: Row) => boolean) | undefined;
  /** What is as it was at first when another row is selected. */
  readonly startOver?: Partial<UiState[K]>;
  /** What has to be so that this row is listed. */
  unhide?(list: UiState[K], row: Row): Partial<UiState[K]>;
}

export interface SliceSource<K extends ListSlice, Row extends HasId> extends ListSource<Row> {
  listed(state: ListFrom<K>): readonly Row[];
  /** The row that the keys are about: the selected one, else the one in its place. */
  selected(state: ListFrom<K>): Row | undefined;
  /** The state with this row selected; what hides it is lifted. */
  withSelected(state: UiState, id: string): UiState;
  /** Changes the state of the list. */
  patch(ui: Ui, change: Partial<UiState[K]>): void;
}

/** Rows of a list whose state is a part of the console's state. */
export function sliceSource<K extends ListSlice, Row extends HasId>(spec: SliceSpec<K, Row>): SliceSource<K, Row> {
  const { slice, orders } = spec;
  const none: readonly Row[] = [];
  const filterables = new WeakMap<Row, Filterable>();
  const parse = lastOf((text: string): Filter => parseFilter(text, spec.filterFields));
  const parsed = (text: string): Filter => settled(parse(text));
  const filterableOf = (row: Row): Filterable => {
    let found = filterables.get(row);
    if (found === undefined) {
      found = spec.filterable(row);
      filterables.set(row, found);
    }
    return found;
  };
  const sorted = lastOf((rows: RowsById<Row>, sort: string, reverse: boolean): readonly Row[] => {
    const order = orders.find(({ by }) => by === sort) ?? orders[0];
    const all = [...rows.values()].sort(order.compare);
    return reverse ? all.reverse() : all;
  });
  const ofProject = lastOf(
    (
      rows: readonly Row[],
      project: string,
      agents: EngineView['agents'] | undefined,
      servers: EngineView['servers'] | undefined,
      selected: string | undefined,
    ): readonly Row[] => {
      const belongs = (row: Row): boolean =>
        spec.isIn?.(row, project, servers) ?? (spec.projectOf?.(row, agents) ?? project) === project;
      // Where something led to a row of another project, it stays until the operator leaves it.
      return rows.filter((row) => row.id === selected || belongs(row));
    },
  );
  const kept = lastOf(
    (rows: readonly Row[], filter: Filter, isListed: ((row: Row) => boolean) | undefined): readonly Row[] => {
      return passing(filter, isListed === undefined ? rows : rows.filter(isListed), filterableOf);
    },
  );
  const listed = (state: ListFrom<K>): readonly Row[] => {
    const all = spec.all(state);
    if (all === undefined) return none;
    const list = state[slice];
    const { sort, reverse } = state.tables[slice];
    const { project, view } = state;
    const rows =
      project === undefined
        ? sorted(all, sort, reverse)
        : ofProject(sorted(all, sort, reverse), project, view?.agents, view?.servers, list.selected);
    return kept(rows, parsed(list.filter), spec.narrow?.(list));
  };
  const withList = (change: Partial<UiState[K]>, state: UiState): UiState => ({
    ...state,
    [slice]: { ...state[slice], ...change },
  });
  const patch = (ui: Ui, change: Partial<UiState[K]>): void => ui.set({ [slice]: { ...ui.state[slice], ...change } });
  const pageOf = (state: UiState): number => Math.max(1, layoutOf({ ...state, pane: slice, zoomed: false }).list);
  /** Another row begins at the start of its detail. */
  const selection = (state: UiState, id: string): Partial<UiState[K]> => {
    const list: ListState = state[slice];
    const next = selectIn(listed(state), list, id, pageOf(state));
    const change = next.selected === list.selected ? {} : spec.startOver;
    return { selected: id, at: next.at, top: next.top, ...change } as Partial<UiState[K]>;
  };
  return {
    listed,
    patch,
    index: (state) => selectedIndex(listed(state), state[slice]),
    top: (state) => state[slice].top,
    selected: (state) => listed(state)[selectedIndex(listed(state), state[slice])],
    filter(state) {
      // What a filter turns out to be is known once the rows went through it.
      listed(state);
      const { filter } = state[slice];
      return { text: filter, parsed: parsed(filter) };
    },
    setFilter: (ui, text) => patch(ui, { filter: text, top: 0 } as Partial<UiState[K]>),
    selectAt(ui, index) {
      const row = listed(ui.state)[index];
      if (row !== undefined) patch(ui, selection(ui.state, row.id));
    },
    withSelected(before, id) {
      const state = withList({ selected: id } as Partial<UiState[K]>, before);
      const isListed = listed(state).some((row) => row.id === id);
      const row = isListed ? undefined : [...(spec.all(state)?.values() ?? [])].find((one) => one.id === id);
      const lifted = { filter: '', ...(row === undefined ? {} : spec.unhide?.(state[slice], row)) } as Partial<
        UiState[K]
      >;
      const shown = isListed ? state : withList(lifted, state);
      return withList({ ...selection(shown, id), ...spec.startOver }, shown);
    },
  };
}
