/** Tools: what agents can call, by server, what each takes of a context; its schema, and calling it. */
import type { Ui } from '../../kit/ui.ts';
import { clean, cut } from '../../../text/clean.ts';
import { withFound } from '../../kit/find.ts';
import type { PaneFrame, Pane } from '../../kit/pane.ts';
import { count, plural } from '../../../text/format.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { movedIn, selectedIndex } from '../../kit/list.ts';
import { scroll, type Move } from '../../kit/scroll.ts';
import { detailRoom, isInDetail, paintSplit } from '../../kit/split-pane.ts';
import { row, type Span, type Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { cancelRunning, runningCall } from './call.ts';
import { toolsCopyItems } from './copy.ts';
import { toolDetail, type ToolDetail } from './detail.ts';
import { foundWords, toolFinder } from './finding.ts';
import { wantedTools } from './load.ts';
import { listedTools, selectedTool, toolFilter, totals } from './rows.ts';
import { startOfTab, toolTabs } from '../../state/panes/tools.ts';
import { toolColumns, toolHeading, toolRow } from './table.ts';

function paint(state: UiState): PaneFrame {
  const detail = toolDetail(state);
  return paintSplit(state, {
    title: 'Tools',
    note: note(state),
    list: (width, height) => listRows(state, width, height),
    detailTitle: detail === undefined ? [] : titleOf(state, detail),
    detailNote: detailNote(state),
    detail: () => (detail === undefined ? [] : [...detail.head, ...shownLines(state, detail)]),
    foot: detail === undefined ? '' : footOf(state, detail),
  });
}

function note(state: UiState): string {
  const { tools } = state;
  const parsed = toolFilter(tools.filter);
  const shown = tools.filter === '' ? '' : `filter ${clean(tools.filter)}${parsed.ok ? '' : ` (${parsed.reason})`} · `;
  const sorted = tools.sort === 'TOKENS' ? '≈TOK ↓ · ' : '';
  if (tools.rows === undefined) return shown;
  const { tokens } = totals(tools.rows);
  const listed = tools.filter === '' ? '' : `${count(listedTools(state).length)} of `;
  return `${shown}${sorted}${listed}${plural(tools.rows.length, 'tool')} · ≈${count(tokens)} tok`;
}

function listRows(state: UiState, width: number, height: number): readonly string[] {
  const { style, tools } = state;
  const listed = listedTools(state);
  const index = selectedIndex(listed, tools);
  const top = windowTop(tools.top, index, height, listed.length);
  const visible = listed.slice(top, top + height);
  const columns = toolColumns(width, visible);
  const running = runningCall(state)?.tool;
  const rows = [toolHeading(style, width, columns)];
  for (let slot = 0; slot < height; slot += 1) {
    const tool = visible[slot];
    if (tool === undefined)
      rows.push(row(style, width, slot === 1 && listed.length === 0 ? [`  ${emptyLine(state)}`] : []));
    else
      rows.push(toolRow(style, width, columns, tool, { selected: top + slot === index, running: tool.id === running }));
  }
  return rows;
}

/** A list made empty says which key brings rows back, or what would fill it. */
function emptyLine({ tools }: UiState): string {
  if (tools.error !== undefined) return `not available: ${clean(tools.error)} · ctrl-r asks again`;
  if (tools.rows === undefined) return 'loading …';
  if (tools.filter !== '') return 'no tool matches the filter · Esc clears it';
  return tools.unknown.length > 0 ? 'no server has told its tools yet: 1 shows why' : 'no server offers tools';
}

function titleOf(state: UiState, { tool, tab }: ToolDetail): readonly Span[] {
  const name: Span = [clean(tool.name), 'strong'];
  if (detailRoom(state).isPeek) return [name];
  const names = toolTabs.map((one): Span => (one === tab ? [`[${one}]`, 'strong'] : one));
  return [name, ' · ', ...names.flatMap((one, at): Span[] => (at === 0 ? [one] : [' ', one]))];
}

function shownLines({ tools }: UiState, { lines, top, page }: ToolDetail): readonly Line[] {
  const { find, place } = tools;
  return lines.slice(top, top + page).map((line, slot) => withFound(line, find, top + slot === place.found));
}

function detailNote(state: UiState): string {
  if (detailRoom(state).isPeek) return 'enter = schema · x call';
  return state.zoomed ? '[ ] tab · V raw · Esc back' : '[ ] tab · + zoom';
}

/** What the server's tools take together; which servers have told none; where in the text. */
function footOf(state: UiState, { tool, lines, top, page }: ToolDetail): string {
  const { rows = [], unknown, tab, isRaw, find } = state.tools;
  const place = `${count(top + 1)}-${count(Math.min(lines.length, top + page))} of ${count(lines.length)}`;
  if (find !== '' && toolFinder(state) !== undefined) {
    return `find ${cut(clean(find), 24)}: ${foundWords(state)} · n N · Esc ends · ${place}`;
  }
  const server = totals(rows).byServer.get(tool.server);
  const told =
    server === undefined ? '' : `${clean(tool.server)}: ${plural(server.tools, 'tool')} ≈${count(server.tokens)} tok`;
  const missing = unknown.length === 0 ? '' : ` · not known: ${clean(unknown.slice(0, 4).join(', '))}`;
  if (detailRoom(state).isPeek || lines.length <= page) return `${told}${missing}`;
  const manner = tab === 'Result' && isRaw ? 'raw · ' : '';
  return `${told}${missing} · ${manner}${place}`;
}

function move(ui: Ui, by: Move): void {
  const { state } = ui;
  const { tools } = state;
  if (!isInDetail(state)) {
    const page = Math.max(1, layoutOf(state).list);
    const list = movedIn(listedTools(state), tools, by, page);
    const place = list.selected === tools.selected ? tools.place : startOfTab;
    return ui.set({ tools: { ...tools, ...list, place } });
  }
  const detail = toolDetail(state);
  if (detail === undefined) return;
  const { lines, page } = detail;
  const { top } = scroll({ ...tools.place, top: detail.top }, by, lines.length, page);
  const last = Math.max(0, lines.length - page);
  ui.set({ tools: { ...tools, place: { ...tools.place, top: top === 'end' ? last : top } } });
}

export const toolsPane: Pane = {
  id: 'tools',
  number: '9',
  title: 'Tools',
  short: 'Tls',
  legend: '▲ agents cannot reach it, or it hides another  ◐ is being called',
  hasDetail: true,
  badge(state) {
    const total = [...(state.view?.upstreams.values() ?? [])].reduce((sum, { tools = 0 }) => sum + tools, 0);
    return `${total === 0 ? '' : count(total)}${runningCall(state) === undefined ? '' : '◐'}`;
  },
  paint,
  filter: ({ tools }) => tools.filter,
  setFilter: (ui, text) => ui.set({ tools: { ...ui.state.tools, filter: text, top: 0 } }),
  filterProblem({ tools }) {
    const filter = toolFilter(tools.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move,
  selectedName(state) {
    const tool = selectedTool(state);
    return tool === undefined ? '' : clean(tool.name);
  },
  copyItems: toolsCopyItems,
  finder: toolFinder,
  cancel: cancelRunning,
  wants: wantedTools,
  refresh: ({ tools }) => ({ tools: { ...tools, asked: tools.asked + 1, error: undefined } }),
};
