/** Holds where the operator stands in Sessions: a list of sessions, and one of upstreams beside it. */
import { newList, type ListState } from '../list.ts';

export interface SessionsState extends ListState {
  readonly upstreams: ListState;
}

export const newSessions: SessionsState = { ...newList, upstreams: newList };
