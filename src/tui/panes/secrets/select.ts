/** Lists secrets: what does not resolve first. */
import type { SecretView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { anything } from '../../state/filter.ts';
import { projectOfServer } from '../../kit/projects.ts';
import { sliceSource, type SliceSpec } from '../../kit/list-source.ts';

/** It does not resolve, though something needs it or the file cannot be read. */
export function isFailing({ state }: SecretView): boolean {
  return state === 'missing' || state === 'failing';
}

/** What an operator has to look at. */
export function needsCare(row: SecretView): boolean {
  return isFailing(row) || row.stale.length > 0;
}

const byId = (a: SecretView, b: SecretView): number => (a.path === b.path ? order(a.id, b.id) : order(a.path, b.path));
const order = (a: string, b: string): number => (a < b ? -1 : 1);
const lastAt = ({ last }: SecretView): number => last?.at ?? 0;

function rank(row: SecretView): number {
  if (isFailing(row)) return row.waiting.length > 0 ? 0 : 1;
  if (row.stale.length > 0) return 2;
  return row.state === 'unknown' ? 3 : row.state === 'ok' ? 4 : 5;
}

export const secretOrders: SliceSpec<'secrets', SecretView>['orders'] = [
  { by: 'STATE', said: 'state, what fails first', compare: (a, b) => rank(a) - rank(b) || byId(a, b) },
  { by: 'NAME', said: 'name', compare: byId },
  {
    by: 'USED BY',
    said: 'use, most first',
    compare: (a, b) => b.servers.length - a.servers.length || byId(a, b),
  },
  {
    by: 'LAST RESOLVE',
    said: 'last resolve, latest first',
    compare: (a, b) => lastAt(b) - lastAt(a) || byId(a, b),
  },
  { by: 'AGE', said: 'age, oldest first', compare: (a, b) => (a.setAt ?? 0) - (b.setAt ?? 0) || byId(a, b) },
];

/** As `state:` filters it. */
export function stateWord(row: SecretView): string {
  return row.state === 'ok' && row.stale.length > 0 ? 'stale' : row.state;
}

export const secretList = sliceSource<'secrets', SecretView>({
  slice: 'secrets',
  all: ({ view }) => view?.secrets,
  // What no server uses belongs to no project.
  isIn: ({ servers: users }, project, servers) =>
    users.length === 0 || users.some((server) => (projectOfServer(server, servers) ?? project) === project),
  filterFields: {
    name: anything,
    backend: anything,
    state: ['ok', 'stale', 'missing', 'failing', 'unused', 'unknown'],
    server: anything,
  },
  filterable: (row) => ({
    text: clean(
      [row.id, row.cause ?? '', ...row.servers, ...row.usedBy.flatMap((use) => use.entries)].join(' '),
    ).toLowerCase(),
    fields: { name: row.path, backend: row.backend, state: stateWord(row), server: row.servers.join(' ') },
  }),
  orders: secretOrders,
  narrow: ({ problemsOnly }) => (problemsOnly ? needsCare : undefined),
  startOver: { place: { top: 0 } },
  unhide: () => ({ problemsOnly: false }),
});
