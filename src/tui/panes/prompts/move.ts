/** Moves in the history of a prompt or skill, whose other tabs are texts, and between the two lists. */
import type { Ui } from '../../kit/ui.ts';
import { target, type Move } from '../../kit/scroll.ts';
import { detailRoom } from '../../kit/split-pane.ts';
import { historyOf, loadedOf, onShelf, promptList } from './select.ts';
import type { PromptTab, Shelf } from '../../state/panes/prompts.ts';

export function moveInPrompt(ui: Ui, move: Move): void {
  const { state } = ui;
  const prompt = promptList.selected(state);
  const total = (prompt === undefined ? undefined : loadedOf(state, prompt)?.revisions)?.length ?? 0;
  if (prompt === undefined || state.prompts.tab !== 'History' || total === 0) return;
  const { rows } = detailRoom(state);
  const history = historyOf(state, prompt);
  const at = target(move, Math.min(history.at, total - 1), total, rows);
  const historyTop = Math.max(0, Math.min(Math.max(state.prompts.historyTop, at - rows + 1), at));
  promptList.patch(ui, { history: { ...history, at }, historyTop });
}

export function showPromptTab(ui: Ui, tab: PromptTab): void {
  promptList.patch(ui, { tab, historyTop: 0 });
}

export function showShelf(ui: Ui, shelf: Shelf): void {
  const { prompts } = ui.state;
  if (prompts.shelf !== shelf) ui.set({ prompts: onShelf(prompts, shelf), focus: 'list', zoomed: false });
}
