/** Moves in the timeline and in the detail of an event. */
import type { Ui } from '../../kit/ui.ts';
import { windowTop, type Placed } from '../../kit/layout.ts';
import { target, type Move } from '../../kit/scroll.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { ListSource } from '../../kit/list-source.ts';
import type { HeldEvent } from '../../state/event-ring.ts';
import type { AuditState } from '../../state/panes/audit.ts';
import { filterAudit } from './filter.ts';
import { moveInSessions } from './sessions/acts.ts';
import { auditRoom } from './sessions/room.ts';

export const auditSource: ListSource<HeldEvent> = {
  listed: ({ audit }) => audit.list,
  index: ({ audit }) => rowOfSelection(audit),
  top: ({ audit }) => (audit.topRow === undefined ? 0 : audit.list.rowOf(audit.topRow)),
  filter: ({ audit }) => ({ text: audit.filter, parsed: audit.list.filter }),
  setFilter: filterAudit,
  selectAt: selectAudit,
};

/** While following it is the newest one. */
function rowOfSelection({ follow, selected, list }: AuditState): number {
  return Math.max(0, follow || selected === undefined ? list.length - 1 : list.rowOf(selected));
}

export function moveInAudit(ui: Ui, move: Move): void {
  // The detail is a text, which moves by itself.
  const { sessions } = ui.state.audit;
  if (isInDetail(ui.state)) return;
  if (sessions?.hasKeys === true) moveInSessions(ui, sessions, move);
  else moveAudit(ui, move);
}

function moveAudit(ui: Ui, move: Move): void {
  const { audit } = ui.state;
  if ('to' in move && move.to === 'last') return followAudit(ui);
  const { list } = audit;
  const next = target(move, rowOfSelection(audit), list.length, auditRows(ui.state));
  // Moving down from the newest changes nothing; anything else stops following.
  if (audit.follow && next >= list.length - 1) return;
  selectAudit(ui, next);
}

export function followAudit(ui: Ui): void {
  const { audit } = ui.state;
  ui.set({ audit: { ...audit, follow: true, selected: undefined, topRow: undefined } });
}

/** Rows of the audit list on this screen; the last one tells how many are new below while paused. */
export function auditRows(state: Placed & Pick<UiState, 'audit'>): number {
  return Math.max(1, auditRoom(state).timeline - (state.audit.follow ? 0 : 1));
}

/** Pauses following and selects the event in this row. */
export function selectAudit(ui: Ui, index: number): void {
  const { state } = ui;
  const { audit } = state;
  const { list } = audit;
  const n = list.numberAt(index);
  if (n === undefined) return;
  const page = auditRows({ ...state, audit: { ...audit, follow: false } });
  const from = audit.topRow === undefined ? list.length - page : list.rowOf(audit.topRow);
  const top = windowTop(from, index, page, list.length);
  ui.set({
    audit: {
      ...audit,
      follow: false,
      selected: n,
      topRow: list.numberAt(top),
      pausedAt: audit.follow ? list.ring.last : audit.pausedAt,
    },
  });
}
