/** Lists sessions and upstreams; computed once per change of the view. */
import type { EndedSessionView, SessionView, UpstreamView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { gateWord } from '../../../text/gate-words.ts';
import { rankOf, upstreamSeverity } from '../../../text/severity.ts';
import { selectedOf } from '../../kit/list.ts';
import { anything } from '../../state/filter.ts';
import { lastOf } from '../../state/memo.ts';
import type { UiState } from '../../state/ui-store.ts';
import { sliceSource, type SliceSpec } from '../../kit/list-source.ts';

const byId = (a: SessionView, b: SessionView): number => (a.id < b.id ? -1 : 1);
const bySince = (a: SessionView, b: SessionView): number => b.since - a.since || byId(a, b);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The newest first: an order that stays while they work. */
export const sessionOrders: SliceSpec<'sessions', SessionRow>['orders'] = [
  { by: 'AGE', said: 'age, newest first', compare: bySince },
  { by: 'CLIENT', said: 'client', compare: (a, b) => byText(a.client, b.client) || bySince(a, b) },
  { by: 'PROJECT', said: 'project', compare: (a, b) => byText(a.project, b.project) || bySince(a, b) },
  { by: 'CALLS', said: 'calls, most first', compare: (a, b) => b.calls - a.calls || bySince(a, b) },
  { by: 'ERR', said: 'errors, most first', compare: (a, b) => b.errors - a.errors || bySince(a, b) },
  { by: 'IDLE', said: 'last call, latest first', compare: (a, b) => b.lastAt - a.lastAt || bySince(a, b) },
];

/** A session, connected or over. */
export interface SessionRow extends SessionView {
  readonly endedAt?: EndedSessionView['endedAt'];
  readonly reason?: string;
}

const withEnded = lastOf(
  (
    sessions: ReadonlyMap<string, SessionView>,
    ended: ReadonlyMap<string, EndedSessionView>,
  ): ReadonlyMap<string, SessionRow> => new Map<string, SessionRow>([...ended, ...sessions]),
);

/** Those that are over are listed for who asks for a state. */
function asksForState({ sessions }: Pick<UiState, 'sessions'>): boolean {
  return sessions.filter.toLowerCase().includes('state:');
}

export const sessionList = sliceSource<'sessions', SessionRow>({
  slice: 'sessions',
  all(state) {
    const { view } = state;
    return view === undefined || !asksForState(state) ? view?.sessions : withEnded(view.sessions, view.endedSessions);
  },
  projectOf: ({ project }) => project,
  filterFields: {
    client: anything,
    project: anything,
    agent: anything,
    state: ['connected', 'ended'],
    gate: ['gated', 'open'],
  },
  filterable: ({ id, client, project, agent = '', endedAt, gate }) => ({
    text: clean(`${id} ${client} ${project} ${agent}`).toLowerCase(),
    fields: {
      client: client.toLowerCase(),
      project,
      agent,
      state: endedAt === undefined ? 'connected' : 'ended',
      gate: gateWord(gate),
    },
  }),
  orders: sessionOrders,
});

const rank = (upstream: UpstreamView): number => rankOf(upstreamSeverity(upstream));

const upstreamRows = lastOf(
  (upstreams: ReadonlyMap<string, UpstreamView>, project: string | undefined): readonly UpstreamView[] =>
    [...upstreams.values()]
      .filter((row) => project === undefined || row.project === project)
      .sort((a, b) => rank(a) - rank(b) || (a.server < b.server ? -1 : 1)),
);

const noUpstreams: readonly UpstreamView[] = [];

/** What hurts first, then by name. */
export function listedUpstreams({ view, project }: Pick<UiState, 'view' | 'project'>): readonly UpstreamView[] {
  return view === undefined ? noUpstreams : upstreamRows(view.upstreams, project);
}

export function selectedUpstream(state: Pick<UiState, 'view' | 'project' | 'sessions'>): UpstreamView | undefined {
  return selectedOf(listedUpstreams(state), state.sessions.upstreams);
}
