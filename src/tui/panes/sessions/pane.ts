/** Shows the agents that are connected, and beside them how the servers behind the router do. */
import { clean } from '../../../text/clean.ts';
import type { Pane } from '../../kit/pane.ts';
import { age, plural } from '../../../text/format.ts';
import { windowTop } from '../../kit/layout.ts';
import { selectedIndex } from '../../kit/list.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import type { Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { sessionsCopyItems } from './copy.ts';
import { listedUpstreams, selectedUpstream, sessionList, sessionOrders, type SessionRow } from './select.ts';
import { upstreamHeading, upstreamSpans, sessionTable } from './table.ts';
import { listPane, type ListPane } from '../../kit/list-pane.ts';
import { moveInUpstreams } from './move.ts';

function detail(state: UiState): ReturnType<ListPane<SessionRow, UiState>['detail']> {
  const upstreams = listedUpstreams(state);
  const down = upstreams.filter((upstream) => upstream.state === 'error').length;
  const { isPeek } = detailRoom(state);
  const total = plural(upstreams.length, 'upstream');
  return {
    detailTitle: [['Upstreams', 'strong'], down === 0 ? '' : [` · ${down} failing`, 'bad']],
    detailNote: isPeek ? `${total} · + shows them` : `${total}${state.zoomed ? ' · Esc back' : ' · Tab'}`,
    detail: () => upstreamLines(state),
    foot: footOf(state),
  };
}

/** The instances that the session under the keys has for itself; why the upstream under the keys does not answer. */
function footOf(state: UiState): string {
  if (!isInDetail(state)) return heldWords(state);
  const upstream = selectedUpstream(state);
  if (upstream === undefined) return '';
  return clean(upstream.reason ?? upstream.list.failure ?? `${upstream.calls} calls since the engine started`);
}

function heldWords(state: UiState): string {
  const session = sessionList.selected(state);
  if (session?.endedAt !== undefined) {
    return `ended ${age(state.now - session.endedAt)} ago: ${clean(session.reason ?? '')}`;
  }
  if (session?.gate?.state === 'gated') return 'gated: it has neither called begin_session nor a tool yet';
  const instances = session === undefined ? [] : [...(state.view?.instances.values() ?? [])];
  const held = instances.filter(({ lease }) => lease?.sessionId === session?.id).map(({ name }) => name);
  return held.length === 0 ? '' : `has for itself: ${clean(held.join(', '))}`;
}

function emptyLine({ sessions, view }: UiState): string {
  if (sessions.filter !== '') return 'no session matches the filter · Esc clears it';
  const ended = view?.endedSessions.size ?? 0;
  if (ended > 0) return `no agent is connected · /state:ended shows the last ${ended} that were`;
  return 'no agent is connected · y copies how to connect one';
}

/** The heading and as many rows as there is room for; of a peek the rows alone, what hurts first. */
function upstreamLines(state: UiState): readonly Line[] {
  const { sessions, now } = state;
  const { width, rows, isPeek } = detailRoom(state);
  const listed = listedUpstreams(state);
  if (listed.length === 0) return [[['no server is defined', 'dim']]];
  if (isPeek) {
    const first = listed.slice(0, Math.max(1, rows - 1)).map((upstream) => upstreamSpans(width, upstream, now, false));
    return [upstreamHeading(width), ...first];
  }
  const index = selectedIndex(listed, sessions.upstreams);
  const page = Math.max(1, rows - 1);
  const top = windowTop(sessions.upstreams.top, index, page, listed.length);
  const focused = isInDetail(state);
  const lines = listed
    .slice(top, top + page)
    .map((upstream, slot) => upstreamSpans(width, upstream, now, focused && top + slot === index));
  return [upstreamHeading(width), ...lines];
}

/** `3 connected · state:ended shows 12 more`. */
function noteOf(state: UiState): string {
  const { view, sessions } = state;
  const ended = view?.endedSessions.size ?? 0;
  if (sessions.filter.includes('state:')) return plural(sessionList.listed(state).length, 'session');
  return `${sessionList.listed(state).length} connected${ended === 0 ? '' : ` · /state:ended (${ended})`}`;
}

export const sessionsPane: Pane = listPane<SessionRow, UiState>({
  id: 'sessions',
  number: '6',
  title: 'Sessions',
  short: 'Ses',
  legend: '● answers  ◐ on its way  ✗ fails  ○ stopped',
  source: sessionList,
  orders: sessionOrders,
  table: sessionTable,
  context: (state) => state,
  note: noteOf,
  emptyLine,
  badge: ({ view }) => (view === undefined ? '' : String(view.sessions.size)),
  detail,
  moveInDetail: moveInUpstreams,
  selectedName(state) {
    const name = isInDetail(state) ? selectedUpstream(state)?.server : sessionList.selected(state)?.client;
    return clean(name ?? '');
  },
  copyItems: sessionsCopyItems,
});
