/** Makes a pane of a list: rows that are filtered, sorted and painted, a selection, and beside or below it a detail. */
import { clean } from '../../text/clean.ts';
import { count } from '../../text/format.ts';
import { briefProblem, wholeProblem } from '../state/filter.ts';
import type { UiState } from '../state/ui-store.ts';
import { layoutOf, windowTop } from './layout.ts';
import type { ListSource } from './list-source.ts';
import type { Pane, PaneFrame } from './pane.ts';
import { scopeWords } from './projects.ts';
import { target, type Move } from './scroll.ts';
import { isInDetail, paintSplit, type SplitParts } from './split-pane.ts';
import { paintList, type Table } from './table.ts';
import type { Ui } from './ui.ts';

type Made = 'paint' | 'filter' | 'setFilter' | 'filterProblem' | 'move' | 'hasDetail' | 'columns' | 'grows';

export interface ListPane<Row, Context> extends Omit<Pane, Made> {
  readonly source: ListSource<Row>;
  readonly table: Table<Row, Context>;
  /** What cells need beside their row. */
  readonly context: (state: UiState) => Context;
  /** The title in the border; default: the pane's own. */
  readonly heading?: (state: UiState) => string;
  /** Behind the filter in the border. */
  readonly note: (state: UiState) => string;
  /** In place of rows: which key brings some back, or what would fill the list. */
  readonly emptyLine: (state: UiState) => string;
  /** False while the selected row is in no row of the list. */
  readonly isSelectionListed?: (state: UiState) => boolean;
  /** The detail, with its title. */
  readonly detail: (state: UiState) => Omit<SplitParts, 'title' | 'note' | 'list'>;
  /** Movement while the detail has the focus. */
  readonly moveInDetail: (ui: Ui, move: Move) => void;
}

export function listPane<Row, Context>(spec: ListPane<Row, Context>): Pane {
  const { source, table, context, heading, note, emptyLine, isSelectionListed, detail, moveInDetail, ...rest } = spec;
  const list = (state: UiState, width: number, height: number): readonly string[] => {
    const rows = source.listed(state);
    const index = source.index(state);
    const window = {
      rows,
      top: windowTop(source.top(state), index, height, rows.length),
      height,
      selected: isSelectionListed?.(state) === false ? undefined : index,
      empty: `  ${nothingInProject(source, state) ?? emptyLine(state)}`,
    };
    return paintList(state.style, width, table, state.tables[spec.id].hidden, window, context(state));
  };
  return {
    ...rest,
    ...listParts(source, table),
    paint: (state): PaneFrame =>
      paintSplit(state, {
        title: `${heading?.(state) ?? spec.title}${scopeWords(state)}`,
        note: `${filterChip(source, state)}${note(state)}`,
        list: (width, height) => list(state, width, height),
        ...detail(state),
      }),
    move(ui, move) {
      if (isInDetail(ui.state)) moveInDetail(ui, move);
      else moveInList(ui, source, move);
    },
  };
}

/** Makes the parts that every pane with a table has, also one that paints itself. */
export function listParts<Row, Context>(
  source: ListSource<Row>,
  { columns, grows }: Table<Row, Context>,
): Pick<Pane, 'filter' | 'setFilter' | 'filterProblem' | 'hasDetail' | 'columns' | 'grows'> {
  return {
    hasDetail: true,
    columns: columns.map(({ title }) => title).filter((title) => title !== grows),
    grows,
    filter: (state) => source.filter(state).text,
    setFilter: (ui, text) => source.setFilter(ui, text),
    filterProblem: (state) => wholeProblem(source.filter(state).parsed),
  };
}

/** Of a list without a filter that may have rows in other projects. */
export function nothingInProject<Row>(source: ListSource<Row>, state: UiState): string | undefined {
  if (state.project === undefined || source.filter(state).text !== '') return undefined;
  return `nothing in project ${clean(state.project)} · ctrl-o shows others`;
}

/** `filter deploy · `; nothing without a filter. */
export function filterChip<Row>(source: ListSource<Row>, state: UiState): string {
  const { text, parsed } = source.filter(state);
  const problem = briefProblem(parsed);
  return text === '' ? '' : `filter ${clean(text)}${problem === undefined ? '' : ` (${clean(problem)})`} · `;
}

export function moveInList<Row>(ui: Ui, source: ListSource<Row>, move: Move): void {
  const { state } = ui;
  const page = Math.max(1, layoutOf(state).list);
  source.selectAt(ui, target(move, source.index(state), source.listed(state).length, page));
}

/** `1-20 of 1,204`: the rows on screen. */
export function rangeWords<Row>(source: ListSource<Row>, state: UiState): string {
  const total = source.listed(state).length;
  const { list } = layoutOf(state);
  const top = windowTop(source.top(state), source.index(state), list, total);
  const range = total === 0 ? '0' : `${count(top + 1)}-${count(Math.min(total, top + list))}`;
  return `${range} of ${count(total)}`;
}
