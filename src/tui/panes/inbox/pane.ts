/** Inbox as a pane: what it counts and loads, what it tells of, and how the palette names its rows. */
import type { EngineView, ProposalView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import type { Ui } from '../../kit/ui.ts';
import { layoutOf } from '../../kit/layout.ts';
import { movedIn, selectIn } from '../../kit/list.ts';
import { lastOf } from '../../state/memo.ts';
import type { Arrival, Pane, Resource, Wanted } from '../../kit/pane.ts';
import { scroll, type Move } from '../../kit/scroll.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { inboxCopyItems } from './copy.ts';
import { inboxDetail } from './detail.ts';
import { arrivalText } from './head.ts';
import { paintInbox } from './paint.ts';
import { inboxFilter, isSeen, listedInbox, selectedProposal, waiting } from './select.ts';
import { startOfTab, type InboxState } from '../../state/panes/inbox.ts';
import { proposalLine } from './words.ts';

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
        inbox: { ...inbox, ...found, of: id, place: inbox.of === id && !hasChanged ? inbox.place : startOfTab },
        ...(hasChanged && isInDetail(later)
          ? {
              notice: {
                tone: 'warn',
                text: `${clean(id)} has changed: this is its new diff`,
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

function move(ui: Ui, by: Move): void {
  const { state } = ui;
  const { inbox } = state;
  if (!isInDetail(state)) {
    const page = Math.max(1, layoutOf(state).list);
    const list = movedIn(listedInbox(state), inbox, by, page);
    return ui.set({ inbox: { ...inbox, ...list, place: startOfTab } });
  }
  const detail = inboxDetail(state);
  if (detail === undefined) return;
  const { rows, page } = detail;
  const { top } = scroll({ ...inbox.place, top: detail.top }, by, rows.total, page);
  const last = Math.max(0, rows.total - page);
  ui.set({ inbox: { ...inbox, place: { ...inbox.place, top: top === 'end' ? last : top } } });
}

/** Selects it even where a filter, or its being decided, hides it. */
export function selectProposal(state: UiState, id: string): UiState {
  const proposal = state.view?.proposals.get(id);
  const { inbox } = state;
  const shown = {
    ...state,
    inbox: { ...inbox, filter: '', decidedToo: inbox.decidedToo || proposal?.state !== 'pending' },
  };
  const page = Math.max(1, layoutOf({ ...shown, pane: 'inbox' }).list);
  return {
    ...shown,
    inbox: { ...shown.inbox, ...selectIn(listedInbox(shown), shown.inbox, id, page), place: startOfTab },
  };
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
    selectedIn: (state) => ({ ...selectProposal(state, proposal.id), zoomed: false, focus: 'list' }),
    select: (ui) => ui.set({ inbox: selectProposal(ui.state, proposal.id).inbox, zoomed: false, focus: 'list' }),
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

export const inboxPane: Pane = {
  id: 'inbox',
  number: '4',
  title: 'Inbox',
  short: 'Inb',
  legend: '▲ stale  ⚑ risk  ✓ read to its end  + marked',
  hasDetail: true,
  badge({ view }) {
    const pending = view === undefined ? 0 : waiting(view.proposals).count;
    return pending === 0 ? '' : String(pending);
  },
  paint: paintInbox,
  filter: ({ inbox }) => inbox.filter,
  setFilter: (ui, text) => ui.set({ inbox: { ...ui.state.inbox, filter: text, top: 0 } }),
  filterProblem({ inbox }) {
    const filter = inboxFilter(inbox.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move,
  moveSideways(ui, columns) {
    const { inbox, diff } = ui.state;
    if (diff.wrap) return;
    ui.set({ inbox: { ...inbox, place: { ...inbox.place, left: Math.max(0, inbox.place.left + columns) } } });
  },
  selectedName(state) {
    const proposal = selectedProposal(state);
    return proposal === undefined ? '' : clean(proposal.id);
  },
  copyItems: inboxCopyItems,
  back(ui) {
    const { inbox } = ui.state;
    if (inbox.marked.size > 0) {
      ui.set({ inbox: { ...inbox, marked: new Set() } });
      return true;
    }
    if (!inbox.decidedToo) return false;
    ui.set({ inbox: { ...inbox, decidedToo: false, top: 0 } });
    return true;
  },
  wants,
  observe,
  refresh: (state) => ({ inbox: { ...state.inbox, asked: state.inbox.asked + 1 } }),
  diff(state) {
    const detail = inboxDetail(state);
    if (detail?.diff === undefined) return undefined;
    return {
      rows: detail.diff,
      top: detail.top,
      page: detail.page,
      scrollTo: (ui, top) => {
        const { inbox } = ui.state;
        ui.set({ inbox: { ...inbox, place: { ...inbox.place, top } } });
      },
    };
  },
  verbs: {
    approve: 'proposal.approve',
    reject: 'proposal.reject',
    comment: 'proposal.comment',
    rebase: 'proposal.rebase',
  },
  resources: ({ proposals }) => resourcesOf(proposals),
  arrived,
};
