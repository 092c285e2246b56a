/** Movement in the list of instances and in their detail. */
import type { Ui } from '../../kit/ui.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { scroll, target, type Move } from '../../kit/scroll.ts';
import { listedInstances, selectedInstance } from '../../kit/select.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { Viewport } from '../../state/viewport.ts';
import { detailView } from './detail.ts';

export function moveInstances(ui: Ui, move: Move): void {
  const { state } = ui;
  if (!state.zoomed && state.focus === 'list') return moveInstance(ui, move);
  const { total, page } = detailView(state);
  ui.set({ detail: { ...state.detail, ...scroll(state.detail, move, total, page) } });
}

function moveInstance(ui: Ui, move: Move): void {
  const { state } = ui;
  const rows = listedInstances(state);
  const { list } = layoutOf(state);
  const current = selectedInstance(state);
  const from = current === undefined ? 0 : rows.indexOf(current);
  const next = rows[target(move, from, rows.length, list)];
  if (next !== undefined) selectInstance(ui, next.id);
}

/** Selects an instance and keeps it on screen; its detail starts at the top again. */
export function selectInstance(ui: Ui, id: string): void {
  const { state } = ui;
  const rows = listedInstances(state);
  const index = rows.findIndex((instance) => instance.id === id);
  const top = windowTop(state.instances.top, Math.max(0, index), layoutOf(state).list, rows.length);
  const same = state.detail.of === id;
  ui.set({
    instances: { ...state.instances, selected: id, top },
    detail: same ? state.detail : { ...state.detail, top: topOfTab(state), left: 0 },
  });
}

/** Logs open at their end, all else at its beginning. */
export function topOfTab(state: Pick<UiState, 'detail'>): Viewport['top'] {
  return state.detail.tab === 'Logs' ? 'end' : 0;
}
