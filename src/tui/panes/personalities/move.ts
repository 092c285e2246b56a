/** Moves in the detail of a personality, and moves a binding itself. */
import type { PersonalityView } from '../../../engine/index.ts';
import type { Ui } from '../../kit/ui.ts';
import { target, type Move } from '../../kit/scroll.ts';
import { detailRoom } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { bindingAt, bindingsOf, personalityList } from './select.ts';
import type { PersonalityTab } from '../../state/panes/personalities.ts';

export function moveInPersonality(ui: Ui, move: Move): void {
  const { state } = ui;
  const { rows } = detailRoom(state);
  const row = personalityList.selected(state);
  if (row === undefined) return;
  const total = bindingsOf(state, row).length;
  if (state.personalities.tab !== 'Bindings' || total === 0) return;
  ui.set({ personalities: withBinding(state, row, target(move, bindingAt(state, row), total, rows)) });
}

/** The binding under the keys, kept on screen; a line stands above the first one. */
function withBinding(state: UiState, row: PersonalityView, at: number): UiState['personalities'] {
  const { rows } = detailRoom(state);
  const line = at + 1;
  const shown = Math.max(state.personalities.bindingsTop, line - rows + 1);
  const bindingsTop = Math.min(shown, at === 0 ? 0 : line);
  return { ...state.personalities, binding: { of: row.id, at }, bindingsTop };
}

/** Swaps the binding with its neighbour, in an order that is not saved yet; false at an end. */
export function moveBinding(ui: Ui, row: PersonalityView, by: 1 | -1): boolean {
  const { state } = ui;
  const refs = bindingsOf(state, row);
  const at = bindingAt(state, row);
  const ref = refs[at];
  const other = refs[at + by];
  if (ref === undefined || other === undefined) return false;
  const prompts = refs.with(at, other).with(at + by, ref);
  const isLive = prompts.every((one, index) => one === row.prompts[index]);
  const base = state.personalities.order?.of === row.id ? state.personalities.order.base : row.hash;
  const order = isLive ? undefined : { of: row.id, base, prompts };
  ui.set({ personalities: { ...withBinding(state, row, at + by), order } });
  return true;
}

export function showPersonalityTab(ui: Ui, tab: PersonalityTab): void {
  personalityList.patch(ui, { tab, bindingsTop: 0 });
}
