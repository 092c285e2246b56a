/** Offers what `y` copies of an instance, here and in its log. */
import type { CopyItem } from '../../../text/copy-item.ts';
import { createLine } from '../../../text/create-line.ts';
import { selectedInstance, serverOf } from '../../kit/instances.ts';
import type { UiState } from '../../state/ui-store.ts';

export function instanceCopyItems(state: UiState): readonly CopyItem[] {
  const instance = selectedInstance(state);
  if (instance === undefined) return [];
  const server = serverOf(state, instance);
  const reason =
    instance.failure === undefined ? instance.healthReason : `${instance.failure.code}: ${instance.failure.message}`;
  return [
    { key: 'n', name: 'name', text: instance.name },
    { key: 'i', name: 'id', text: instance.id },
    { key: 'r', name: 'reason', text: reason ?? '' },
    ...(instance.failure?.hint === undefined ? [] : [{ key: 'f', name: 'fix', text: instance.failure.hint }]),
    { key: 'j', name: 'JSON', text: JSON.stringify(instance) },
    ...(server === undefined ? [] : [{ key: 'c', name: 'create command', text: createLine(server) }]),
    { key: 'd', name: 'describe', text: `mcptui describe instance ${instance.name}` },
  ];
}
