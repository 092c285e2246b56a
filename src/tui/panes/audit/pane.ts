/** Audit: the live timeline, and beside or below it the selected event. */
import type { HeldEvent } from '../../state/event-ring.ts';
import { border, framed } from '../../kit/box.ts';
import { clean, fit } from '../../../text/clean.ts';
import { count, duration, timeLabel } from '../../../text/format.ts';
import type { PaneFrame, Pane } from '../../kit/pane.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { firstLine } from '../../kit/scroll.ts';
import { row, toned, type Span } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { auditDetailLines } from './detail.ts';
import { auditRows, followAudit, moveInAudit } from './move.ts';
import { actorWord, outcomeWords, selectedEvent, targetWord } from './rows.ts';
import { filterAudit } from './filter.ts';

interface AuditColumns {
  readonly time: number;
  readonly actor: number;
  readonly kind: number;
  readonly target: number;
  readonly result: number;
  readonly took: number;
}

function columnsFor(width: number): AuditColumns {
  const narrow = width < 76;
  const fixed = { time: 10, actor: narrow ? 12 : 16, kind: narrow ? 17 : 20, result: 7, took: width < 64 ? 0 : 7 };
  const used = 2 + fixed.time + fixed.actor + fixed.kind + fixed.result + fixed.took;
  // Beside a detail the list is narrow: names give way before results do.
  const target = width - used;
  if (target >= 12) return { ...fixed, target };
  const kind = Math.max(10, fixed.kind - (12 - target));
  return { ...fixed, kind, target: Math.max(4, width - used + fixed.kind - kind) };
}

function paint(state: UiState): PaneFrame {
  const layout = layoutOf(state);
  const { style } = state;
  if (state.zoomed) return { rows: zoomedRows(state) };
  const { beside } = layout;
  const inner = layout.columns - 2 - (beside === 0 ? 0 : beside + 1);
  const list = listRows(state, inner);
  const top = border(style, layout.columns, 'top', [['Audit', 'strong']], note(state));
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
  const { audit } = state;
  const total = audit.list.length;
  const parsed = audit.list.filter;
  const filter = audit.filter === '' ? '' : `filter ${clean(audit.filter)}${parsed.ok ? '' : ` (${parsed.reason})`} · `;
  return `${audit.follow ? 'follow ▼' : 'paused'} · t ${state.time} · ${filter}${count(total)} event${total === 1 ? '' : 's'}`;
}

function listRows(state: UiState, width: number): string[] {
  const { style, audit } = state;
  const { list } = audit;
  const height = layoutOf(state).list;
  const shown = auditRows(state);
  const widths = columnsFor(width);
  const heading =
    fit('  TIME', 2 + widths.time) +
    fit('ACTOR', widths.actor) +
    fit('KIND', widths.kind) +
    fit('TARGET', widths.target) +
    fit('RES', widths.result) +
    fit('DUR', widths.took);
  const rows = [row(style, width, [[heading, 'dim']])];
  const current = selectedEvent(state);
  const selectedRow = current === undefined ? 0 : list.rowOf(current.n);
  const from = audit.follow || audit.topRow === undefined ? list.length - shown : list.rowOf(audit.topRow);
  const top = windowTop(from, selectedRow, shown, list.length);
  for (let slot = 0; slot < shown; slot += 1) {
    const event = list.at(top + slot);
    if (event !== undefined) rows.push(eventRow(state, event, widths, width, event === current));
    else rows.push(row(style, width, slot === 1 && list.length === 0 ? [emptyLine(state)] : []));
  }
  if (!audit.follow) rows.push(row(style, width, [belowLine(state, top + shown)]));
  return rows.slice(0, height + 1);
}

function emptyLine(state: UiState): string {
  if (state.audit.filter !== '') return '  no event matches the filter · Esc clears it';
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

function eventRow(state: UiState, event: HeldEvent, widths: AuditColumns, width: number, selected: boolean): string {
  const [word, tone] = outcomeWords[event.outcome];
  const time = timeLabel(event.at, state.now, state.time);
  return row(
    state.style,
    width,
    [
      selected ? '▸ ' : '  ',
      [fit(time, widths.time), 'dim'],
      fit(actorWord(event), widths.actor - 1),
      ' ',
      fit(clean(event.kind), widths.kind - 1),
      ' ',
      fit(targetWord(event), widths.target - 1),
      ' ',
      [fit(word, widths.result), tone],
      widths.took === 0 || event.durationMs === undefined ? '' : fit(duration(event.durationMs), widths.took),
    ],
    { selected },
  );
}

function eventRows(state: UiState, width: number, height: number): string[] {
  const { lines, total, page } = auditDetailLines(state);
  const top = firstLine({ top: state.audit.top, left: 0 }, total, page);
  return Array.from({ length: height }, (_, index) => row(state.style, width, [' ', ...(lines[top + index] ?? [])]));
}

function zoomedRows(state: UiState): string[] {
  const { style } = state;
  const { columns, detail } = layoutOf(state);
  const event = selectedEvent(state);
  const title: readonly Span[] = [[event === undefined ? 'no event' : `Audit #${event.n}`, 'strong']];
  return [
    border(style, columns, 'top', title, 'K cause · J effects · Esc back'),
    ...eventRows(state, columns - 2, detail).map((text) => framed(style, text)),
    border(style, columns, 'bottom'),
  ];
}

/** As the command line prints it: the time in UTC, the detail as it came. */
function eventJson({ detailJson, ...event }: HeldEvent): string {
  const detail = detailJson === undefined ? {} : { detail: JSON.parse(detailJson) as unknown };
  return JSON.stringify({ ...event, at: new Date(event.at).toISOString(), ...detail });
}

export const auditPane: Pane = {
  id: 'audit',
  number: '5',
  title: 'Audit',
  short: 'Aud',
  hasDetail: true,
  badge: () => '',
  paint,
  filter: (state) => state.audit.filter,
  setFilter: filterAudit,
  filterProblem({ audit }) {
    const { filter } = audit.list;
    return filter.ok ? undefined : filter.reason;
  },
  move: moveInAudit,
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
