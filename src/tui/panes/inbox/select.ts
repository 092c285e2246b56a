/** Lists proposals: what waits, the oldest first; on demand what was decided, the newest first. */
import type { ProposalDetail, ProposalView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { anything } from '../../state/filter.ts';
import { lastOf } from '../../state/memo.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { projectOfRef } from '../../kit/projects.ts';
import { sliceSource, type ListFrom, type SliceSpec } from '../../kit/list-source.ts';

const decidedAt = (row: ProposalView): number => row.decision?.at ?? row.updatedAt;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What waits, the oldest first; then what was decided, the newest first. */
function byAge(a: ProposalView, b: ProposalView): number {
  const [first, second] = [isPending(a), isPending(b)];
  if (first !== second) return first ? -1 : 1;
  const order = first ? a.createdAt - b.createdAt : decidedAt(b) - decidedAt(a);
  return order === 0 ? byText(a.id, b.id) : order;
}

const isPending = ({ state }: ProposalView): boolean => state === 'pending';

/** A filter that names a state has all of them to choose from. */
const namesState = (source: string): boolean => /(?:^|\s)!?state:\S/i.test(source);

type Proposals = ReadonlyMap<string, ProposalView>;

export const inboxOrders: SliceSpec<'inbox', ProposalView>['orders'] = [
  { by: 'AGE', said: 'age: what waits longest first', compare: byAge },
  { by: 'KIND', said: 'kind', compare: (a, b) => byText(a.kind, b.kind) || byAge(a, b) },
  { by: 'TARGET', said: 'target', compare: (a, b) => byText(a.ref, b.ref) || byAge(a, b) },
  { by: 'FROM', said: 'author', compare: (a, b) => byText(a.author, b.author) || byAge(a, b) },
];

export const inboxList = sliceSource<'inbox', ProposalView>({
  slice: 'inbox',
  all: ({ view }) => view?.proposals,
  projectOf: ({ ref }, agents) => projectOfRef(ref, agents),
  filterFields: {
    id: anything,
    kind: ['prompt', 'personality', 'skill'] satisfies readonly ProposalView['kind'][],
    target: anything,
    from: anything,
    state: ['pending', 'approved', 'rejected', 'superseded', 'expired', 'withdrawn', 'all'],
  },
  filterable({ id, kind, ref, author, reason, state, isStale, risks }) {
    const words = [id, kind, ref, author, reason, state, isStale ? 'stale' : '', ...risks];
    return {
      text: clean(words.join(' ')).toLowerCase(),
      // `state:all` finds all of them.
      fields: { id, kind, target: ref, from: author.toLowerCase(), state: `${state} all` },
    };
  },
  orders: inboxOrders,
  narrow: ({ decidedToo, filter }) => (decidedToo || namesState(filter) ? undefined : isPending),
  unhide: ({ decidedToo }, row) => ({ decidedToo: decidedToo || !isPending(row) }),
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

type From = ListFrom<'inbox'>;

/**
 * The proposal that the keys are about. While its detail has the focus it stays, also once it is decided elsewhere and
 * gone from the list: nothing else may slip under a key that was meant for it.
 */
export function selectedProposal(state: From & Pick<UiState, 'zoomed' | 'focus'>): ProposalView | undefined {
  const { view, inbox } = state;
  const kept = isInDetail(state) && inbox.selected !== undefined ? view?.proposals.get(inbox.selected) : undefined;
  return kept ?? inboxList.selected(state);
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
  return inboxList.listed(state).filter((row) => marked.has(row.id) && row.state === 'pending');
}
