/** Movement in the timeline and in the detail of an event. */
import type { Console } from '../../app/console.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { scroll, target, type Move } from '../../kit/scroll.ts';
import type { UiState } from '../../state/ui-store.ts';
import { auditDetailLines } from './detail.ts';

export function moveInAudit(console: Console, move: Move): void {
  const { zoomed, focus } = console.state;
  return zoomed || focus === 'detail' ? scrollAuditDetail(console, move) : moveAudit(console, move);
}

function moveAudit(console: Console, move: Move): void {
  const { audit } = console.state;
  if ('to' in move && move.to === 'last') return followAudit(console);
  const { list } = audit;
  const from = audit.follow || audit.selected === undefined ? list.length - 1 : list.rowOf(audit.selected);
  const next = target(move, Math.max(0, from), list.length, auditRows(console.state));
  // Moving down from the newest changes nothing; anything else stops following.
  if (audit.follow && next >= list.length - 1) return;
  selectAudit(console, next);
}

export function followAudit(console: Console): void {
  const { audit } = console.state;
  console.set({ audit: { ...audit, follow: true, selected: undefined, topRow: undefined, top: 0 } });
}

/** Rows of the audit list on this screen; the last one tells how many are new below while paused. */
export function auditRows(state: Pick<UiState, 'size' | 'zoomed' | 'pane' | 'audit'>): number {
  return Math.max(1, layoutOf({ ...state, zoomed: false }).list - (state.audit.follow ? 0 : 1));
}

/** Pauses following and selects the event in this row. */
export function selectAudit(console: Console, index: number): void {
  const { state } = console;
  const { audit } = state;
  const { list } = audit;
  const n = list.numberAt(index);
  if (n === undefined) return;
  const page = auditRows({ ...state, audit: { ...audit, follow: false } });
  const from = audit.topRow === undefined ? list.length - page : list.rowOf(audit.topRow);
  const top = windowTop(from, index, page, list.length);
  console.set({
    audit: {
      ...audit,
      follow: false,
      selected: n,
      topRow: list.numberAt(top),
      pausedAt: audit.follow ? list.ring.last : audit.pausedAt,
      top: 0,
    },
  });
}

function scrollAuditDetail(console: Console, move: Move): void {
  const { state } = console;
  const { total, page } = auditDetailLines(state);
  const view = scroll(state.audit, move, total, page);
  console.set({ audit: { ...state.audit, top: view.top } });
}
