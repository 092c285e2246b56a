/** Sessions: the agents that are connected, and beside them how the servers behind the router do. */
import { clean } from '../../../text/clean.ts';
import type { PaneFrame, Pane } from '../../kit/pane.ts';
import { plural } from '../../../text/format.ts';
import { windowTop } from '../../kit/layout.ts';
import { selectedIndex } from '../../kit/list.ts';
import { detailRoom, isInDetail, paintSplit } from '../../kit/split-pane.ts';
import { row, type Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { sessionsCopyItems } from './copy.ts';
import { moveSession } from './move.ts';
import { listedSessions, listedUpstreams, selectedSession, selectedUpstream, sessionFilter } from './select.ts';
import { sessionColumns, sessionHeading, sessionRow, upstreamHeading, upstreamSpans } from './table.ts';

function paint(state: UiState): PaneFrame {
  const upstreams = listedUpstreams(state);
  const down = upstreams.filter((upstream) => upstream.state === 'error').length;
  const { isPeek } = detailRoom(state);
  const total = plural(upstreams.length, 'upstream');
  return paintSplit(state, {
    title: 'Sessions',
    note: note(state),
    list: (width, height) => sessionRows(state, width, height),
    detailTitle: [['Upstreams', 'strong'], down === 0 ? '' : [` · ${down} failing`, 'bad']],
    detailNote: isPeek ? `${total} · + shows them` : `${total}${state.zoomed ? ' · Esc back' : ' · Tab'}`,
    detail: () => upstreamLines(state),
    foot: footOf(state),
  });
}

function note(state: UiState): string {
  const { filter } = state.sessions;
  const parsed = sessionFilter(filter);
  const shown = filter === '' ? '' : `filter ${clean(filter)}${parsed.ok ? '' : ` (${parsed.reason})`} · `;
  return `${shown}${listedSessions(state).length} connected`;
}

/** The instances that the session under the keys has for itself; why the upstream under the keys does not answer. */
function footOf(state: UiState): string {
  if (!isInDetail(state)) return heldWords(state);
  const upstream = selectedUpstream(state);
  if (upstream === undefined) return '';
  return clean(upstream.reason ?? upstream.list.failure ?? `${upstream.calls} calls since the engine started`);
}

function heldWords(state: UiState): string {
  const session = selectedSession(state);
  const instances = session === undefined ? [] : [...(state.view?.instances.values() ?? [])];
  const held = instances.filter(({ lease }) => lease?.sessionId === session?.id).map(({ name }) => name);
  return held.length === 0 ? '' : `has for itself: ${clean(held.join(', '))}`;
}

function sessionRows(state: UiState, width: number, height: number): readonly string[] {
  const { style, sessions, now } = state;
  const listed = listedSessions(state);
  const columns = sessionColumns(width);
  const index = selectedIndex(listed, sessions);
  const top = windowTop(sessions.top, index, height, listed.length);
  const rows = [sessionHeading(style, width, columns)];
  for (let slot = 0; slot < height; slot += 1) {
    const session = listed[top + slot];
    if (session === undefined)
      rows.push(row(style, width, slot === 1 && listed.length === 0 ? [emptyLine(state)] : []));
    else rows.push(sessionRow(style, width, columns, session, now, top + slot === index));
  }
  return rows;
}

function emptyLine({ sessions }: UiState): string {
  if (sessions.filter !== '') return '  no session matches the filter · Esc clears it';
  return '  no agent is connected · y copies how to connect one';
}

/** The heading and as many rows as there is room for; of a peek the rows alone, what hurts first. */
function upstreamLines(state: UiState): readonly Line[] {
  const { sessions, now } = state;
  const { width, rows, isPeek } = detailRoom(state);
  const listed = listedUpstreams(state);
  if (listed.length === 0) return [[['no server is defined', 'dim']]];
  if (isPeek) return listed.slice(0, rows).map((upstream) => upstreamSpans(width, upstream, now, false));
  const index = selectedIndex(listed, sessions.upstreams);
  const page = Math.max(1, rows - 1);
  const top = windowTop(sessions.upstreams.top, index, page, listed.length);
  const focused = isInDetail(state);
  const lines = listed
    .slice(top, top + page)
    .map((upstream, slot) => upstreamSpans(width, upstream, now, focused && top + slot === index));
  return [upstreamHeading(width), ...lines];
}

export const sessionsPane: Pane = {
  id: 'sessions',
  number: '6',
  title: 'Sessions',
  short: 'Ses',
  legend: '● answers  ◐ on its way  ✗ fails  ○ stopped',
  hasDetail: true,
  badge: ({ view }) => (view === undefined ? '' : String(view.sessions.size)),
  paint,
  filter: (state) => state.sessions.filter,
  setFilter: (ui, text) => ui.set({ sessions: { ...ui.state.sessions, filter: text, top: 0 } }),
  filterProblem({ sessions }) {
    const filter = sessionFilter(sessions.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move: moveSession,
  selectedName(state) {
    const name = isInDetail(state) ? selectedUpstream(state)?.server : selectedSession(state)?.client;
    return clean(name ?? '');
  },
  copyItems: sessionsCopyItems,
};
