/** Movement in lists and texts: the same keys everywhere. */
import type { Console } from './console.ts';
import { layoutOf, windowTop } from './layout.ts';
import { auditDetailLines } from './panes/audit/detail.ts';
import { detailView } from './panes/instances/detail.ts';
import { logLines } from './panes/logs/pane.ts';
import { listedInstances, listedSessions, selectedInstance, selectedSession } from './select.ts';
import { scroll, target, type Move } from './scroll.ts';
import type { UiState, Viewport } from './ui-store.ts';

export function moveIn(console: Console, move: Move): void {
  const { state } = console;
  if (state.pane === 'logs') {
    const { total, page } = logLines(state);
    return console.set({ logs: { ...state.logs, ...scroll(state.logs, move, total, page) } });
  }
  if (state.pane === 'sessions') return moveSession(console, move);
  const inDetail = state.zoomed || state.focus === 'detail';
  if (state.pane === 'audit') return inDetail ? scrollAuditDetail(console, move) : moveAudit(console, move);
  if (!inDetail) return moveInstance(console, move);
  const { total, page } = detailView(state);
  console.set({ detail: { ...state.detail, ...scroll(state.detail, move, total, page) } });
}

/** Sideways by columns, in texts that are not wrapped. */
export function moveSideways(console: Console, columns: number): void {
  const { state } = console;
  if (state.pane === 'logs') {
    return console.set({ logs: { ...state.logs, left: Math.max(0, state.logs.left + columns) } });
  }
  if (state.pane === 'instances') {
    console.set({ detail: { ...state.detail, left: Math.max(0, state.detail.left + columns) } });
  }
}

function moveInstance(console: Console, move: Move): void {
  const { state } = console;
  const rows = listedInstances(state);
  const { list } = layoutOf(state);
  const current = selectedInstance(state);
  const from = current === undefined ? 0 : rows.indexOf(current);
  const next = rows[target(move, from, rows.length, list)];
  if (next !== undefined) selectInstance(console, next.id);
}

/** Selects an instance and keeps it on screen; its detail starts at the top again. */
export function selectInstance(console: Console, id: string): void {
  const { state } = console;
  const rows = listedInstances(state);
  const index = rows.findIndex((instance) => instance.id === id);
  const top = windowTop(state.instances.top, Math.max(0, index), layoutOf(state).list, rows.length);
  const same = state.detail.of === id;
  console.set({
    instances: { ...state.instances, selected: id, top },
    detail: same ? state.detail : { ...state.detail, top: topOfTab(state), left: 0 },
  });
}

/** Logs open at their end, all else at its beginning. */
export function topOfTab(state: Pick<UiState, 'detail'>): Viewport['top'] {
  return state.detail.tab === 'Logs' ? 'end' : 0;
}

function moveSession(console: Console, move: Move): void {
  const { state } = console;
  const rows = listedSessions(state);
  const { list } = layoutOf(state);
  const current = selectedSession(state);
  const index = target(move, current === undefined ? 0 : rows.indexOf(current), rows.length, list);
  const top = windowTop(state.sessions.top, index, list, rows.length);
  console.set({ sessions: { ...state.sessions, selected: rows[index]?.id, top } });
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
