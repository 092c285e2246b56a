/** The panes that exist, their numbers and names; and going from one to another. */
import type { Console } from './console.ts';
import type { PaneFrame } from './frame.ts';
import { auditPane } from './panes/audit/pane.ts';
import { instancesPane } from './panes/instances/pane.ts';
import { logsPane } from './panes/logs/pane.ts';
import { sessionsPane } from './panes/sessions/pane.ts';
import { problemCount } from './select.ts';
import { paneIds, type PaneId, type UiState } from './ui-store.ts';

export interface Pane {
  readonly id: PaneId;
  /** The key that shows it; numbers stay when panes come between. */
  readonly number: string;
  readonly title: string;
  /** Three or four letters, for narrow screens. */
  readonly short: string;
  /** How many it holds and how many of them fail: `8!3`; empty when that says nothing. */
  badge(state: UiState): string;
  paint(state: UiState): PaneFrame;
}

export const panes: Readonly<Record<PaneId, Pane>> = {
  instances: {
    id: 'instances',
    number: '1',
    title: 'Instances',
    short: 'Inst',
    badge({ view }) {
      if (view === undefined) return '';
      const problems = problemCount(view.instances);
      return `${view.instances.size}${problems === 0 ? '' : `!${problems}`}`;
    },
    paint: instancesPane,
  },
  audit: { id: 'audit', number: '5', title: 'Audit', short: 'Aud', badge: () => '', paint: auditPane },
  sessions: {
    id: 'sessions',
    number: '6',
    title: 'Sessions',
    short: 'Ses',
    badge: ({ view }) => (view === undefined ? '' : String(view.sessions.size)),
    paint: sessionsPane,
  },
  logs: { id: 'logs', number: '8', title: 'Logs', short: 'Log', badge: () => '', paint: logsPane },
};

export const paneList: readonly Pane[] = paneIds.map((id) => panes[id]);

export function showPane(console: Console, id: PaneId): void {
  const { state } = console;
  if (state.pane === id) return console.set({ overlay: undefined });
  console.set({ pane: id, previousPane: state.pane, focus: 'list', zoomed: false, overlay: undefined });
}
