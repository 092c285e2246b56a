/** Paints the sessions of the journal, and beside or below them the events of the chosen one. */
import { clean } from '../../../../text/clean.ts';
import { count, plural } from '../../../../text/format.ts';
import { border, framed } from '../../../kit/box.ts';
import { windowTop } from '../../../kit/layout.ts';
import { selectedIndex } from '../../../kit/list.ts';
import { scopeWords } from '../../../kit/projects.ts';
import { paintList } from '../../../kit/table.ts';
import { spread, toned, type Line } from '../../../kit/theme.ts';
import type { AuditSessions } from '../../../state/panes/audit.ts';
import type { UiState } from '../../../state/ui-store.ts';
import { timelineRows } from '../timeline.ts';
import { auditRoom } from './room.ts';
import { chosenSession, listedSessions, sessionFilter, shortSession } from './rows.ts';
import { auditSessionsTable } from './table.ts';

/** `note`: of the timeline. */
export function withSessions(state: UiState, sessions: AuditSessions, note: string): string[] {
  const { style, size } = state;
  const { columns } = size;
  const { beside } = auditRoom(state);
  const { text: filter } = sessionFilter(state);
  const only: Line = filter === '' ? [] : [[` · ${clean(filter)}`, 'accent']];
  const title: Line = [[`Audit · sessions${scopeWords(state)}`, 'strong'], ...only];
  const tone = sessions.hasKeys ? 'accent' : 'dim';
  const timelineTone = sessions.hasKeys ? 'dim' : 'accent';
  const bottom = border(style, columns, 'bottom', [], '', timelineTone);
  if (beside === 0) {
    return [
      border(style, columns, 'top', title, plural(listedSessions(state).length, 'session'), tone),
      ...sessionRows(state, sessions, columns - 2).map((text) => framed(style, text)),
      border(style, columns, 'middle', headOf(state, sessions), sumOf(state), timelineTone),
      ...timelineRows(state, columns - 2).map((text) => framed(style, text)),
      bottom,
    ];
  }
  const width = columns - 3 - beside;
  const left = sessionRows(state, sessions, beside);
  const head = spread(style, width, [' ', ...headOf(state, sessions)], [[`${sumOf(state)} `, 'dim']]);
  const right = [head, ...timelineRows(state, width)];
  const side = toned(style, '│', timelineTone);
  return [
    border(style, columns, 'top', title, note, tone),
    ...left.map((text, at) => framed(style, text + side + (right[at] ?? ' '.repeat(width)))),
    bottom,
  ];
}

function sessionRows(state: UiState, sessions: AuditSessions, width: number): readonly string[] {
  const rows = listedSessions(state);
  const height = auditRoom(state).sessions;
  const index = selectedIndex(rows, sessions.list);
  const window = {
    rows,
    top: windowTop(sessions.list.top, index, height, rows.length),
    height,
    // The mark stays where the keys are not.
    selected: sessions.hasKeys && rows[index]?.id === state.audit.list.session ? index : undefined,
    empty: `  ${emptyLine(state, sessions)}`,
  };
  return paintList(state.style, width, auditSessionsTable, [], window, state);
}

function emptyLine({ project }: UiState, { rows, error, list }: AuditSessions): string {
  if (error !== undefined) return clean(error);
  if (rows === undefined) return 'asking …';
  if (rows.length > 0 && list.filter !== '') return 'no session matches the filter · Esc clears it';
  return project === undefined
    ? 'no agent has connected yet'
    : `none in project ${clean(project)} · ctrl-o shows others`;
}

function headOf(state: UiState, { hasKeys }: AuditSessions): Line {
  const row = chosenSession(state);
  const id = state.audit.list.session;
  const mark: Line = hasKeys ? [] : [['▸ ', 'accent']];
  if (row === undefined) return [...mark, id === undefined ? 'no session' : clean(shortSession(id))];
  const who = [row.client, row.project, row.agent, row.personality].filter((word) => word !== undefined);
  return [...mark, [clean(shortSession(row.id)), 'strong'], ` ${clean(who.join(' · '))}`];
}

function sumOf(state: UiState): string {
  const row = chosenSession(state);
  if (row === undefined) return '';
  const refused = row.refusals === 0 ? '' : ` · ${row.refusals} refused`;
  const tokens = row.tokens === 0 ? '' : ` · ≈${count(row.tokens)} tok`;
  const gate = row.gate === undefined ? '' : ` · gate ${row.gate}`;
  return `${plural(row.calls, 'call')} · ${plural(row.errors, 'error')}${refused}${tokens}${gate}`;
}
