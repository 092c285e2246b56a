/** Sessions: the agents that are connected, and how their calls go. */
import type { SessionView } from '../../../engine/index.ts';
import { border, framed } from '../../box.ts';
import { clean, fit } from '../../clean.ts';
import { age, count } from '../../format.ts';
import type { PaneFrame } from '../../frame.ts';
import { layoutOf, windowTop } from '../../layout.ts';
import type { Pane } from '../../pane.ts';
import { listedSessions, selectedSession, sessionFilter } from '../../select.ts';
import { row } from '../../theme.ts';
import type { UiState } from '../../ui-store.ts';
import { moveSession } from './move.ts';

function paint(state: UiState): PaneFrame {
  const { style, size, sessions } = state;
  const { list, columns } = layoutOf(state);
  const rows = listedSessions(state);
  const current = selectedSession(state);
  const inner = columns - 2;
  const narrow = inner < 76;
  const project = narrow ? 0 : 14;
  const agent = inner < 116 ? 0 : 16;
  const client = Math.max(16, Math.min(32, inner - project - agent - 42));
  const id = Math.max(10, Math.min(32, inner - project - agent - 30 - client));
  const heading = `  ${fit('SESSION', id)}${fit('CLIENT', client)}${fit('AGENT', agent)}${fit('PROJECT', project)}${fit('CALLS', 8)}${fit('ERR', 6)}${fit('IDLE', 8)}AGE`;
  const filter = sessions.filter === '' ? '' : `filter ${clean(sessions.filter)} · `;
  const out = [
    border(style, size.columns, 'top', [['Sessions', 'strong']], `${filter}${rows.length} connected`),
    framed(style, row(style, inner, [[heading, 'dim']])),
  ];
  const top = windowTop(sessions.top, current === undefined ? 0 : rows.indexOf(current), list, rows.length);
  for (let slot = 0; slot < list; slot += 1) {
    const session = rows[top + slot];
    if (session === undefined) {
      const hint = '  no agent is connected: point one at `mcptui proxy`, its calls appear in 5 Audit';
      out.push(framed(style, row(style, inner, slot === 1 && rows.length === 0 ? [hint] : [])));
    } else
      out.push(framed(style, sessionRow(state, session, { id, client, agent, project }, inner, session === current)));
  }
  out.push(border(style, size.columns, 'bottom'));
  return { rows: out };
}

function sessionRow(
  state: UiState,
  session: SessionView,
  widths: { readonly id: number; readonly client: number; readonly agent: number; readonly project: number },
  inner: number,
  selected: boolean,
): string {
  const cells = [
    selected ? '▸ ' : '  ',
    `${fit(clean(session.id), widths.id - 1)} `,
    `${fit(clean(session.client), widths.client - 1)} `,
    widths.agent === 0 ? '' : `${fit(clean(session.agent ?? '-'), widths.agent - 1)} `,
    fit(clean(session.project), widths.project),
    fit(count(session.calls), 8),
  ];
  const tail = [fit(age(state.now - session.lastAt), 8), age(state.now - session.since)];
  return row(
    state.style,
    inner,
    [...cells, [fit(count(session.errors), 6), session.errors > 0 ? 'bad' : 'plain'], ...tail],
    { selected },
  );
}

export const sessionsPane: Pane = {
  id: 'sessions',
  number: '6',
  title: 'Sessions',
  short: 'Ses',
  hasDetail: false,
  badge: ({ view }) => (view === undefined ? '' : String(view.sessions.size)),
  paint,
  filter: (state) => state.sessions.filter,
  setFilter: (console, text) => console.set({ sessions: { ...console.state.sessions, filter: text, top: 0 } }),
  filterProblem({ sessions }) {
    const filter = sessionFilter(sessions.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move: moveSession,
  copyItems(state) {
    const session = selectedSession(state);
    if (session === undefined) return [];
    return [
      { key: 'i', name: 'id', text: session.id },
      { key: 'j', name: 'JSON', text: JSON.stringify(session) },
    ];
  },
};
