/** Finds the sessions that are listed beside the timeline, and the one whose events it shows. */
import type { AuditSession } from '../../../../engine/index.ts';
import { clean } from '../../../../text/clean.ts';
import {
  anything,
  parseFilter,
  passing,
  type Filter,
  type Filterable,
  type FilterFields,
} from '../../../state/filter.ts';
import { lastOf } from '../../../state/memo.ts';
import type { UiState } from '../../../state/ui-store.ts';

const none: readonly AuditSession[] = [];

const fields: FilterFields = {
  client: anything,
  project: anything,
  agent: anything,
  actor: anything,
  gate: ['open'],
};

function filterable({ id, client, project, agent = '', personality = '', actor, gate }: AuditSession): Filterable {
  return {
    text: clean(`${id} ${client} ${project} ${agent} ${personality} ${actor}`).toLowerCase(),
    fields: { client: client.toLowerCase(), project, agent, actor: actor.toLowerCase(), gate: gate ?? '' },
  };
}

const parsed = lastOf((text: string): Filter => parseFilter(text, fields));

export function sessionFilter({ audit }: Pick<UiState, 'audit'>): { readonly text: string; readonly parsed: Filter } {
  const text = audit.sessions?.list.filter ?? '';
  return { text, parsed: parsed(text) };
}

const shown = lastOf(
  (rows: readonly AuditSession[], project: string | undefined, filter: Filter): readonly AuditSession[] => {
    const inProject = project === undefined ? rows : rows.filter((row) => row.project === project);
    return passing(filter, inProject, filterable);
  },
);

/** The newest first. */
export function listedSessions(state: Pick<UiState, 'audit' | 'project'>): readonly AuditSession[] {
  const rows = state.audit.sessions?.rows;
  return rows === undefined ? none : shown(rows, state.project, sessionFilter(state).parsed);
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
