/** Tells of each client on this machine whether it is connected, and what has changed since. */
import { messageOf } from '../kernel/errors.ts';
import { ABSENT, readClientFile } from './client-file.ts';
import { entryFileOf, entryPrint } from './connect.ts';
import type { Connection, Connections } from './connections.ts';
import { isOurs, OUR_NAME, projectOf } from './our-entry.ts';
import { foundPlaces, isInstalled, placeIn, placeOf, type ClientPlace, type Machine, type Scope } from './places.ts';
import { clientNamed, clients } from './table.ts';

export type ConnectionState =
  | 'connected'
  /** The entry was written by hand, or by the client itself. */
  | 'by hand'
  | 'changed'
  | 'entry gone'
  | 'file gone'
  | 'not connected'
  | 'unreadable';

export interface ConnectionRow {
  readonly client: string;
  readonly title: string;
  readonly scope: Scope;
  readonly file: string;
  readonly state: ConnectionState;
  /** The project that agents of this client get. */
  readonly project?: string;
  readonly agent?: string;
  /** Epoch milliseconds. */
  readonly connectedAt?: number;
  /** Its other servers. */
  readonly servers: number;
  /** Why it cannot be read. */
  readonly reason?: string;
}

export async function connectionRows(machine: Machine, connections: Connections): Promise<readonly ConnectionRow[]> {
  const kept = await connections.all();
  const found = foundPlaces(machine);
  const missing = clients.flatMap((client) => {
    const place = placeOf(client, 'user', machine);
    const isKnown = found.some((one) => one.client === client && one.scope === 'user');
    return place !== undefined && !isKnown && isInstalled(client, machine) ? [place] : [];
  });
  const recorded = kept.flatMap((connection) => {
    const client = clientNamed(connection.client);
    return client === undefined ? [] : [placeIn(client, connection.scope as Scope, connection.file, connection.path)];
  });
  const places = [...found, ...missing, ...recorded];
  const seen = new Set<string>();
  const rows: ConnectionRow[] = [];
  for (const place of places) {
    const id = `${place.client.name} ${place.file} ${place.path.join('/')}`;
    if (seen.has(id)) continue;
    seen.add(id);
    const connection = await connections.of(place);
    const row = await rowOf(place, connection);
    // Servers of a project inside the user's file are worth a row only when there are some.
    if (place.scope !== 'local' || row.servers > 0 || row.state !== 'not connected') rows.push(row);
  }
  return rows;
}

async function rowOf(place: ClientPlace, connection: Connection | undefined): Promise<ConnectionRow> {
  const { client, scope, file } = place;
  const base = {
    client: client.name,
    title: client.title,
    scope,
    file,
    ...(connection?.agent === undefined ? {} : { agent: connection.agent }),
    ...(connection === undefined ? {} : { connectedAt: connection.at }),
  };
  try {
    const { text, print } = await readClientFile(file);
    if (print === ABSENT) {
      return { ...base, servers: 0, state: connection === undefined ? 'not connected' : 'file gone' };
    }
    const entries = (await entryFileOf(place)).entries(text);
    const ours = entries.find(({ name, value }) => name === OUR_NAME || isOurs(value));
    const project = ours === undefined ? undefined : projectOf(ours.value);
    return {
      ...base,
      servers: entries.length - (ours === undefined ? 0 : 1),
      state: stateOf(ours?.value, connection),
      ...(ours === undefined ? {} : { project: project ?? 'default' }),
    };
  } catch (error) {
    return { ...base, servers: 0, state: 'unreadable', reason: messageOf(error) };
  }
}

function stateOf(ours: unknown, connection: Connection | undefined): ConnectionState {
  if (connection === undefined) return ours !== undefined && isOurs(ours) ? 'by hand' : 'not connected';
  if (ours === undefined) return 'entry gone';
  return entryPrint(ours) === connection.entry ? 'connected' : 'changed';
}
