/** Finds the sessions that are listed beside the timeline, and the one whose events it shows. */
import type { AuditSession } from '../../../../engine/index.ts';
import { lastOf } from '../../../state/memo.ts';
import type { UiState } from '../../../state/ui-store.ts';

const none: readonly AuditSession[] = [];

const inProject = lastOf((rows: readonly AuditSession[], project: string | undefined): readonly AuditSession[] =>
  project === undefined ? rows : rows.filter((row) => row.project === project),
);

/** The newest first. */
export function listedSessions({ audit, project }: Pick<UiState, 'audit' | 'project'>): readonly AuditSession[] {
  const rows = audit.sessions?.rows;
  return rows === undefined ? none : inProject(rows, project);
}

/** The one whose events are shown; undefined while it is in no row. */
export function chosenSession(state: Pick<UiState, 'audit' | 'project'>): AuditSession | undefined {
  const id = state.audit.list.session;
  return listedSessions(state).find((row) => row.id === id);
}

/** Ids of one day begin alike: their end tells them apart. */
export function shortSession(id: string): string {
  return id.length <= 9 ? id : `…${id.slice(-8)}`;
}
