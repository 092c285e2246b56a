/** Where the operator stands in the Inbox. */
import { newList, type ListState } from '../../list.ts';

export type InboxState = ListState;

export const newInbox: InboxState = newList;
