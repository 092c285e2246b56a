/** Asks for the servers' tools when the pane is looked at, and again when a list has changed. */
import { lastOf } from '../../state/memo.ts';
import type { EngineView } from '../../../engine/index.ts';
import type { Wanted } from '../../kit/pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { toolRows } from './rows.ts';

/** What the lists depend on: who is there, and when each was fetched. */
const signature = lastOf((upstreams: EngineView['upstreams']): string =>
  [...upstreams.values()].map(({ id, tools, list }) => `${id} ${tools ?? '-'} ${list.fetchedAt ?? '-'}`).join(','),
);

export function wantedTools(state: UiState): Wanted | undefined {
  if (state.view === undefined) return undefined;
  const again = state.tools.rows !== undefined;
  return {
    key: `tools ${signature(state.view.upstreams)} ${state.tools.asked}`,
    again,
    async load(commands) {
      const catalogs = await commands.catalog();
      const rows = await toolRows(catalogs);
      const unknown = catalogs.filter(({ lists }) => !lists.tools.isKnown).map(({ server }) => server);
      return ({ tools }) => ({ tools: { ...tools, rows, unknown, error: undefined } });
    },
    failed:
      (error) =>
      ({ tools }) => ({ tools: { ...tools, error } }),
  };
}
