/** Moves in the detail of a prompt or skill, in its history or its text, and between the two lists. */
import type { Ui } from '../../kit/ui.ts';
import { scroll, target, type Move } from '../../kit/scroll.ts';
import { detailRoom } from '../../kit/split-pane.ts';
import { promptLineCount } from './detail.ts';
import { historyOf, loadedOf, onShelf, promptList } from './select.ts';
import { startOfText } from '../../state/viewport.ts';
import type { PromptTab, Shelf } from '../../state/panes/prompts.ts';

export function moveInPrompt(ui: Ui, move: Move): void {
  const { state } = ui;
  if (state.prompts.tab === 'History') return moveInHistory(ui, move);
  const { rows } = detailRoom(state);
  promptList.patch(ui, { place: scroll(state.prompts.place, move, promptLineCount(state), rows) });
}

function moveInHistory(ui: Ui, move: Move): void {
  const { state } = ui;
  const prompt = promptList.selected(state);
  const total = (prompt === undefined ? undefined : loadedOf(state, prompt)?.revisions)?.length ?? 0;
  if (prompt === undefined || total === 0) return;
  const { rows } = detailRoom(state);
  const history = historyOf(state, prompt);
  const at = target(move, Math.min(history.at, total - 1), total, rows);
  const from = typeof state.prompts.place.top === 'number' ? state.prompts.place.top : 0;
  const top = Math.max(0, Math.min(Math.max(from, at - rows + 1), at));
  promptList.patch(ui, { history: { ...history, at }, place: { top, left: 0 } });
}

export function showPromptTab(ui: Ui, tab: PromptTab): void {
  promptList.patch(ui, { tab, place: startOfText });
}

export function showShelf(ui: Ui, shelf: Shelf): void {
  const { prompts } = ui.state;
  if (prompts.shelf !== shelf) ui.set({ prompts: onShelf(prompts, shelf), focus: 'list', zoomed: false });
}
