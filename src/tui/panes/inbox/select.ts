/** Rows of the Inbox as listed: what waits, the oldest first; on demand what was decided, the newest first. */
import type { ProposalDetail, ProposalView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { parseFilter, type Filter, type Filterable } from '../../state/filter.ts';
import { selectedOf } from '../../kit/list.ts';
import { lastOf } from '../../state/memo.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';

export const inboxFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, ['id', 'kind', 'target', 'from', 'state']),
);

const filterables = new WeakMap<ProposalView, Filterable>();

function filterable(row: ProposalView): Filterable {
  const known = filterables.get(row);
  if (known !== undefined) return known;
  const { id, kind, ref, author, reason, state, isStale, risks } = row;
  const words = [id, kind, ref, author, reason, state, isStale ? 'stale' : '', ...risks];
  const made: Filterable = {
    text: clean(words.join(' ')).toLowerCase(),
    // `state:all` finds all of them.
    fields: { id, kind, target: ref, from: author.toLowerCase(), state: `${state} all` },
  };
  filterables.set(row, made);
  return made;
}

const decidedAt = (row: ProposalView): number => row.decision?.at ?? row.updatedAt;
const compare = (a: ProposalView, b: ProposalView): number => {
  const [first, second] = [a.state === 'pending', b.state === 'pending'];
  if (first !== second) return first ? -1 : 1;
  const order = first ? a.createdAt - b.createdAt : decidedAt(b) - decidedAt(a);
  return order === 0 ? (a.id < b.id ? -1 : 1) : order;
};

type Proposals = ReadonlyMap<string, ProposalView>;

/** A filter that names a state has all of them to choose from. */
const namesState = (source: string): boolean => /(?:^|\s)!?state:\S/i.test(source);

const rowsOf = lastOf((rows: Proposals, source: string, decidedToo: boolean): readonly ProposalView[] => {
  const filter = inboxFilter(source);
  const all = decidedToo || namesState(source);
  return [...rows.values()]
    .filter((row) => (all || row.state === 'pending') && (!filter.ok || filter.matches(filterable(row))))
    .sort(compare);
});

/** Those that wait, and since when the oldest of them does. */
export const waiting: (rows: Proposals) => { readonly count: number; readonly oldestAt: number } = lastOf(
  (rows: Proposals) => {
    let count = 0;
    let oldestAt = Infinity;
    for (const { state, createdAt } of rows.values()) {
      if (state !== 'pending') continue;
      count += 1;
      oldestAt = Math.min(oldestAt, createdAt);
    }
    return { count, oldestAt };
  },
);

const none: readonly ProposalView[] = [];

type From = Pick<UiState, 'view' | 'inbox'>;

export function listedInbox({ view, inbox }: From): readonly ProposalView[] {
  return view === undefined ? none : rowsOf(view.proposals, inbox.filter, inbox.decidedToo);
}

/**
 * The proposal that the keys are about. While its detail has the focus it stays, also once it is decided elsewhere and
 * gone from the list: nothing else may slip under a key that was meant for it.
 */
export function selectedProposal(state: From & Pick<UiState, 'zoomed' | 'focus'>): ProposalView | undefined {
  const { view, inbox } = state;
  const rows = listedInbox(state);
  if (isInDetail(state) && inbox.selected !== undefined) {
    return view?.proposals.get(inbox.selected) ?? selectedOf(rows, inbox);
  }
  return selectedOf(rows, inbox);
}

/** What was loaded of it, whichever content it had then. */
export function loadedProposal({ inbox }: Pick<UiState, 'inbox'>, { id }: ProposalView): ProposalDetail | undefined {
  return inbox.of === id ? inbox.data : undefined;
}

/** Its diff, as it is now, was on screen to its end. */
export function isSeen({ inbox }: Pick<UiState, 'inbox'>, { id, hash }: ProposalView): boolean {
  return inbox.seen.get(id) === hash;
}

/** Marked ones that still wait, in the order of the list; those that a filter hides are not meant. */
export function markedProposals(state: From): readonly ProposalView[] {
  const { marked } = state.inbox;
  if (marked.size === 0) return none;
  return listedInbox(state).filter((row) => marked.has(row.id) && row.state === 'pending');
}
