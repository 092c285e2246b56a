/** What `y` offers to copy of the selected row. */
import type { CopyItem } from '../pane.ts';
import { paneOf } from '../panes.ts';
import type { UiState } from '../ui-store.ts';

const connect: CopyItem = { key: 'c', name: 'connect an agent', text: 'claude mcp add mcptui -- mcptui proxy' };

export function copyItems(state: UiState): readonly CopyItem[] {
  const items = paneOf(state).copyItems?.(state) ?? [];
  const taken = items.some(({ key }) => key === connect.key);
  return [...items, ...(taken ? [] : [connect])].filter(({ text }) => text !== '');
}
