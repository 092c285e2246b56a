/** Judges the files of connected clients: whether our entry is as it was written. Pure. */
import type { ConnectionRow } from '../../../clients/status.ts';
import { fail, listed, ok, warn, type Finding } from '../finding.ts';
import { shellWord } from './folders.ts';

export interface ClientFacts {
  readonly rows: readonly ConnectionRow[];
  /** Names of projects; undefined when nobody could tell. */
  readonly projects: ReadonlySet<string> | undefined;
}

const CHECK = 'clients';

export function checkClients({ rows, projects }: ClientFacts): readonly Finding[] {
  const bad = rows.flatMap((row) => badOf(row, projects) ?? []);
  const connected = rows.filter(({ state }) => state === 'connected' || state === 'by hand');
  if (connected.length > 0) return [...bad, ok(CHECK, `connected: ${listed(connected.map(({ client }) => client))}`)];
  if (bad.length > 0) return bad;
  const found =
    rows.length === 0 ? 'no client was found' : `${listed(rows.map(({ client }) => client))}: none is connected`;
  return [ok(CHECK, found, rows.length === 0 ? {} : { mend: `mcptui connect ${rows[0]?.client ?? ''}` })];
}

function badOf(row: ConnectionRow, projects: ClientFacts['projects']): Finding | undefined {
  const { client, state, file, project, reason } = row;
  const again = `mcptui connect ${wordsOf(row)}`;
  switch (state) {
    case 'unreadable':
      return warn(CHECK, `${client}: ${file} cannot be read: ${reason ?? 'unknown'}`, `look at ${file}`);
    case 'changed':
      return warn(CHECK, `${client}: our entry in ${file} was changed by hand`, again);
    case 'entry gone':
      return warn(CHECK, `${client}: our entry in ${file} is gone`, again);
    case 'file gone':
      return warn(CHECK, `${client}: ${file} is gone`, again);
    case 'connected':
    case 'by hand':
      if (project === undefined || project === 'default' || projects?.has(project) !== false) return undefined;
      return fail(CHECK, `${client}: its project ${project} is not there`, `mcptui create project ${project}`);
    case 'not connected':
      return undefined;
  }
}

function wordsOf({ client, scope, file }: ConnectionRow): string {
  if (scope === 'file') return `${client} --file ${shellWord(file)}`;
  return scope === 'project' ? `${client} --scope project` : client;
}
