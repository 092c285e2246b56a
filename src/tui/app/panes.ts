/** Lists the panes that exist. */
import type { Pane } from '../kit/pane.ts';
import { auditPane } from '../panes/audit/pane.ts';
import { inboxPane } from '../panes/inbox/pane.ts';
import { instancesPane } from '../panes/instances/pane.ts';
import { logsPane } from '../panes/logs/pane.ts';
import { personalitiesPane } from '../panes/personalities/pane.ts';
import { promptsPane } from '../panes/prompts/pane.ts';
import { secretsPane } from '../panes/secrets/pane.ts';
import { sessionsPane } from '../panes/sessions/pane.ts';
import { toolsPane } from '../panes/tools/pane.ts';
import { paneIds, type PaneId } from '../state/pane-id.ts';
import type { UiState } from '../state/ui-store.ts';

export const panes: Readonly<Record<PaneId, Pane>> = {
  instances: instancesPane,
  prompts: promptsPane,
  personalities: personalitiesPane,
  inbox: inboxPane,
  audit: auditPane,
  sessions: sessionsPane,
  secrets: secretsPane,
  logs: logsPane,
  tools: toolsPane,
};

export const paneList: readonly Pane[] = paneIds.map((id) => panes[id]);

/** The pane in front. */
export function paneOf(state: Pick<UiState, 'pane'>): Pane {
  return panes[state.pane];
}
