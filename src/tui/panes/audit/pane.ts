/** Shows the live audit timeline, and beside or below it the selected event. */
import { border, framed } from '../../kit/box.ts';
import { clean } from '../../../text/clean.ts';
import { count, plural } from '../../../text/format.ts';
import type { PaneFrame, Pane } from '../../kit/pane.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { scopeWords } from '../../kit/projects.ts';
import { row, toned, type Span } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import { viewerRows, viewerWords } from '../../kit/viewer/paint.ts';
import { auditDetailLines, eventText } from './detail.ts';
import { auditRows, followAudit, moveInAudit, auditSource } from './move.ts';
import { eventJson } from './event-json.ts';
import { selectedEvent } from './rows.ts';
import { filterChip, listParts, nothingInProject } from '../../kit/list-pane.ts';
import { paintList } from '../../kit/table.ts';
import { auditTable } from './table.ts';

function paint(state: UiState): PaneFrame {
  const layout = layoutOf(state);
  const { style } = state;
  if (state.zoomed) return { rows: zoomedRows(state) };
  const { beside } = layout;
  const inner = layout.columns - 2 - (beside === 0 ? 0 : beside + 1);
  const list = listRows(state, inner);
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

function listRows(state: UiState, width: number): string[] {
  const { style, audit, tables } = state;
  const { list } = audit;
  const height = auditRows(state);
  const current = selectedEvent(state);
  const index = current === undefined ? 0 : list.rowOf(current.n);
  const from = audit.follow || audit.topRow === undefined ? list.length - height : list.rowOf(audit.topRow);
  const top = windowTop(from, index, height, list.length);
  const selected = current === undefined ? undefined : index;
  const window = { rows: list, top, height, selected, empty: emptyLine(state) };
  const rows = paintList(style, width, auditTable, tables.audit.hidden, window, state);
  if (!audit.follow) rows.push(row(style, width, [belowLine(state, top + height)]));
  return rows.slice(0, layoutOf(state).list + 1);
}

function emptyLine(state: UiState): string {
  const { folded } = state.audit.list;
  if (folded > 0) return `  only ${plural(folded, 'event')} of the engine · e shows them`;
  if (state.audit.filter !== '') return '  no event matches the filter · Esc clears it';
  const nothing = nothingInProject(auditSource, state);
  if (nothing !== undefined) return `  ${nothing}`;
  return state.engine === 'ready'
    ? '  nothing happened yet: calls and commands appear here'
    : '  waiting for the engine …';
}

function belowLine({ audit }: UiState, next: number): Span {
  const fresh = Math.max(0, audit.list.length - 1 - audit.list.rowOf(audit.pausedAt));
  const below = Math.max(0, audit.list.length - next);
  if (fresh > 0) return [`  ── ${count(fresh)} new below · G resumes follow ──`, 'warn'];
  return [`  ── paused${below > 0 ? ` · ${count(below)} below` : ''} · G resumes follow ──`, 'warn'];
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

export const auditPane: Pane = {
  id: 'audit',
  number: '5',
  title: 'Audit',
  short: 'Aud',
  ...listParts(auditSource, auditTable),
  badge: () => '',
  paint,
  move: moveInAudit,
  text: (state) => (isInDetail(state) ? eventText(state) : undefined),
  back(ui) {
    if (ui.state.audit.follow) return false;
    followAudit(ui);
    return true;
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
