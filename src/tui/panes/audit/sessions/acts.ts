/** Shows and hides the sessions beside the timeline, and chooses the one whose events it shows. */
import type { Move } from '../../../kit/scroll.ts';
import { movedIn, selectIn } from '../../../kit/list.ts';
import type { Ui } from '../../../kit/ui.ts';
import { newList } from '../../../state/list.ts';
import type { AuditSessions, AuditState } from '../../../state/panes/audit.ts';
import type { UiState } from '../../../state/ui-store.ts';
import { selectedEvent } from '../rows.ts';
import { listedSessions } from './rows.ts';
import { auditRoom } from './room.ts';

/** At the session of the selected event, else at the newest one. */
export function showSessions(ui: Ui, id = selectedEvent(ui.state)?.session): void {
  const { audit } = ui.state;
  const sessions: AuditSessions = {
    rows: undefined,
    error: undefined,
    list: { ...newList, selected: id },
    hasKeys: true,
    upTo: 0,
    askedAt: 0,
  };
  ui.set({ zoomed: false, focus: 'list', audit: ofSession({ ...audit, sessions }, id) });
}

export function hideSessions(ui: Ui): void {
  const { audit } = ui.state;
  ui.set({ audit: ofSession({ ...audit, sessions: undefined }, undefined) });
}

/** The events of this session alone, the newest followed. */
export function ofSession(audit: AuditState, id: string | undefined): AuditState {
  const { list, revision } = audit;
  if (list.session === id) return audit;
  list.setSession(id);
  return { ...audit, follow: true, selected: undefined, topRow: undefined, revision: revision + 1 };
}

/** `hasKeys`: the sessions do, else the timeline. */
export function giveKeys(ui: Ui, hasKeys: boolean): void {
  const { audit } = ui.state;
  if (audit.sessions !== undefined) ui.set({ audit: { ...audit, sessions: { ...audit.sessions, hasKeys } } });
}

export function moveInSessions(ui: Ui, sessions: AuditSessions, move: Move): void {
  const { state } = ui;
  const { audit } = state;
  const list = movedIn(listedSessions(state), sessions.list, move, auditRoom(state).sessions);
  ui.set({ audit: ofSession({ ...audit, sessions: { ...sessions, list } }, list.selected) });
}

/** Lists those that the filter lets through; of them the chosen one, else the first. */
export function filterSessions(ui: Ui, sessions: AuditSessions, filter: string): void {
  const { state } = ui;
  const next = { ...state, audit: { ...state.audit, sessions: { ...sessions, list: { ...sessions.list, filter } } } };
  const listed = listedSessions(next);
  const id = listed.some((row) => row.id === sessions.list.selected) ? sessions.list.selected : listed[0]?.id;
  if (id === undefined) return ui.set({ audit: next.audit });
  const list = selectIn(listed, next.audit.sessions.list, id, auditRoom(next).sessions);
  ui.set({ audit: ofSession({ ...next.audit, sessions: { ...next.audit.sessions, list } }, id) });
}

/** The rows are there, or newer ones: the choice stays, and there is one. */
export function withRows(state: UiState, rows: AuditSessions['rows'], upTo: number): Partial<UiState> {
  const { audit } = state;
  if (audit.sessions === undefined) return {};
  const sessions = { ...audit.sessions, rows, error: undefined, upTo, askedAt: state.now };
  const next: UiState = { ...state, audit: { ...audit, sessions } };
  const listed = listedSessions(next);
  const id = audit.list.session ?? listed[0]?.id;
  const page = auditRoom(next).sessions;
  const list = id === undefined ? sessions.list : selectIn(listed, sessions.list, id, page);
  return { audit: ofSession({ ...audit, sessions: { ...sessions, list } }, id) };
}
