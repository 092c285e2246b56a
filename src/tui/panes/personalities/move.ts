/** Movement in Personalities: in the list, in the bindings, in a text; and moving a binding itself. */
import type { PersonalityView } from '../../../engine/index.ts';
import type { Ui } from '../../kit/ui.ts';
import { layoutOf } from '../../kit/layout.ts';
import { movedIn, selectIn } from '../../kit/list.ts';
import { scroll, target, type Move } from '../../kit/scroll.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { personalityLineCount } from './detail.ts';
import { bindingAt, bindingsOf, listedPersonalities, selectedPersonality } from './select.ts';
import type { PersonalityTab } from '../../state/panes/personalities.ts';

const start = { top: 0, left: 0 };

export function movePersonalities(ui: Ui, move: Move): void {
  const { state } = ui;
  const { personalities } = state;
  const { rows } = detailRoom(state);
  if (!isInDetail(state)) {
    const page = Math.max(1, layoutOf(state).list);
    const next = movedIn(listedPersonalities(state), personalities, move, page);
    const place = next.selected === personalities.selected ? personalities.place : start;
    return ui.set({ personalities: { ...personalities, ...next, place } });
  }
  const row = selectedPersonality(state);
  if (row === undefined) return;
  const total = bindingsOf(state, row).length;
  if (personalities.tab === 'Bindings' && total > 0) {
    const at = target(move, bindingAt(state, row), total, rows);
    return ui.set({ personalities: withBinding(state, row, at) });
  }
  const place = scroll(personalities.place, move, personalityLineCount(state), rows);
  ui.set({ personalities: { ...personalities, place } });
}

/** The binding under the keys, kept on screen; a line stands above the first one. */
function withBinding(state: UiState, row: PersonalityView, at: number): UiState['personalities'] {
  const { personalities } = state;
  const { rows } = detailRoom(state);
  const line = at + 1;
  const from = typeof personalities.place.top === 'number' ? personalities.place.top : 0;
  const shown = Math.max(from, line - rows + 1);
  const top = Math.min(shown, at === 0 ? 0 : line);
  return { ...personalities, binding: { of: row.id, at }, place: { top, left: 0 } };
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

/** The state with this personality selected; a filter that hides it is lifted. */
export function withPersonality(state: UiState, id: string): UiState {
  const shown = listedPersonalities(state).some((row) => row.id === id);
  const personalities = shown ? state.personalities : { ...state.personalities, filter: '' };
  const next = { ...state, personalities };
  const page = Math.max(1, layoutOf({ ...next, pane: 'personalities', zoomed: false }).list);
  const selected = selectIn(listedPersonalities(next), personalities, id, page);
  return { ...next, personalities: { ...personalities, ...selected, place: start } };
}

export function showPersonalityTab(ui: Ui, tab: PersonalityTab): void {
  ui.set({ personalities: { ...ui.state.personalities, tab, place: start } });
}
