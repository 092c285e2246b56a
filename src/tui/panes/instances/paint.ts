/** Paints instances: a row each, what fails first; below it the detail of the selected one. */
import { charactersOf, clean, fit, widthOf } from '../../../text/clean.ts';
import { border, framed } from '../../kit/box.ts';
import { plural } from '../../../text/format.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { scopeWords } from '../../kit/projects.ts';
import { firstLine } from '../../kit/scroll.ts';
import { foldedWith, heardAt, instanceFilter, listedInstances, selectedInstance } from '../../kit/instances.ts';
import type { InstanceView } from '../../../engine/index.ts';
import { row } from '../../kit/theme.ts';
import type { DetailTab } from '../../state/panes/instances.ts';
import { briefProblem } from '../../state/filter.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { PaneFrame } from '../../kit/pane.ts';
import { detailTitle, detailView } from './detail.ts';
import { belowWords, viewerWords } from '../../kit/viewer/paint.ts';
import { paintList } from '../../kit/table.ts';
import { instanceTable, longestName } from './table.ts';

/** Rows of the pane's body, borders included. */
export function paintInstances(state: UiState): PaneFrame {
  const layout = layoutOf(state);
  const rows = state.zoomed ? [] : listRows(state);
  if (layout.detail === 0) return { rows: [...rows, bottom(state, listPosition(state))] };
  const title = detailBorder(state);
  const detail = detailRows(state);
  const foot = detailFoot(state);
  return {
    rows: [...rows, title, ...detail.rows, bottom(state, foot)],
    ...(detail.table === undefined ? {} : { table: { ...detail.table, top: detail.table.top + rows.length + 1 } }),
  };
}

function bottom(state: UiState, note: string): string {
  const { style, size } = state;
  const shown = note === '' ? '' : ` ${note} `;
  const line = '─'.repeat(Math.max(0, size.columns - 2 - widthOf(shown)));
  return row(style, size.columns, [[`└${line}${shown}┘`, 'dim']]);
}

function listPosition(state: UiState): string {
  return state.size.columns < 80 ? 'enter = detail' : '';
}

function listRows(state: UiState): string[] {
  const { style, size, instances, tables, link } = state;
  const { list, columns } = layoutOf(state);
  const rows = listedInstances(state);
  const current = selectedInstance(state);
  const index = current === undefined ? 0 : rows.indexOf(current);
  const top = windowTop(instances.top, index, list, rows.length);
  const range = rows.length === 0 ? '0' : `${top + 1}-${Math.min(rows.length, top + list)}`;
  const { sort, reverse, hidden, wide } = tables.instances;
  const order = `${sort === '' ? 'STATE' : sort} ${reverse ? '↓' : '↑'}`;
  const note =
    size.columns >= 100
      ? `sort ${order} · ${filterChip(state)}${range} of ${rows.length}`
      : `${chips(state)}${order} ${range}/${rows.length}`;
  const window = { rows, top, height: list, selected: index, empty: emptyLine(state) };
  const context = {
    now: heardAt(state),
    isAway: link.state === 'lost',
    longestName: longestName(rows),
    isWide: wide,
    marked: instances.marked,
    foldedWith: (one: InstanceView) => foldedWith(state, one),
  };
  return [
    border(style, columns, 'top', [[`Instances${scopeWords(state)}`, 'strong']], note),
    ...paintList(style, columns - 2, instanceTable, hidden, window, context).map((text) => framed(style, text)),
  ];
}

function filterChip({ instances }: UiState): string {
  const { filter, marked, problemsOnly } = instances;
  const chips = [
    ...(marked.size === 0 ? [] : [`${marked.size} marked`]),
    ...(filter === '' ? [] : [`filter ${clean(filter)}${problemOf(filter)}`]),
    ...(problemsOnly ? ['! problems only'] : []),
  ];
  return chips.map((chip) => `${chip} · `).join('');
}

function problemOf(filter: string): string {
  const problem = briefProblem(instanceFilter(filter));
  return problem === undefined ? '' : ` (${clean(problem)})`;
}

function chips({ instances }: UiState): string {
  const filter = instances.filter === '' ? '' : `/${clean(instances.filter)}${problemOf(instances.filter)} · `;
  return `${filter}${instances.problemsOnly ? '! only · ' : ''}`;
}

/** A list made empty by a filter says which key brings the rows back. */
function emptyLine(state: UiState): string {
  const all = state.view?.instances.size ?? 0;
  if (state.instances.filter !== '') return `    none of ${plural(all, 'instance')} matches the filter · Esc clears it`;
  if (state.instances.problemsOnly) return `    nothing fails · ! shows all ${plural(all, 'instance')} again`;
  if (state.project !== undefined) return `    nothing in project ${clean(state.project)} · ctrl-o shows others`;
  return '    no instance: every server has 0 replicas';
}

function detailBorder(state: UiState): string {
  const { style, size, zoomed, focus } = state;
  const { columns, rows, body, detail } = layoutOf(state);
  const instance = selectedInstance(state);
  const edge = zoomed ? 'top' : 'middle';
  if (instance === undefined) return border(style, columns, edge);
  if (detail <= 3) return border(style, columns, edge, [[clean(instance.name), 'strong']], 'enter = full detail');
  const note = zoomed
    ? '[ ] tab · Esc back'
    : focus === 'detail'
      ? '[ ] tab · + zoom · Esc to the list'
      : '[ ] tab · + zoom';
  return border(style, columns, edge, detailTitle(state, instance), rows < body || size.columns >= 80 ? note : '');
}

const STATES = {
  ok: '● ok',
  stale: '▲ old value',
  unresolved: '✗ unresolved',
  unknown: '○ unknown',
} as const;

interface DetailRows {
  readonly rows: readonly string[];
  readonly table?: NonNullable<PaneFrame['table']>;
}

function detailRows(state: UiState): DetailRows {
  const { style } = state;
  const { detail: height, columns } = layoutOf(state);
  const inner = columns - 2;
  const view = detailView(state);
  const top = firstLine({ top: state.detail.top, left: 0 }, view.total, view.page);
  const rows: string[] = [];
  for (const line of view.head.slice(0, height)) rows.push(framed(style, row(style, inner, [' ', ...line])));
  const env =
    state.detail.tab === 'Env' && state.detail.of === selectedInstance(state)?.id ? state.detail.data?.env : undefined;
  const isTable = env !== undefined && env.length > 0 && height > 3;
  const start = rows.length;
  for (let slot = 0; rows.length < height; slot += 1) {
    rows.push(framed(style, row(style, inner, isTable ? [] : [' ', ...(view.lines[slot] ?? [])])));
  }
  if (!isTable) return { rows };
  const shown = env.slice(top, top + view.page);
  const widest = Math.max(8, Math.floor((inner - 24) / 2));
  const data = shown.map((entry) => ({
    NAME: tableCell(entry.name, widest),
    'VALUE FROM': tableCell(entry.from, widest),
    STATE: STATES[entry.state],
  }));
  return { rows, table: { top: start, height: height - start, data } };
}

/** ink-table measures by code units: what is wider than that is shown by its code points. */
function tableCell(text: string, width: number): string {
  const cleaned = clean(text);
  if (widthOf(cleaned) === cleaned.length) return fit(cleaned, width).trimEnd();
  return fit(
    charactersOf(cleaned)
      .map((c) => (widthOf(c) === c.length ? c : `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`))
      .join(''),
    width,
  ).trimEnd();
}

const nouns: Readonly<Partial<Record<DetailTab, string>>> = {
  Events: 'event',
  Tools: 'tool',
  Spec: 'line',
  Raw: 'line',
};

function detailFoot(state: UiState): string {
  const { detail } = layoutOf(state);
  const view = detailView(state);
  if (detail <= 3) return '';
  if (view.read !== undefined) {
    const isLog = state.detail.tab === 'Logs';
    const below = isLog ? belowWords(view.read) : undefined;
    const follow = !isLog ? '' : below === undefined ? 'follow ▼' : `${below} · G follows`;
    return [follow, viewerWords(view.read, nouns[state.detail.tab])].filter(Boolean).join(' · ');
  }
  if (view.total <= 0) return '';
  const top = firstLine({ top: state.detail.top, left: 0 }, view.total, view.page);
  const bottomLine = Math.min(view.total, top + view.page);
  return `${top + 1}-${bottomLine} of ${view.total === 1 ? '1 entry' : `${view.total} entries`}`;
}
