/** Sessions and upstreams as listed; computed once per change of the view. */
import type { SessionView, UpstreamView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { parseFilter, type Filter, type Filterable } from '../../state/filter.ts';
import { selectedOf } from '../../kit/list.ts';
import { lastOf } from '../../state/memo.ts';
import type { UiState } from '../../state/ui-store.ts';

type From = Pick<UiState, 'view' | 'sessions'>;

export const sessionFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, ['client', 'project', 'agent']),
);

function filterable({ id, client, project, agent = '' }: SessionView): Filterable {
  const text = clean(`${id} ${client} ${project} ${agent}`).toLowerCase();
  return { text, fields: { client: client.toLowerCase(), project, agent } };
}

const sessionRows = lastOf((sessions: ReadonlyMap<string, SessionView>, source: string): readonly SessionView[] => {
  const filter = sessionFilter(source);
  const all = [...sessions.values()];
  const rows = filter.ok && !filter.empty ? all.filter((session) => filter.matches(filterable(session))) : all;
  return rows.sort((a, b) => b.since - a.since || (a.id < b.id ? -1 : 1));
});

const noSessions: readonly SessionView[] = [];

/** Sessions, the newest first: an order that stays while they work. */
export function listedSessions({ view, sessions }: From): readonly SessionView[] {
  return view === undefined ? noSessions : sessionRows(view.sessions, sessions.filter);
}

export function selectedSession(state: From): SessionView | undefined {
  return selectedOf(listedSessions(state), state.sessions);
}

/** 0 for what fails, 1 for what is on its way, 2 for what answers, 3 for what is meant to be down. */
function severity({ state, list }: UpstreamView): number {
  if (state === 'ready') return list.failure === undefined ? 2 : 1;
  if (state === 'stopped') return 3;
  return state === 'error' ? 0 : 1;
}

const upstreamRows = lastOf((upstreams: ReadonlyMap<string, UpstreamView>): readonly UpstreamView[] =>
  [...upstreams.values()].sort((a, b) => severity(a) - severity(b) || (a.server < b.server ? -1 : 1)),
);

const noUpstreams: readonly UpstreamView[] = [];

/** What hurts first, then by name. */
export function listedUpstreams({ view }: Pick<UiState, 'view'>): readonly UpstreamView[] {
  return view === undefined ? noUpstreams : upstreamRows(view.upstreams);
}

export function selectedUpstream(state: From): UpstreamView | undefined {
  return selectedOf(listedUpstreams(state), state.sessions.upstreams);
}
