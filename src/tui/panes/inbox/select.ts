/** Rows of Inbox as listed. */
import type { ProposalView } from '../../../engine/index.ts';
import { clean } from '../../clean.ts';
import { parseFilter, type Filter, type Filterable } from '../../filter.ts';
import { selectedOf } from '../../list.ts';
import { lastOf } from '../../memo.ts';
import type { UiState } from '../../ui-store.ts';

export const inboxFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, ['id', 'kind', 'target', 'from', 'state']),
);

const filterables = new WeakMap<ProposalView, Filterable>();

function filterable(row: ProposalView): Filterable {
  const known = filterables.get(row);
  if (known !== undefined) return known;
  const made = {
    text: clean(`${row.id} ${row.kind} ${row.ref} ${row.author} ${row.reason}`).toLowerCase(),
    fields: { id: row.id, kind: row.kind, target: row.ref, from: row.author, state: row.state },
  };
  filterables.set(row, made);
  return made;
}

const rowsOf = lastOf((rows: ReadonlyMap<string, ProposalView>, filter: Filter): readonly ProposalView[] =>
  [...rows.values()].filter((row) => !filter.ok || filter.matches(filterable(row))),
);

const none: readonly ProposalView[] = [];

type From = Pick<UiState, 'view' | 'inbox'>;

export function listedInbox({ view, inbox }: From): readonly ProposalView[] {
  return view === undefined ? none : rowsOf(view.proposals, inboxFilter(inbox.filter));
}

export function selectedProposal(state: From): ProposalView | undefined {
  return selectedOf(listedInbox(state), state.inbox);
}
