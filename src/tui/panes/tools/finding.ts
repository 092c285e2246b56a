/** Finds a text in a tool's schema, definition or result: `/`, `n` and `N`. */
import type { Ui } from '../../kit/ui.ts';
import { linesWith, nextOf, type Finder } from '../../kit/find.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { toolDetail } from './detail.ts';
import type { ToolsState } from '../../state/panes/tools.ts';

export function toolFinder(state: UiState): Finder | undefined {
  if (!isInDetail(state) || detailRoom(state).isPeek || toolDetail(state) === undefined) return undefined;
  return { text: state.tools.find, set: find };
}

function find(ui: Ui, text: string): void {
  const { tools } = ui.state;
  const { found: _, ...place } = tools.place;
  const from = toolDetail(ui.state)?.top ?? 0;
  ui.set({ tools: { ...tools, find: text, place: { ...place, ...placeOf(ui.state, text, from, 1) } } });
}

/** The next one, or with -1 the one before; at the end from the start again. */
export function findAgain(ui: Ui, way: 1 | -1): void {
  const { tools } = ui.state;
  const { found } = tools.place;
  const from = found === undefined ? (toolDetail(ui.state)?.top ?? 0) : found + way;
  ui.set({ tools: { ...tools, place: { ...tools.place, ...placeOf(ui.state, tools.find, from, way) } } });
}

/** Where `text` is found from a line on, and the line to begin the screen with; nothing when it is nowhere. */
function placeOf(state: UiState, text: string, from: number, way: 1 | -1): Partial<ToolsState['place']> {
  const detail = toolDetail(state);
  if (detail === undefined) return {};
  const { lines, page, top } = detail;
  const found = nextOf(linesWith(lines, text), from, way);
  if (found === undefined) return {};
  const isOnScreen = found >= top && found < top + page;
  const middle = Math.min(Math.max(0, found - Math.floor(page / 2)), Math.max(0, lines.length - page));
  return { found, top: isOnScreen ? top : middle };
}

/** `2 of 17`, or that there is none. */
export function foundWords(state: UiState): string {
  const { find: text, place } = state.tools;
  const detail = toolDetail(state);
  if (text === '' || detail === undefined) return '';
  const found = linesWith(detail.lines, text);
  if (found.length === 0) return 'not found';
  const at = place.found === undefined ? -1 : found.indexOf(place.found);
  return at === -1 ? `${found.length} found` : `${at + 1} of ${found.length}`;
}
