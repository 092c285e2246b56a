/** Shows the live audit timeline, and beside or below it the selected event. */
import { border, framed } from '../../kit/box.ts';
import { clean } from '../../../text/clean.ts';
import { count, plural } from '../../../text/format.ts';
import type { PaneFrame, Pane } from '../../kit/pane.ts';
import { layoutOf } from '../../kit/layout.ts';
import { scopeWords } from '../../kit/projects.ts';
import { row, toned, type Span } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import { viewerRows, viewerWords } from '../../kit/viewer/paint.ts';
import { auditDetailLines, eventText } from './detail.ts';
import { followAudit, moveInAudit, auditSource } from './move.ts';
import { wholeProblem } from '../../state/filter.ts';
import { filterSessions, giveKeys, hideSessions } from './sessions/acts.ts';
import { wantedSessions } from './sessions/load.ts';
import { withSessions } from './sessions/paint.ts';
import { sessionFilter } from './sessions/rows.ts';
import { timelineRows } from './timeline.ts';
import { eventJson } from './event-json.ts';
import { selectedEvent } from './rows.ts';
import { filterChip, listParts } from '../../kit/list-pane.ts';
import { auditTable } from './table.ts';

function paint(state: UiState): PaneFrame {
  const layout = layoutOf(state);
  const { style } = state;
  if (state.zoomed) return { rows: zoomedRows(state) };
  if (state.audit.sessions !== undefined) return { rows: withSessions(state, state.audit.sessions, note(state)) };
  const { beside } = layout;
  const inner = layout.columns - 2 - (beside === 0 ? 0 : beside + 1);
  const list = timelineRows(state, inner);
  const top = border(style, layout.columns, 'top', [[`Audit${scopeWords(state)}`, 'strong']], note(state));
  if (beside === 0) {
    if (layout.detail === 0)
      return { rows: [top, ...list.map((text) => framed(style, text)), border(style, layout.columns, 'bottom')] };
    const event = selectedEvent(state);
    const title: readonly Span[] = [[event === undefined ? 'no event' : `#${event.n} ${clean(event.kind)}`, 'strong']];
    return {
      rows: [
        top,
        ...list.map((text) => framed(style, text)),
        border(style, layout.columns, 'middle', title, 'enter = full detail'),
        ...eventRows(state, layout.columns - 2, layout.detail).map((text) => framed(style, text)),
        border(style, layout.columns, 'bottom'),
      ],
    };
  }
  const side = toned(style, '│', 'dim');
  const detail = eventRows(state, beside, list.length);
  const rows = list.map((text, index) => framed(style, `${text}${side}${detail[index] ?? ''}`));
  return { rows: [top, ...rows, border(style, layout.columns, 'bottom')] };
}

function note(state: UiState): string {
  const { audit, time } = state;
  const follow = audit.follow ? 'follow ▼' : 'paused';
  const { folded, length } = audit.list;
  const engine = folded === 0 ? '' : ` · +${count(folded)} of the engine: e`;
  return `${follow} · t ${time} · ${filterChip(auditSource, state)}${plural(length, 'event')}${engine}`;
}

function eventRows(state: UiState, width: number, height: number): string[] {
  const read = eventText(state);
  const shown = read === undefined ? auditDetailLines(state).lines : viewerRows(read);
  return Array.from({ length: height }, (_, index) => row(state.style, width, [' ', ...(shown[index] ?? [])]));
}

function zoomedRows(state: UiState): string[] {
  const { style } = state;
  const { columns, detail } = layoutOf(state);
  const event = selectedEvent(state);
  const read = eventText(state);
  const title: readonly Span[] = [[event === undefined ? 'no event' : `Audit #${event.n}`, 'strong']];
  return [
    border(style, columns, 'top', title, 'enter K cause · J effects · Esc back'),
    ...eventRows(state, columns - 2, detail).map((text) => framed(style, text)),
    border(style, columns, 'bottom', [], read === undefined ? '' : viewerWords(read)),
  ];
}

const hasKeys = ({ audit }: UiState): boolean => audit.sessions?.hasKeys === true;

export const auditPane: Pane = {
  id: 'audit',
  number: '5',
  title: 'Audit',
  short: 'Aud',
  ...listParts(auditSource, auditTable),
  // What has the keys is filtered.
  filter: (state) => (hasKeys(state) ? sessionFilter(state) : auditSource.filter(state)).text,
  filterProblem: (state) => wholeProblem((hasKeys(state) ? sessionFilter(state) : auditSource.filter(state)).parsed),
  setFilter(ui, text) {
    const { sessions } = ui.state.audit;
    if (sessions?.hasKeys === true) filterSessions(ui, sessions, text);
    else auditSource.setFilter(ui, text);
  },
  badge: () => '',
  paint,
  move: moveInAudit,
  text: (state) => (isInDetail(state) ? eventText(state) : undefined),
  back(ui) {
    const { follow, sessions } = ui.state.audit;
    if (!follow) followAudit(ui);
    else if (sessions === undefined) return false;
    else if (sessions.hasKeys) hideSessions(ui);
    else giveKeys(ui, true);
    return true;
  },
  wants: wantedSessions,
  nextPart({ audit: { sessions } }) {
    return sessions === undefined ? undefined : (ui) => giveKeys(ui, !sessions.hasKeys);
  },
  copyItems(state) {
    const event = selectedEvent(state);
    if (event === undefined) return [];
    return [
      { key: 'n', name: 'number', text: String(event.n) },
      { key: 't', name: 'target', text: event.target ?? '' },
      { key: 'j', name: 'JSON', text: eventJson(event) },
    ];
  },
};
