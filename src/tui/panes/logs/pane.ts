/** Shows what the selected instance wrote, followed until the operator scrolls up. */
import { border, framed } from '../../kit/box.ts';
import { clean } from '../../../text/clean.ts';
import { parseFilter, type Filter } from '../../state/filter.ts';
import { plural } from '../../../text/format.ts';
import type { PaneFrame, Pane, Wanted } from '../../kit/pane.ts';
import { layoutOf } from '../../kit/layout.ts';
import { firstLine, scroll } from '../../kit/scroll.ts';
import { selectedInstance } from '../../kit/instances.ts';
import { row, type Line } from '../../kit/theme.ts';
import type { LogLine } from '../../../engine/index.ts';
import type { LogsState } from '../../state/panes/logs.ts';
import type { UiState } from '../../state/ui-store.ts';
import { instanceCopyItems } from '../instances/copy.ts';
import { instanceLogLines } from '../instances/detail.ts';
import { anchoredTop, linesAsked } from './window.ts';

export interface LogLines {
  readonly lines: readonly Line[];
  readonly total: number;
  readonly page: number;
}

const logFilter = (source: string): Filter => parseFilter(source, ['stream']);

let last: { readonly key: readonly unknown[]; readonly lines: LogLines } | undefined;

export function logLines(state: UiState): LogLines {
  const { logs } = state;
  const page = layoutOf(state).body - 2;
  const key = [logs.lines, logs.left, logs.filter, logs.error, page];
  if (last !== undefined && key.every((part, index) => part === last?.key[index])) return last.lines;
  const lines = linesOf(state);
  const result = { lines, total: lines.length, page };
  last = { key, lines: result };
  return result;
}

/** Whether the filter lets a line through. */
function shownBy(source: string): (line: LogLine) => boolean {
  const filter = logFilter(source);
  return (line) => !filter.ok || filter.matches({ text: line.text.toLowerCase(), fields: { stream: line.stream } });
}

function linesOf({ logs }: UiState): readonly Line[] {
  if (logs.error !== undefined) return [[[`not available: ${clean(logs.error)}`, 'warn']]];
  if (logs.lines === undefined) return [[['loading …', 'dim']]];
  const kept = logs.lines.filter(shownBy(logs.filter));
  if (kept.length === 0 && logs.lines.length > 0) return [[['no line matches the filter · Esc clears it', 'dim']]];
  return instanceLogLines(kept, logs.left);
}

function paint(state: UiState): PaneFrame {
  const { style, size, logs } = state;
  const instance = selectedInstance(state);
  const { lines, total, page } = logLines(state);
  const top = firstLine(logs, total, page);
  const filter = logs.filter === '' ? '' : `filter ${clean(logs.filter)} · `;
  const follow =
    logs.top === 'end' || top + page >= total ? 'follow ▼' : `${plural(total - top - page, 'line')} below · G follows`;
  const title = instance === undefined ? 'Logs' : `Logs · ${clean(instance.name)}`;
  const rows = [border(style, size.columns, 'top', [[title, 'strong']], `${filter}${follow}`)];
  for (let slot = 0; slot < page; slot += 1) {
    rows.push(framed(style, row(style, size.columns - 2, [' ', ...(lines[top + slot] ?? [])])));
  }
  const oldest = logs.lines?.[0]?.n ?? 1;
  const older = top === 0 && oldest > 1 ? `${plural(oldest - 1, 'older line')}: mcptui logs -n 5000 · ` : '';
  rows.push(border(style, size.columns, 'bottom', [], `${older}( ) instance · H L sideways`));
  return { rows };
}

/** Keeps a reader further up at the same line, whatever is added below or dropped above. */
function withLines(before: LogsState, found: Partial<LogsState>, of: string): LogsState {
  if (before.of !== of) return { ...before, lines: undefined, ...found, of, top: 'end' };
  const isShown = shownBy(before.filter);
  const top = anchoredTop(before.top, before.lines?.filter(isShown), found.lines?.filter(isShown));
  return { ...before, lines: undefined, ...found, of, top };
}

/** A log changes without notice, so it is asked for every second while shown. */
function wants(state: UiState): Wanted | undefined {
  const instance = selectedInstance(state);
  if (instance === undefined) return undefined;
  const { id } = instance;
  const again = state.logs.of === id;
  const show =
    (found: Partial<UiState['logs']>) =>
    (later: UiState): Partial<UiState> =>
      selectedInstance(later)?.id === id ? { logs: withLines(later.logs, found, id) } : {};
  return {
    key: `log ${id} ${state.now} ${again}`,
    again,
    load: async (commands) =>
      show({ lines: await commands.logs(id, { lines: linesAsked(state.logs) }), error: undefined }),
    failed: (error) => show({ error }),
  };
}

export const logsPane: Pane = {
  id: 'logs',
  number: '8',
  title: 'Logs',
  short: 'Log',
  hasDetail: false,
  badge: () => '',
  paint,
  filter: (state) => state.logs.filter,
  setFilter: (ui, text) => ui.set({ logs: { ...ui.state.logs, filter: text, top: 'end' } }),
  filterProblem({ logs }) {
    const filter = logFilter(logs.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move(ui, move) {
    const { state } = ui;
    const { total, page } = logLines(state);
    ui.set({ logs: { ...state.logs, ...scroll(state.logs, move, total, page) } });
  },
  moveSideways(ui, columns) {
    const { logs } = ui.state;
    ui.set({ logs: { ...logs, left: Math.max(0, logs.left + columns) } });
  },
  selectedName(state) {
    const instance = selectedInstance(state);
    return instance === undefined ? '' : clean(instance.name);
  },
  copyItems: instanceCopyItems,
  wants,
  refresh: (state) => ({ logs: { ...state.logs, of: undefined } }),
};
