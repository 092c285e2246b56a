/** Shows tools: what agents can call, by server, what each takes of a context; its schema, and calling it. */
import { clean } from '../../../text/clean.ts';
import type { Pane } from '../../kit/pane.ts';
import { count, plural } from '../../../text/format.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import { viewerWords } from '../../kit/viewer/paint.ts';
import { tabbedTitle, titleRoom } from '../../kit/tabbed-title.ts';
import type { Span } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { cancelRunning, runningCall } from './call.ts';
import { toolsCopyItems } from './copy.ts';
import { toolDetail, toolText, type ToolDetail } from './detail.ts';
import { wantedTools } from './load.ts';
import { tokensOfAll, totals, toolList, toolOrders } from './rows.ts';
import { toolTabs } from '../../state/panes/tools.ts';
import { toolTable } from './table.ts';
import { listPane } from '../../kit/list-pane.ts';

function note(state: UiState): string {
  const { tools, tables } = state;
  if (tools.rows === undefined) return '';
  const sorted = tables.tools.sort === '≈TOK' ? `≈TOK ${tables.tools.reverse ? '↑' : '↓'} · ` : '';
  const rows = toolList.listed(state);
  const listed = rows.length === tools.rows.length ? '' : `${count(rows.length)} of `;
  return `${sorted}${listed}${plural(tools.rows.length, 'tool')} · ≈${count(tokensOfAll(rows))} tok`;
}

/** A list made empty says which key brings rows back, or what would fill it. */
function emptyLine({ tools }: UiState): string {
  if (tools.error !== undefined) return `not available: ${clean(tools.error)} · ctrl-r asks again`;
  if (tools.rows === undefined) return 'loading …';
  if (tools.filter !== '') return 'no tool matches the filter · Esc clears it';
  return tools.unknown.length > 0 ? 'no server has listed its tools yet: 1 shows why' : 'no server offers tools';
}

function titleOf(state: UiState, { tool, tab }: ToolDetail): readonly Span[] {
  const name = clean(tool.name);
  if (detailRoom(state).isPeek) return [[name, 'strong']];
  return tabbedTitle({ name, versions: '', tabs: toolTabs, active: tab }, titleRoom(state));
}

function detailNote(state: UiState): string {
  if (detailRoom(state).isPeek) return 'enter = schema · x call';
  return state.zoomed ? '[ ] tab · V raw · Esc back' : '[ ] tab · + zoom';
}

/** What the server's tools take together; which servers have told none; where in the text. */
function footOf(state: UiState, { tool, read }: ToolDetail): string {
  const { rows = [], unknown, tab, isRaw } = state.tools;
  const place = read === undefined ? '' : viewerWords(read);
  if (read !== undefined && read.view.find !== '' && isInDetail(state)) return place;
  const server = totals(rows).get(tool.server);
  const told =
    server === undefined ? '' : `${clean(tool.server)}: ${plural(server.tools, 'tool')} ≈${count(server.tokens)} tok`;
  const missing = unknown.length === 0 ? '' : ` · no tools from: ${clean(unknown.slice(0, 4).join(', '))}`;
  if (place === '') return `${told}${missing}`;
  const manner = tab === 'Result' && isRaw ? 'raw · ' : '';
  return `${told}${missing} · ${manner}${place}`;
}

export const toolsPane: Pane = listPane({
  id: 'tools',
  number: '9',
  title: 'Tools',
  short: 'Tls',
  legend: '▲ agents cannot reach it, or it hides another  ◐ is being called',
  source: toolList,
  orders: toolOrders,
  table: toolTable,
  context: (state) => ({ running: runningCall(state)?.tool }),
  note,
  emptyLine,
  badge(state) {
    const total = [...(state.view?.upstreams.values() ?? [])].reduce((sum, { tools = 0 }) => sum + tools, 0);
    return `${total === 0 ? '' : count(total)}${runningCall(state) === undefined ? '' : '◐'}`;
  },
  detail(state) {
    const shown = toolDetail(state);
    return {
      detailTitle: shown === undefined ? [] : titleOf(state, shown),
      detailNote: detailNote(state),
      detail: () => (shown === undefined ? [] : [...shown.head, ...shown.lines]),
      foot: shown === undefined ? '' : footOf(state, shown),
    };
  },
  // Its text moves.
  moveInDetail: () => undefined,
  selectedName: (state) => clean(toolList.selected(state)?.name ?? ''),
  copyItems: toolsCopyItems,
  text: toolText,
  cancel: cancelRunning,
  wants: wantedTools,
  refresh: ({ tools }) => ({ tools: { ...tools, asked: tools.asked + 1, error: undefined } }),
});
