/** Moves in the list of upstreams beside that of sessions. */
import { movedIn } from '../../kit/list.ts';
import type { Move } from '../../kit/scroll.ts';
import { detailRoom } from '../../kit/split-pane.ts';
import type { Ui } from '../../kit/ui.ts';
import { listedUpstreams, sessionList } from './select.ts';

export function moveInUpstreams(ui: Ui, move: Move): void {
  const { state } = ui;
  // One row is the heading.
  const page = Math.max(1, detailRoom(state).rows - 1);
  sessionList.patch(ui, { upstreams: movedIn(listedUpstreams(state), state.sessions.upstreams, move, page) });
}
