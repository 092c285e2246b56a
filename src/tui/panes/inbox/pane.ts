/** Makes a pane of the inbox: what it counts, loads and tells of, and how the palette names its rows. */
import type { EngineView, ProposalView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { lastOf } from '../../state/memo.ts';
import type { Arrival, Pane, Resource, Wanted } from '../../kit/pane.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { inboxCopyItems } from './copy.ts';
import { inboxDetail } from './detail.ts';
import { arrivalText } from './head.ts';
import { inboxDetailParts, inboxEmptyLine, inboxNote } from './paint.ts';
import { isSeen, selectedProposal, waiting, inboxList, inboxOrders } from './select.ts';
import type { InboxState } from '../../state/panes/inbox.ts';
import { proposalLine } from './words.ts';
import { listPane } from '../../kit/list-pane.ts';
import { inboxTable } from './table.ts';

/** How long it is told that a text changed while it was read. */
const changedNoticeMs = 6000;

function wants(state: UiState): Wanted | undefined {
  const proposal = selectedProposal(state);
  if (proposal === undefined) return undefined;
  const { id, hash, updatedAt, isStale, comments } = proposal;
  const again = state.inbox.of === id;
  const put =
    (found: Pick<InboxState, 'data' | 'error'>) =>
    (later: UiState): Partial<UiState> => {
      if (selectedProposal(later)?.id !== id) return {};
      const { inbox } = later;
      const before = inbox.of === id ? inbox.data : undefined;
      const hasChanged = before !== undefined && before.proposal.hash !== found.data?.proposal.hash;
      return {
        inbox: { ...inbox, ...found, of: id },
        ...(hasChanged && isInDetail(later)
          ? {
              notice: {
                tone: 'warn',
                text: `${clean(id)} has changed: this is its new diff`,
                at: later.now,
                until: later.now + changedNoticeMs,
              },
            }
          : {}),
      };
    };
  return {
    key: `proposal ${id} ${hash} ${updatedAt} ${isStale} ${comments} ${state.inbox.asked} ${again}`,
    again,
    load: async (commands) => put({ data: await commands.proposalDetail(id), error: undefined }),
    failed: (error) => put({ data: undefined, error }),
  };
}

/** A diff that is on screen to its end, and has the focus, was looked at. */
function observe(state: UiState): Partial<UiState> | undefined {
  if (!isInDetail(state) || state.overlay !== undefined) return undefined;
  const detail = inboxDetail(state);
  if (detail === undefined || !detail.isAtEnd || isSeen(state, detail.proposal)) return undefined;
  const { id, hash } = detail.proposal;
  return { inbox: { ...state.inbox, seen: new Map(state.inbox.seen).set(id, hash) } };
}

const abouts = new WeakMap<ProposalView, string>();

function aboutOf(proposal: ProposalView): string {
  let about = abouts.get(proposal);
  if (about === undefined) {
    about = `proposal · ${proposal.state} · ${proposalLine(proposal)}`;
    abouts.set(proposal, about);
  }
  return about;
}

const resourcesOf = lastOf((proposals: EngineView['proposals']): readonly Resource[] =>
  [...proposals.values()].map((proposal): Resource => ({
    name: clean(proposal.id),
    about: () => aboutOf(proposal),
    selectedIn: (state) => ({ ...inboxList.withSelected(state, proposal.id), zoomed: false, focus: 'list' }),
    select: (ui) =>
      ui.set({ inbox: inboxList.withSelected(ui.state, proposal.id).inbox, zoomed: false, focus: 'list' }),
  })),
);

function arrived(before: EngineView, after: EngineView): Arrival | undefined {
  if (before.proposals === after.proposals) return undefined;
  const fresh: ProposalView[] = [];
  for (const proposal of after.proposals.values()) {
    if (proposal.state === 'pending' && !before.proposals.has(proposal.id)) fresh.push(proposal);
  }
  return fresh.length === 0 ? undefined : { text: arrivalText(fresh), bell: true };
}

export const inboxPane: Pane = listPane<ProposalView, UiState>({
  id: 'inbox',
  number: '4',
  title: 'Inbox',
  short: 'Inb',
  legend: '▲ stale  ⚑ risk  ✓ read to its end  + marked',
  source: inboxList,
  orders: inboxOrders,
  table: inboxTable,
  context: (state) => state,
  note: inboxNote,
  emptyLine: inboxEmptyLine,
  // While its detail is read, what was decided meanwhile is in no row.
  isSelectionListed: (state) => inboxList.selected(state) === selectedProposal(state),
  badge({ view }) {
    const pending = view === undefined ? 0 : waiting(view.proposals).count;
    return pending === 0 ? '' : String(pending);
  },
  detail: inboxDetailParts,
  // All that its detail shows is a text; in a peek there is nothing to move in.
  moveInDetail: () => undefined,
  text: (state) => (isInDetail(state) ? inboxDetail(state)?.read : undefined),
  selectedName: (state) => clean(selectedProposal(state)?.id ?? ''),
  copyItems: inboxCopyItems,
  back(ui) {
    const { inbox } = ui.state;
    if (inbox.marked.size > 0) {
      inboxList.patch(ui, { marked: new Set() });
      return true;
    }
    if (!inbox.decidedToo) return false;
    inboxList.patch(ui, { decidedToo: false, top: 0 });
    return true;
  },
  wants,
  observe,
  refresh: (state) => ({ inbox: { ...state.inbox, asked: state.inbox.asked + 1 } }),
  verbs: {
    approve: 'proposal.approve',
    reject: 'proposal.reject',
    comment: 'proposal.comment',
    rebase: 'proposal.rebase',
  },
  resources: ({ proposals }) => resourcesOf(proposals),
  arrived,
});
