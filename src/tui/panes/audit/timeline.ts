/** Paints the timeline: a row for each event, the newest at the end, and while it is paused what is new below. */
import { count, plural } from '../../../text/format.ts';
import { windowTop } from '../../kit/layout.ts';
import { nothingInProject } from '../../kit/list-pane.ts';
import { paintList } from '../../kit/table.ts';
import { row, type Span } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { auditRows, auditSource } from './move.ts';
import { selectedEvent } from './rows.ts';
import { auditRoom } from './sessions/room.ts';
import { chosenSession } from './sessions/rows.ts';
import { auditTable } from './table.ts';

/** The heading and the rows that there is room for, each `width` columns. */
export function timelineRows(state: UiState, width: number): string[] {
  const { style, audit, tables } = state;
  const { list, sessions } = audit;
  const height = auditRows(state);
  const current = selectedEvent(state);
  const index = current === undefined ? 0 : list.rowOf(current.n);
  const from = audit.follow || audit.topRow === undefined ? list.length - height : list.rowOf(audit.topRow);
  const top = windowTop(from, index, height, list.length);
  const selected = current === undefined || sessions?.hasKeys === true ? undefined : index;
  const window = { rows: list, top, height, selected, empty: `  ${emptyLine(state)}` };
  const rows = paintList(style, width, auditTable, tables.audit.hidden, window, state);
  if (!audit.follow) rows.push(row(style, width, [belowLine(state, top + height)]));
  return rows.slice(0, auditRoom(state).timeline + 1);
}

function emptyLine(state: UiState): string {
  const { audit, engine } = state;
  const { folded, ring, session } = audit.list;
  if (folded > 0) return `only ${plural(folded, 'event')} of the engine · e shows them`;
  if (audit.filter !== '') return 'no event matches the filter · Esc clears it';
  if (session !== undefined) {
    const { lastN = ring.first } = chosenSession(state) ?? {};
    if (lastN >= ring.first) return 'no event of this session';
    const isComing = ring.size < ring.capacity && ring.first > 1;
    return isComing
      ? 'older events are being loaded …'
      : `older than what is loaded: mcptui get audit --session ${session}`;
  }
  const nothing = nothingInProject(auditSource, state);
  if (nothing !== undefined) return nothing;
  return engine === 'ready' ? 'nothing happened yet: calls and commands appear here' : 'waiting for the engine …';
}

function belowLine({ audit }: UiState, next: number): Span {
  const fresh = Math.max(0, audit.list.length - 1 - audit.list.rowOf(audit.pausedAt));
  const below = Math.max(0, audit.list.length - next);
  if (fresh > 0) return [`  ── ${count(fresh)} new below · G resumes follow ──`, 'warn'];
  return [`  ── paused${below > 0 ? ` · ${count(below)} below` : ''} · G resumes follow ──`, 'warn'];
}
