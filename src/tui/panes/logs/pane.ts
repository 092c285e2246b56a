/** Logs: what the selected instance wrote, followed until the operator scrolls up. */
import { border, framed } from '../../box.ts';
import { clean } from '../../clean.ts';
import { parseFilter } from '../../filter.ts';
import { plural } from '../../format.ts';
import type { PaneFrame } from '../../frame.ts';
import { layoutOf } from '../../layout.ts';
import { firstLine } from '../../scroll.ts';
import { selectedInstance } from '../../select.ts';
import { row } from '../../theme.ts';
import type { UiState } from '../../ui-store.ts';
import { instanceLogLines, type Line } from '../instances/detail.ts';

export interface LogLines {
  readonly lines: readonly Line[];
  readonly total: number;
  readonly page: number;
}

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

function linesOf({ logs }: UiState): readonly Line[] {
  if (logs.error !== undefined) return [[[`not available: ${clean(logs.error)}`, 'warn']]];
  if (logs.lines === undefined) return [[['loading …', 'dim']]];
  const filter = parseFilter(logs.filter, ['stream']);
  const kept = logs.lines.filter(
    (line) => !filter.ok || filter.matches({ text: line.text.toLowerCase(), fields: { stream: line.stream } }),
  );
  if (kept.length === 0 && logs.lines.length > 0) return [[['no line matches the filter · Esc clears it', 'dim']]];
  return instanceLogLines(kept, logs.left);
}

export function logsPane(state: UiState): PaneFrame {
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
  rows.push(border(style, size.columns, 'bottom', [], '( ) instance · H L sideways'));
  return { rows };
}
