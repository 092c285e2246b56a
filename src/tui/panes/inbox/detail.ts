/** Shows the selected proposal: what speaks for and against it, then one tab, of which only the rows on screen are formatted. */
import type { DiffView, ProposalDetail, ProposalView } from '../../../engine/index.ts';
import { clean, cleanLines } from '../../../text/clean.ts';
import { person } from '../../kit/describe.ts';
import { diffDraft, diffText } from '../../kit/diff/text.ts';
import { age } from '../../../text/format.ts';
import { detailRoom } from '../../kit/split-pane.ts';
import type { Line } from '../../kit/theme.ts';
import { screenOf } from '../../kit/viewer/model.ts';
import { shownText, type ShownText } from '../../kit/viewer/reading.ts';
import { stillText, type ViewerText } from '../../kit/viewer/text.ts';
import type { UiState } from '../../state/ui-store.ts';
import { headLines, peekLines } from './head.ts';
import { loadedProposal, selectedProposal } from './select.ts';
import { inboxTabs, type InboxTab } from '../../state/panes/inbox.ts';

export interface InboxDetail {
  readonly proposal: ProposalView;
  readonly head: readonly Line[];
  readonly tab: InboxTab;
  /** The text of the tab; undefined in a peek. */
  readonly read: ShownText | undefined;
  /** It is the whole diff of the content that the list tells of, and its last row is on screen. */
  readonly isAtEnd: boolean;
}

/** Below so many rows the text itself needs them more than what is said about it. */
const shortRoom = 16;

let last: { readonly key: readonly unknown[]; readonly detail: InboxDetail | undefined } | undefined;

/** Computed once per change of what it shows; painting and keys ask for the same. */
export function inboxDetail(state: UiState): InboxDetail | undefined {
  const proposal = selectedProposal(state);
  const { inbox, size, zoomed, diff, style, now, view, pane, texts } = state;
  const key = [proposal, inbox, size, zoomed, diff, style, now, view?.sessions, pane, texts.inbox];
  if (last !== undefined && key.every((part, index) => part === last?.key[index])) return last.detail;
  const detail = proposal === undefined ? undefined : compute(state, proposal);
  last = { key, detail };
  return detail;
}

function compute(state: UiState, proposal: ProposalView): InboxDetail {
  const { inbox } = state;
  const room = detailRoom({ ...state, pane: 'inbox' });
  const data = loadedProposal(state, proposal);
  const tab = tabsOf(data).includes(inbox.tab) ? inbox.tab : 'Diff';
  const isFresh = data?.proposal.hash === proposal.hash;
  if (room.isPeek) {
    const head = peekLines(state, proposal, data, room.width).slice(0, room.rows);
    return { proposal, head, tab, read: undefined, isAtEnd: false };
  }
  const isShort = room.rows < shortRoom;
  const facts = (isShort ? peekLines : headLines)(state, proposal, data, room.width);
  const shown = data === undefined ? undefined : diffOf(data, tab);
  const labels: Line[] =
    shown === undefined || tab === 'Text'
      ? [[]]
      : [[[`- ${clean(shown.left)}`, 'bad'], '   ', [`+ ${clean(shown.right)}`, 'ok'], [countsOf(shown), 'dim']]];
  const head = [...facts, ...labels];
  const isDiff = tab !== 'Text' && shown !== undefined && shown.lines.some(({ kind }) => kind !== 'same');
  const read = shownText(state, 'inbox', {
    of: `${proposal.id} ${tab} ${data?.proposal.hash ?? ''}`,
    ...(isDiff ? diffDraft(state, shown) : { text: textOfTab(state, data, tab) }),
    width: room.width,
    rows: Math.max(1, room.rows - head.length),
    name: `${proposal.id}${isDiff ? '.diff' : '.txt'}`,
    ...(tab === 'Text' && data !== undefined ? { whole: () => data.text } : {}),
  });
  const { keep, hide } = read.view;
  const isWhole = keep === '' && hide === '';
  const isAtEnd = isFresh && tab === 'Diff' && room.rows > 0 && isWhole && screenOf(read).isAtEnd;
  return { proposal, head, tab, read, isAtEnd };
}

const countsOf = ({ added, removed }: DiffView): string => `   +${added} -${removed}`;

/** The tabs that there is something in. */
export function tabsOf(data: ProposalDetail | undefined): readonly InboxTab[] {
  return data?.stale === undefined ? inboxTabs.filter((tab) => tab !== 'Live' && tab !== 'Proposed change') : inboxTabs;
}

function diffOf(data: ProposalDetail, tab: InboxTab): DiffView | undefined {
  switch (tab) {
    case 'Diff':
      return data.diff;
    case 'Live':
      return data.stale?.baseToLive;
    case 'Proposed change':
      return data.stale?.baseToProposed;
    case 'Text':
      return textDiff(data);
    case 'Comments':
      return undefined;
  }
}

const texts = new WeakMap<ProposalDetail, DiffView>();

/** The whole text as a diff without changes: numbered, wrapped and windowed alike. */
function textDiff(data: ProposalDetail): DiffView {
  let found = texts.get(data);
  if (found === undefined) {
    const lines = data.text.replace(/\n$/, '').split('\n');
    found = {
      left: '',
      right: '',
      added: 0,
      removed: 0,
      lines: lines.map((text, index) => ({
        kind: 'same',
        a: index + 1,
        b: index + 1,
        parts: [{ text, changed: false }],
      })),
    };
    texts.set(data, found);
  }
  return found;
}

/** Of a tab without a diff. */
function textOfTab(state: UiState, data: ProposalDetail | undefined, tab: InboxTab): ViewerText {
  if (data !== undefined && tab === 'Text') {
    return diffText(textDiff(data), { mode: 'unified', context: Infinity, color: state.style.skin !== 'mono' });
  }
  return stillText(tabLines(state, data, tab));
}

/** Paints a tab without a diff: comments, or why there is nothing. */
function tabLines(state: UiState, data: ProposalDetail | undefined, tab: InboxTab): readonly Line[] {
  const { error } = state.inbox;
  if (data === undefined)
    return [error === undefined ? [['loading …', 'dim']] : [[`not available: ${clean(error)}`, 'warn']]];
  if (tab !== 'Comments') return [[['no line differs', 'dim']]];
  if (data.comments.length === 0) return [[['no comment yet · m writes one', 'dim']]];
  return data.comments.flatMap(({ by, at, text }): Line[] => [
    [
      [person(by), 'strong'],
      [`  ${age(state.now - at)} ago`, 'dim'],
    ],
    ...cleanLines(text).map((line): Line => [`  ${line}`]),
  ]);
}
