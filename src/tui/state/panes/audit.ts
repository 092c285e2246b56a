/** Holds where the operator stands in the audit timeline. */
import type { EpochMs } from '../../../kernel/clock.ts';
import type { AuditSession } from '../../../engine/index.ts';
import type { AuditList } from '../audit-list.ts';
import type { ListState } from '../list.ts';

/** The sessions of the journal, listed beside the timeline, which shows the events of the chosen one alone. */
export interface AuditSessions {
  /** Undefined until they were asked for. */
  readonly rows: readonly AuditSession[] | undefined;
  readonly error: string | undefined;
  readonly list: ListState;
  /** They have the keys; else the timeline does. */
  readonly hasKeys: boolean;
  /** The newest event that they are made of, and when they were asked for. */
  readonly upTo: number;
  readonly askedAt: EpochMs;
}

export interface AuditState {
  /** Number of the selected event; while following it is the newest one. */
  readonly selected: number | undefined;
  /** Number of the event in the first row while not following. */
  readonly topRow: number | undefined;
  readonly follow: boolean;
  /** The newest event when following paused. */
  readonly pausedAt: number;
  readonly filter: string;
  /** The events themselves; grows outside the store, `revision` says that it did. */
  readonly list: AuditList;
  /** Undefined while they are hidden. */
  readonly sessions: AuditSessions | undefined;
  readonly revision: number;
}

export function newAudit(list: AuditList): AuditState {
  return {
    selected: undefined,
    topRow: undefined,
    follow: true,
    pausedAt: 0,
    filter: '',
    list,
    sessions: undefined,
    revision: 0,
  };
}
