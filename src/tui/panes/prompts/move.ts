/** Movement in Prompts: in the list, in the history, in a text. */
import type { Ui } from '../../kit/ui.ts';
import { layoutOf } from '../../kit/layout.ts';
import { movedIn, selectIn } from '../../kit/list.ts';
import { scroll, target, type Move } from '../../kit/scroll.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { promptLineCount } from './detail.ts';
import { historyOf, listedPrompts, loadedOf, selectedPrompt } from './select.ts';
import { startOfText } from '../../state/viewport.ts';
import type { PromptsState, PromptTab } from '../../state/panes/prompts.ts';

export function movePrompts(ui: Ui, move: Move): void {
  const { state } = ui;
  if (!isInDetail(state)) {
    const page = Math.max(1, layoutOf(state).list);
    const next = movedIn(listedPrompts(state), state.prompts, move, page);
    return ui.set({
      prompts: next.selected === state.prompts.selected ? { ...state.prompts, ...next } : startOver(state, next),
    });
  }
  if (state.prompts.tab === 'History') return moveInHistory(ui, move);
  const { rows } = detailRoom(state);
  const place = scroll(state.prompts.place, move, promptLineCount(state), rows);
  ui.set({ prompts: { ...state.prompts, place } });
}

/** Another prompt begins at its first line. */
function startOver(state: UiState, next: Partial<PromptsState>): PromptsState {
  return { ...state.prompts, ...next, place: startOfText };
}

/** The state with this prompt selected; a filter that hides it is lifted. */
export function withPrompt(state: UiState, id: string): UiState {
  const shown = listedPrompts(state).some((prompt) => prompt.id === id);
  const prompts = shown ? state.prompts : { ...state.prompts, filter: '', problemsOnly: false };
  const next = { ...state, prompts };
  const page = Math.max(1, layoutOf({ ...next, pane: 'prompts', zoomed: false }).list);
  return { ...next, prompts: startOver(next, selectIn(listedPrompts(next), prompts, id, page)) };
}

function moveInHistory(ui: Ui, move: Move): void {
  const { state } = ui;
  const prompt = selectedPrompt(state);
  const total = (prompt === undefined ? undefined : loadedOf(state, prompt)?.revisions)?.length ?? 0;
  if (prompt === undefined || total === 0) return;
  const { rows } = detailRoom(state);
  const history = historyOf(state, prompt);
  const at = target(move, Math.min(history.at, total - 1), total, rows);
  const from = typeof state.prompts.place.top === 'number' ? state.prompts.place.top : 0;
  const top = Math.max(0, Math.min(Math.max(from, at - rows + 1), at));
  ui.set({ prompts: { ...state.prompts, history: { ...history, at }, place: { top, left: 0 } } });
}

export function showPromptTab(ui: Ui, tab: PromptTab): void {
  ui.set({ prompts: { ...ui.state.prompts, tab, place: startOfText } });
}
