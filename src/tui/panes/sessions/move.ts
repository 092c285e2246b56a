/** Movement in the list of sessions. */
import type { Console } from '../../console.ts';
import { layoutOf, windowTop } from '../../layout.ts';
import { target, type Move } from '../../scroll.ts';
import { listedSessions, selectedSession } from '../../select.ts';

export function moveSession(console: Console, move: Move): void {
  const { state } = console;
  const rows = listedSessions(state);
  const { list } = layoutOf(state);
  const current = selectedSession(state);
  const index = target(move, current === undefined ? 0 : rows.indexOf(current), rows.length, list);
  const top = windowTop(state.sessions.top, index, list, rows.length);
  console.set({ sessions: { ...state.sessions, selected: rows[index]?.id, top } });
}
