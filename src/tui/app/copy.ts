/** What `y` offers to copy of the selected row. */
import { claudeCommand } from '../../text/client-config.ts';
import type { CopyItem } from '../../text/copy-item.ts';
import { paneOf } from './panes.ts';
import type { UiState } from '../state/ui-store.ts';

export function copyItems(state: UiState): readonly CopyItem[] {
  const text = claudeCommand({}, state.host.agentEnv ?? {});
  const connect: CopyItem = { key: 'c', name: 'connect an agent', text };
  const items = paneOf(state).copyItems?.(state) ?? [];
  const taken = items.some(({ key }) => key === connect.key);
  return [...items, ...(taken ? [] : [connect])].filter(({ text }) => text !== '');
}
