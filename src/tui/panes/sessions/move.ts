/** Movement in the list of sessions, and in that of upstreams when it has the focus. */
import type { Ui } from '../../kit/ui.ts';
import { layoutOf } from '../../kit/layout.ts';
import { movedIn } from '../../kit/list.ts';
import type { Move } from '../../kit/scroll.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import { listedSessions, listedUpstreams } from './select.ts';

export function moveSession(ui: Ui, move: Move): void {
  const { state } = ui;
  const { sessions } = state;
  if (isInDetail(state)) {
    // One row is the heading.
    const page = Math.max(1, detailRoom(state).rows - 1);
    const upstreams = movedIn(listedUpstreams(state), sessions.upstreams, move, page);
    return ui.set({ sessions: { ...sessions, upstreams } });
  }
  const page = Math.max(1, layoutOf(state).list);
  ui.set({ sessions: { ...sessions, ...movedIn(listedSessions(state), sessions, move, page) } });
}
