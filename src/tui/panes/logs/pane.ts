/** Shows what instances wrote: followed until the operator scrolls up, searched, narrowed, several logs merged by time. */
import { border, framed } from '../../kit/box.ts';
import { clean } from '../../../text/clean.ts';
import type { PaneFrame, Pane } from '../../kit/pane.ts';
import { layoutOf } from '../../kit/layout.ts';
import { selectedInstance } from '../../kit/instances.ts';
import { row, type Line, type Span } from '../../kit/theme.ts';
import type { ShownText } from '../../kit/viewer/reading.ts';
import { belowWords, viewerRows, viewerWords } from '../../kit/viewer/paint.ts';
import type { UiState } from '../../state/ui-store.ts';
import { instanceCopyItems } from '../instances/copy.ts';
import { wantedLog } from './load.ts';
import { logSources, olderWords, paneText, sourceNames, wantsOlder } from './reading.ts';

/** In place of lines. */
export function emptyLog({ logs }: UiState, name: string, read: ShownText | undefined): string {
  if (logs.error !== undefined) return `not available: ${clean(logs.error)} · ctrl-r asks again`;
  if (read === undefined) return 'loading …';
  const { keep, hide } = read.view;
  if (keep !== '' || hide !== '') return 'no line that is held matches · Esc shows all again';
  if (logs.since !== undefined) return `nothing was written since ${logs.since.words} ago · ctrl-t looks further back`;
  return `${name} has written nothing yet`;
}

function paint(state: UiState): PaneFrame {
  const { style, size } = state;
  const page = layoutOf(state).body - 2;
  const sources = logSources(state);
  const names = sourceNames(sources);
  const read = paneText(state);
  const lines = sources.length === 0 ? noSource(state) : linesOf(state, read, names);
  const title: readonly Span[] = [['Logs', 'strong'], ...(sources.length === 0 ? [] : [` · ${names.join(' ')}`])];
  const rows = [border(style, size.columns, 'top', title, noteOf(state, read))];
  for (let slot = 0; slot < page; slot += 1) {
    rows.push(framed(style, row(style, size.columns - 2, [' ', ...(lines[slot] ?? [])])));
  }
  const older = read === undefined ? undefined : olderWords(state, read, names);
  const place = read === undefined ? '' : viewerWords(read);
  rows.push(border(style, size.columns, 'bottom', [], [older, place].filter(Boolean).join(' · ')));
  return { rows };
}

function noSource({ view }: UiState): readonly Line[] {
  if (view === undefined || view.instances.size === 0)
    return [[['there is no instance, so no log · 1 shows how to add a server', 'dim']]];
  return [[['no instance is listed, so no log: 1, then Esc clears its filter', 'dim']]];
}

function linesOf(state: UiState, read: ShownText | undefined, names: readonly string[]): readonly Line[] {
  const lines = read === undefined || state.logs.error !== undefined ? [] : viewerRows(read);
  return lines.length > 0 ? lines : [[[emptyLog(state, names.join(', '), read), 'dim']]];
}

function noteOf({ logs }: UiState, read: ShownText | undefined): string {
  if (read === undefined) return '';
  const since = logs.since === undefined ? '' : `since ${logs.since.words} · `;
  return `${since}${read.view.top === 'end' ? 'follow ▼' : `${belowWords(read) ?? 'paused'} · G follows`}`;
}

export const logsPane: Pane = {
  id: 'logs',
  number: '8',
  title: 'Logs',
  short: 'Log',
  hasDetail: false,
  badge: () => '',
  paint,
  filter: () => '',
  setFilter: () => undefined,
  filterProblem: () => undefined,
  text: paneText,
  move: () => undefined,
  selectedName: (state) => clean(selectedInstance(state)?.name ?? ''),
  copyItems: instanceCopyItems,
  wants(state) {
    const read = paneText(state);
    const ids = logSources(state).map(({ id }) => id);
    return wantedLog(state, ids, read !== undefined && wantsOlder(state, read));
  },
  back(ui) {
    const { logs } = ui.state;
    if (logs.since === undefined && logs.others.length === 0) return false;
    ui.set({ logs: logs.since === undefined ? { ...logs, others: [] } : { ...logs, since: undefined } });
    return true;
  },
  refresh: ({ logs }) => ({ logs: { ...logs, of: undefined, text: undefined, error: undefined } }),
};
