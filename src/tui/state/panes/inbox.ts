/** Holds where the operator stands in the Inbox. */
import type { ProposalDetail } from '../../../engine/index.ts';
import { newList, type ListState } from '../list.ts';

/** `Live`: what happened to the live text since the proposal was made; `Proposed change`: what the proposal changed then. */
export const inboxTabs = ['Diff', 'Live', 'Proposed change', 'Text', 'Comments'] as const;
export type InboxTab = (typeof inboxTabs)[number];

export interface InboxState extends ListState {
  readonly decidedToo: boolean;
  /** Ids marked for a verb that acts on several. */
  readonly marked: ReadonlySet<string>;
  /** By id the hash of the content whose diff was on screen to its end, while the detail had the focus. */
  readonly seen: ReadonlyMap<string, string>;
  readonly tab: InboxTab;
  /** The proposal that `data` and `error` are about. */
  readonly of: string | undefined;
  readonly data: ProposalDetail | undefined;
  readonly error: string | undefined;
  /** Grows when the detail has to be asked for again although its row says nothing new. */
  readonly asked: number;
}

export const newInbox: InboxState = {
  ...newList,
  decidedToo: false,
  marked: new Set(),
  seen: new Map(),
  tab: 'Diff',
  of: undefined,
  data: undefined,
  error: undefined,
  asked: 0,
};
