/** Plans and does what connects a client: one entry put in, its own servers taken out when that is asked for, and all of it undone. */
import { McptuiError } from '../kernel/errors.ts';
import { ABSENT, fingerprint, readClientFile, replaceClientFile, type FileText } from './client-file.ts';
import type { Connection, Connections } from './connections.ts';
import { EntryFile } from './formats/index.ts';
import { isOurs, OUR_NAME } from './our-entry.ts';
import type { ClientPlace } from './places.ts';

/** What a file is and would become. */
export interface FilePlan {
  readonly place: ClientPlace;
  readonly before: FileText;
  /** Undefined: it would be removed. */
  readonly after: string | undefined;
}

export interface ConnectPlan extends FilePlan {
  readonly after: string;
  /** Names of servers that are taken out. */
  readonly replaced: readonly string[];
  readonly entry: unknown;
}

export const entryFileOf = ({ format, file, path, shape }: ClientPlace): Promise<EntryFile> =>
  EntryFile.of(format, file, { path, shape });

/** Reads the file, and says what it would become with our entry and without the servers named. @throws McptuiError */
export async function planConnect(
  place: ClientPlace,
  entry: unknown,
  replaced: readonly string[] = [],
): Promise<ConnectPlan> {
  const before = await readClientFile(place.file);
  const file = await entryFileOf(place);
  const put = file.put(before.text, OUR_NAME, entry);
  const after = replaced.reduce((text, name) => file.take(text, name), put.text);
  return { place, before, after, replaced, entry };
}

export interface ConnectFacts {
  readonly project?: string;
  readonly agent?: string;
  readonly ticket?: string;
  readonly now: number;
}

/** Keeps a backup and a record, then writes. @throws McptuiError `conflict` when the file is not as it was planned for */
export async function connect(plan: ConnectPlan, connections: Connections, facts: ConnectFacts): Promise<Connection> {
  const { place, before, after, replaced, entry } = plan;
  const { now, ...known } = facts;
  const file = await entryFileOf(place);
  const found = await connections.of(place);
  const old = before.print === ABSENT ? undefined : found;
  if (before.print !== ABSENT) await connections.keepBackup(place, before.text, now);
  const origin = await originOf(plan, connections, old, now);
  const trace = old === undefined ? file.put(before.text, OUR_NAME, entry).trace : old.trace;
  const connection: Connection = {
    client: place.client.name,
    scope: place.scope,
    file: place.file,
    path: place.path,
    at: now,
    ...origin,
    after: fingerprint(after),
    entry: entryPrint(file.entries(after).find(({ name }) => name === OUR_NAME)?.value),
    ...(trace === undefined || replaced.length > 0 ? {} : { trace }),
    replaced: [...new Set([...(old?.replaced ?? []), ...replaced])],
    ...known,
  };
  await connections.keep(place, connection);
  const mode = place.scope === 'project' ? 0o644 : 0o600;
  try {
    await replaceClientFile(place.file, after, { expected: before.print, mode });
  } catch (error) {
    if (found === undefined) await connections.forget(place);
    else await connections.keep(place, found);
    throw error;
  }
  return connection;
}

/** The file as it would be without us, now and from before the first time: what disconnecting brings back. */
async function originOf(
  { place, before }: ConnectPlan,
  connections: Connections,
  old: Connection | undefined,
  now: number,
): Promise<Pick<Connection, 'before' | 'backup'>> {
  if (old?.after === before.print) {
    return { before: old.before, ...(old.backup === undefined ? {} : { backup: old.backup }) };
  }
  if (before.print === ABSENT) return { before: ABSENT };
  const text = old === undefined ? before.text : (await planDisconnect(place, connections)).after;
  if (text === undefined) return { before: ABSENT };
  return { before: fingerprint(text), backup: await connections.keepBackup(place, text, now, 'origin') };
}

export function entryPrint(entry: unknown): string {
  return fingerprint(JSON.stringify(entry) ?? '');
}

export interface DisconnectPlan extends FilePlan {
  readonly connection: Connection | undefined;
  /** The file becomes what it was, to the byte. */
  readonly isExact: boolean;
  /** Servers that are put back, and those that no backup holds any more. */
  readonly restored: readonly string[];
  readonly lost: readonly string[];
}

/** @throws McptuiError `not-found` when the client is not connected there */
export async function planDisconnect(place: ClientPlace, connections: Connections): Promise<DisconnectPlan> {
  const connection = await connections.of(place);
  const before = await readClientFile(place.file);
  const backup = connection === undefined ? undefined : await connections.backupOf(connection);
  if (connection !== undefined && before.print === connection.after) {
    const wasAbsent = connection.before === ABSENT;
    if (wasAbsent || backup !== undefined) {
      return {
        place,
        before,
        after: wasAbsent ? undefined : backup,
        connection,
        isExact: true,
        restored: connection.replaced,
        lost: [],
      };
    }
  }
  const file = await entryFileOf(place);
  const ours = file.entries(before.text).find(({ name }) => name === OUR_NAME);
  if (connection === undefined && (ours === undefined || !isOurs(ours.value))) {
    throw new McptuiError('not-found', `${place.client.title} is not connected in ${place.file}`, {
      hint: 'mcptui connect --list',
    });
  }
  const without = file.take(before.text, OUR_NAME, connection?.trace);
  const own = new Map(
    backup === undefined ? [] : file.entries(backup).map(({ name, value }) => [name, value] as const),
  );
  const there = new Set(file.entries(without).map(({ name }) => name));
  const wanted = (connection?.replaced ?? []).filter((name) => !there.has(name));
  const restored = wanted.filter((name) => own.has(name));
  const after = restored.reduce((text, name) => file.put(text, name, own.get(name)).text, without);
  const lost = wanted.filter((name) => !own.has(name));
  return { place, before, after, connection, isExact: false, restored, lost };
}

/** @throws McptuiError `conflict` when the file is not as it was planned for */
export async function disconnect(plan: DisconnectPlan, connections: Connections): Promise<void> {
  const { place, before, after } = plan;
  if (after !== before.text || (after === undefined) !== (before.print === ABSENT)) {
    const isNothing = before.print === ABSENT && (after ?? '') === '';
    if (!isNothing) await replaceClientFile(place.file, after, { expected: before.print, mode: 0o600 });
  }
  await connections.forget(place);
}
