/** Holds where the operator stands in the audit timeline. */
import type { AuditList } from '../audit-list.ts';

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
    revision: 0,
  };
}
