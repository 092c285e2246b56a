/** Inbox: a row for each proposal, and beside or below it what the selected one would change. */
import type { ProposalView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import type { PaneFrame } from '../../kit/pane.ts';
import { age, count, plural } from '../../../text/format.ts';
import { windowTop } from '../../kit/layout.ts';
import { selectedIndex } from '../../kit/list.ts';
import { detailRoom, isInDetail, paintSplit } from '../../kit/split-pane.ts';
import { row, type Span } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { inboxDetail, tabsOf, type InboxDetail } from './detail.ts';
import {
  inboxFilter,
  isSeen,
  listedInbox,
  loadedProposal,
  markedProposals,
  selectedProposal,
  waiting,
} from './select.ts';
import { inboxColumns, inboxHeading, inboxRow } from './table.ts';

export function paintInbox(state: UiState): PaneFrame {
  const detail = inboxDetail(state);
  return paintSplit(state, {
    title: 'Inbox',
    note: note(state),
    list: (width, height) => listRows(state, width, height),
    detailTitle: detail === undefined ? [] : titleOf(state, detail),
    detailNote: detailNote(state),
    detail: () => (detail === undefined ? [] : [...detail.head, ...detail.rows.slice(detail.top, detail.page)]),
    foot: detail === undefined ? '' : footOf(state, detail),
  });
}

function note(state: UiState): string {
  const { inbox, view, now } = state;
  const { count: pending, oldestAt } = view === undefined ? { count: 0, oldestAt: 0 } : waiting(view.proposals);
  const parsed = inboxFilter(inbox.filter);
  const filter = inbox.filter === '' ? '' : `filter ${clean(inbox.filter)}${parsed.ok ? '' : ` (${parsed.reason})`} · `;
  const marked = inbox.marked.size === 0 ? '' : `${markedProposals(state).length} marked · `;
  const decided = inbox.decidedToo ? 'decided ones, too · ' : '';
  return `${filter}${marked}${decided}pending ${count(pending)}${pending === 0 ? '' : ` · oldest ${age(now - oldestAt)}`}`;
}

function listRows(state: UiState, width: number, height: number): readonly string[] {
  const { style, inbox, now } = state;
  const listed = listedInbox(state);
  const columns = inboxColumns(width);
  const index = selectedIndex(listed, inbox);
  // While its detail is read, what was decided meanwhile is in no row.
  const isListed = listed[index] === selectedProposal(state);
  const top = windowTop(inbox.top, index, height, listed.length);
  const rows = [inboxHeading(style, width, columns)];
  for (let slot = 0; slot < height; slot += 1) {
    const proposal: ProposalView | undefined = listed[top + slot];
    if (proposal === undefined) {
      rows.push(row(style, width, slot === 1 && listed.length === 0 ? [emptyLine(state)] : []));
      continue;
    }
    const selected = isListed && top + slot === index;
    const marked = inbox.marked.has(proposal.id) && proposal.state === 'pending';
    rows.push(inboxRow(style, width, columns, { proposal, selected, marked, seen: isSeen(state, proposal), now }));
  }
  return rows;
}

/** A list made empty says which key brings rows back, or what would fill it. */
function emptyLine({ inbox, view }: UiState): string {
  const all = view?.proposals.size ?? 0;
  if (inbox.filter !== '') return `  none of ${plural(all, 'proposal')} matches the filter · Esc clears it`;
  if (all > 0) return '  nothing waits for a decision · A shows what was decided';
  return '  nothing waits: agents propose changes with propose_prompt';
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
  const { rows, top, page, diff, proposal } = detail;
  if (detailRoom(state).isPeek || rows.total === 0) return '';
  const last = Math.min(rows.total, top + page);
  const keys = diff !== undefined && isInDetail(state) ? 'n N change · { } context · w wrap · ' : '';
  const seen = isSeen(state, proposal) && proposal.state === 'pending' ? '✓ read · ' : '';
  return `${seen}${keys}${top + 1}-${last} of ${plural(rows.total, 'row')}`;
}
