/** Shows a session of the journal as a row. */
import type { AuditSession } from '../../../../engine/index.ts';
import { clean, fit, widthOf } from '../../../../text/clean.ts';
import { count } from '../../../../text/format.ts';
import { cell, type Table } from '../../../kit/table.ts';
import { glyphs, type Span } from '../../../kit/theme.ts';
import type { UiState } from '../../../state/ui-store.ts';
import { shortSession } from './rows.ts';

export const auditSessionsTable: Table<AuditSession, UiState> = {
  grows: 'CLIENT',
  widths(width, rows) {
    const fixed = { SESSION: 12, CALLS: 6, ERR: 5 };
    const longest = Math.max(7, ...rows.map((row) => widthOf(clean(row.project))));
    const project = width >= 44 ? Math.min(12, longest + 1) : 0;
    const left = width - 2 - fixed.SESSION - fixed.CALLS - fixed.ERR - project;
    return { ...fixed, CLIENT: Math.max(6, left), PROJECT: project };
  },
  marker: ({ id }, _isSelected, { audit }) => [id === audit.list.session ? '▸ ' : '  '],
  columns: [
    {
      title: 'SESSION',
      cell: (row, width, state) => [mark(row, state), fit(` ${clean(shortSession(row.id))}`, width - 1)],
    },
    { title: 'CLIENT', cell: ({ client }, width) => cell(clean(client), width) },
    { title: 'PROJECT', cell: ({ project }, width) => cell(clean(project), width) },
    { title: 'CALLS', cell: ({ calls }, width) => cell(count(calls), width) },
    {
      title: 'ERR',
      cell: ({ errors }, width) =>
        errors === 0 ? cell('', width) : cell(`${count(errors)} ${glyphs.bad}`, width, 'bad'),
    },
  ],
};

/** Refused something, connected, or over. */
function mark({ id, refusals }: AuditSession, { view }: UiState): Span {
  if (refusals > 0) return [glyphs.warn, 'warn'];
  return view?.sessions.has(id) === true ? [glyphs.ok, 'ok'] : [glyphs.off, 'dim'];
}
