/** Runs `connect --list`: the clients of this machine, connected or not, and what has changed since. */
import { connectionRows, type ConnectionRow } from '../../clients/status.ts';
import type { Context } from '../context.ts';
import type { Column } from '../output.ts';
import { printListing, type ListFlags } from '../print-listing.ts';
import { engineIfRunning } from '../with-engine.ts';
import { connectionsOf, machineOf } from './machine.ts';

interface Row extends ConnectionRow {
  /** Its project is not there: false also where no engine runs that could tell. */
  readonly projectGone: boolean;
}

const columns: readonly Column<Row>[] = [
  { title: 'CLIENT', value: ({ client }) => client },
  { title: 'SCOPE', value: ({ scope }) => scope },
  { title: 'STATE', value: stateText },
  {
    title: 'PROJECT',
    value: ({ project, projectGone }) => (project === undefined ? '-' : projectGone ? `${project} (gone)` : project),
  },
  { title: 'AGENT', value: ({ agent }) => agent ?? '-', wide: true },
  { title: 'SERVERS', value: ({ servers }) => String(servers) },
  { title: 'FILE', value: ({ file }) => file },
];

function stateText({ client, state, reason }: Row): string {
  if (state === 'unreadable') return reason ?? state;
  if (state === 'changed') return `changed by hand → mcptui connect ${client}`;
  if (state === 'entry gone' || state === 'file gone') return `${state} → mcptui connect ${client}`;
  return state;
}

export async function listConnections(context: Context, flags: ListFlags): Promise<void> {
  const found = await connectionRows(machineOf(context), connectionsOf(context));
  const projects = await projectsNow(context);
  const rows = found.map((row) => ({
    ...row,
    projectGone: row.project !== undefined && row.project !== 'default' && projects?.has(row.project) === false,
  }));
  const name = (row: Row): string => `client/${row.client}`;
  await printListing(context, { rows, columns, name }, flags, 'no client that mcptui knows was found');
}

/** Undefined while no engine runs. */
async function projectsNow(context: Context): Promise<ReadonlySet<string> | undefined> {
  const engine = await engineIfRunning(context);
  if (engine === undefined) return undefined;
  try {
    return new Set([...engine.view().projects.values()].map(({ name }) => name));
  } finally {
    await engine.close();
  }
}
