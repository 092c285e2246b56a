/** Keys of the Inbox. */
import type { ProposalDetail, ProposalView } from '../../../engine/index.ts';
import type { Ui } from '../../kit/ui.ts';
import { otherMode } from '../../state/diff-settings.ts';
import { belowWords } from '../../kit/viewer/paint.ts';
import { always, bind, type Binding } from '../../kit/keymap.ts';
import { layoutOf } from '../../kit/layout.ts';
import { selectIn } from '../../kit/list.ts';
import { enterDetail, isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { askForComment, askToApprove, askToApproveAll, askToReject } from './decide.ts';
import { inboxDetail, tabsOf } from './detail.ts';
import { editProposal, rebase } from './edit.ts';
import { isSeen, loadedProposal, markedProposals, selectedProposal, inboxList } from './select.ts';
import type { InboxTab } from '../../state/panes/inbox.ts';
import { markKeymap } from '../../kit/mark-keymap.ts';
import { tabKeymap, turned } from '../../kit/tab-keymap.ts';

function current(state: UiState): ProposalView | string {
  if (state.view === undefined) return 'the engine is still starting';
  return (
    selectedProposal(state) ?? (state.view.proposals.size === 0 ? 'nothing was proposed yet' : 'no proposal is listed')
  );
}

function pending(state: UiState): ProposalView | string {
  const proposal = current(state);
  if (typeof proposal === 'string' || proposal.state === 'pending') return proposal;
  return `${proposal.id} is ${proposal.state} already`;
}

/** The marked proposals in the list; the shown one while its detail has the focus. */
function targets(state: UiState): readonly ProposalView[] | string {
  const marked = isInDetail(state) ? [] : markedProposals(state);
  if (marked.length > 0) return marked;
  const proposal = pending(state);
  return typeof proposal === 'string' ? proposal : [proposal];
}

/** Opens the detail of this proposal, which from then on keeps its place in the list. */
function open(ui: Ui, proposal: ProposalView, tab: InboxTab): void {
  const { state } = ui;
  const page = Math.max(1, layoutOf(state).list);
  const list = selectIn(inboxList.listed(state), state.inbox, proposal.id, page);
  ui.set({ ...enterDetail(state), inbox: { ...state.inbox, ...list, selected: proposal.id, tab } });
}

function approveOne(ui: Ui, proposal: ProposalView): void {
  const { state } = ui;
  const { id } = proposal;
  const data = loadedProposal(state, proposal);
  if (isSeen(state, proposal)) return askToApprove(ui, proposal, proposal.hash);
  if (!isInDetail(state) || inboxDetail(state)?.tab !== 'Diff') {
    open(ui, proposal, 'Diff');
    return ui.notify('info', `read ${id} first, to its end; then a approves`);
  }
  if (data === undefined || data.proposal.hash !== proposal.hash) {
    return ui.notify('info', `${id} is still loading`);
  }
  const read = inboxDetail(state)?.read;
  const below = read === undefined ? undefined : belowWords(read);
  if (below !== undefined) return ui.notify('info', `read the diff to its end first: ${below} · G goes there`);
  ui.notify('info', 'read the whole diff first: Esc shows the lines that & and - leave out');
}

const hintOfApprove = (state: UiState): string => {
  const found = targets(state);
  if (typeof found !== 'string' && found.length > 1) return `approve ${found.length}`;
  const proposal = selectedProposal(state);
  return proposal !== undefined && isSeen(state, proposal) ? 'approve' : 'read, approve';
};

const edit = (inline: boolean): Binding =>
  bind({
    id: inline ? 'proposal.edit-inline' : 'proposal.edit',
    keys: [inline ? 'E' : 'e'],
    focus: 'inbox',
    help: inline ? 'change what is proposed, here' : 'change what is proposed, in $EDITOR, before approving it',
    ...(inline ? {} : { hint: 'edit' }),
    dangerous: true,
    target(state): ProposalDetail | string {
      const proposal = pending(state);
      if (typeof proposal === 'string') return proposal;
      return loadedProposal(state, proposal) ?? `${proposal.id} is still loading`;
    },
    run(data, ui) {
      open(ui, data.proposal, 'Diff');
      editProposal(ui, data, inline);
    },
  });

export const inboxKeymap: readonly Binding[] = [
  bind({
    id: 'proposal.open',
    keys: ['enter'],
    focus: 'inbox',
    help: 'read its diff',
    hint: (state) => (isInDetail(state) ? undefined : 'diff'),
    target: current,
    run: (proposal, ui) => open(ui, proposal, 'Diff'),
  }),
  bind({
    id: 'proposal.approve',
    keys: ['a'],
    focus: 'inbox',
    help: 'approve, after a question; for an unread one the first press opens the diff',
    hint: hintOfApprove,
    dangerous: true,
    target(state) {
      const found = targets(state);
      if (typeof found === 'string' || found.length > 1) return found;
      const [one] = found;
      return one?.isStale === true ? `${one.id} is stale: u rebases it first` : found;
    },
    run(found, ui) {
      const [one] = found;
      if (found.length > 1) askToApproveAll(ui, found);
      else if (one !== undefined) approveOne(ui, one);
    },
  }),
  bind({
    id: 'proposal.reject',
    keys: ['x'],
    focus: 'inbox',
    help: 'reject; asks for the reason',
    hint: 'reject',
    dangerous: true,
    target: targets,
    run: (found, ui) => askToReject(ui, found),
  }),
  bind({
    id: 'proposal.rebase',
    keys: ['u'],
    focus: 'inbox',
    help: 'rebase a stale one on what is live; a conflict opens the editor',
    hint: 'rebase',
    dangerous: true,
    target(state) {
      const proposal = pending(state);
      if (typeof proposal === 'string') return proposal;
      return proposal.isStale ? proposal : `${proposal.id} is not stale: nothing to rebase`;
    },
    run(proposal, ui) {
      open(ui, proposal, 'Diff');
      rebase(ui, proposal);
    },
  }),
  bind({
    id: 'proposal.comment',
    keys: ['m'],
    focus: 'inbox',
    help: 'comment',
    hint: 'comment',
    dangerous: true,
    target: pending,
    run: (proposal, ui) => askForComment(ui, proposal),
  }),
  edit(false),
  edit(true),
  ...markKeymap<ProposalView>({
    id: 'proposal',
    focus: 'inbox',
    help: 'mark or unmark; a and x act on all that are marked',
    marked: ({ inbox }) => inbox.marked,
    current: pending,
    shown(state) {
      const waits = inboxList.listed(state).filter((row) => row.state === 'pending');
      return waits.length === 0 ? 'nothing that is shown waits for a decision' : waits;
    },
    put: (ui, marked) => inboxList.patch(ui, { marked }),
  }),
  bind({
    id: 'proposal.diff-mode',
    keys: ['d'],
    focus: 'inbox',
    help: 'read its diff; there: unified, or side by side',
    target: current,
    run(proposal, ui) {
      const { state } = ui;
      if (!isInDetail(state)) return open(ui, proposal, 'Diff');
      ui.set({ diff: otherMode(state.diff, state.size.columns) });
    },
  }),
  bind({
    id: 'inbox.decided',
    keys: ['A'],
    focus: 'inbox',
    help: 'decided too, or only what waits',
    target: always,
    run({ inbox }, ui) {
      ui.set({ inbox: { ...inbox, decidedToo: !inbox.decidedToo, top: 0 } });
    },
  }),
  ...tabKeymap<ProposalView>({
    id: 'proposal',
    focus: 'inbox',
    help: 'diff, both sides of a stale one, text, comments',
    target: current,
    turn(ui, by, proposal) {
      const tabs = tabsOf(loadedProposal(ui.state, proposal));
      inboxList.patch(ui, { tab: turned(tabs, inboxDetail(ui.state)?.tab ?? 'Diff', by) });
    },
  }),
];
