/** Offers what `y` copies of a session, or of an upstream when that list has the focus. */
import { clientConfigItems } from '../../../text/client-config.ts';
import type { CopyItem } from '../../../text/copy-item.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { selectedUpstream, sessionList } from './select.ts';

export function sessionsCopyItems(state: UiState): readonly CopyItem[] {
  const env = state.host.agentEnv ?? {};
  if (isInDetail(state)) {
    const upstream = selectedUpstream(state);
    if (upstream === undefined) return [];
    return [
      { key: 'n', name: 'name', text: upstream.server },
      { key: 'r', name: 'reason', text: upstream.reason ?? upstream.list.failure ?? '' },
      { key: 't', name: 'its tools', text: `mcptui get tools --server ${upstream.server}` },
      { key: 'j', name: 'JSON', text: JSON.stringify(upstream) },
      ...clientConfigItems({ project: upstream.project }, env),
    ];
  }
  const session = sessionList.selected(state);
  if (session === undefined) return clientConfigItems({}, env);
  return [
    { key: 'i', name: 'id', text: session.id },
    ...clientConfigItems(session, env),
    { key: 'a', name: 'its calls', text: `mcptui get audit --session ${session.id}` },
    { key: 'j', name: 'JSON', text: JSON.stringify(session) },
  ];
}
