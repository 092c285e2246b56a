/** Words around the list of proposals, and the detail of the selected one. */
import type { ProposalView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { age, count, plural } from '../../../text/format.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import type { Span } from '../../kit/theme.ts';
import { viewerRows, viewerWords } from '../../kit/viewer/paint.ts';
import type { UiState } from '../../state/ui-store.ts';
import { inboxDetail, tabsOf, type InboxDetail } from './detail.ts';
import { isSeen, loadedProposal, markedProposals, waiting } from './select.ts';
import type { ListPane } from '../../kit/list-pane.ts';

type Detail = ReturnType<ListPane<ProposalView, UiState>['detail']>;

export function inboxDetailParts(state: UiState): Detail {
  const detail = inboxDetail(state);
  return {
    detailTitle: detail === undefined ? [] : titleOf(state, detail),
    detailNote: detailNote(state),
    detail: () =>
      detail === undefined ? [] : [...detail.head, ...(detail.read === undefined ? [] : viewerRows(detail.read))],
    foot: detail === undefined ? '' : footOf(state, detail),
  };
}

export function inboxNote(state: UiState): string {
  const { inbox, view, now } = state;
  const { count: pending, oldestAt } = view === undefined ? { count: 0, oldestAt: 0 } : waiting(view.proposals);
  const marked = inbox.marked.size === 0 ? '' : `${markedProposals(state).length} marked · `;
  const decided = inbox.decidedToo ? 'decided too · ' : '';
  return `${marked}${decided}pending ${count(pending)}${pending === 0 ? '' : ` · oldest ${age(now - oldestAt)}`}`;
}

/** A list made empty says which key brings rows back, or what would fill it. */
export function inboxEmptyLine({ inbox, view }: UiState): string {
  const all = view?.proposals.size ?? 0;
  if (inbox.filter !== '') return `none of ${plural(all, 'proposal')} matches the filter · Esc clears it`;
  if (all > 0) return 'nothing waits for a decision · A shows what was decided';
  return 'nothing waits: agents propose changes with propose_prompt';
}

function titleOf(state: UiState, { proposal, tab }: InboxDetail): readonly Span[] {
  const id: Span = [clean(proposal.id), 'strong'];
  if (detailRoom(state).isPeek) return [id];
  const names = tabsOf(loadedProposal(state, proposal)).map((name): Span => {
    const label = name === 'Comments' ? `${name} ${proposal.comments}` : name;
    return name === tab ? [`[${label}]`, 'strong'] : label;
  });
  return [id, ' · ', ...names.flatMap((name, at): Span[] => (at === 0 ? [name] : [' ', name]))];
}

function detailNote(state: UiState): string {
  if (detailRoom(state).isPeek) return 'enter = diff';
  return state.zoomed ? '[ ] tab · d sides · Esc back' : '[ ] tab · + zoom';
}

/** Where in the diff, and which keys help to read it. */
function footOf(state: UiState, detail: InboxDetail): string {
  const { read, proposal } = detail;
  if (read === undefined) return '';
  const isDiff = read.text.changes !== undefined && read.text.changes.length > 0;
  const keys = isDiff && isInDetail(state) ? 'n N change · { } context · / find · ' : '';
  const seen = isSeen(state, proposal) && proposal.state === 'pending' ? '✓ read · ' : '';
  return `${seen}${keys}${viewerWords(read, 'line')}`;
}
