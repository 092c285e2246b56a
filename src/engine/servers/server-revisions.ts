/** Keeps every definition that a server has had: written with the change, in its transaction; read for history and restore. */
import { McptuiError } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { serverSchema, type Server, type ServerRevision } from '../../store/schema/server.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { contentHash } from '../content/content-hash.ts';

/** A revision without its definition, which is on disk. */
export type RevisionRow = Omit<ServerRevision, 'definition'>;

/** A revision as consoles and the command line see it. */
export interface ServerRevisionView {
  readonly number: number;
  readonly author: string;
  readonly note: string;
  readonly at: EpochMs;
  /** The first 12 hex digits of the definition's SHA-256. */
  readonly hash: string;
  /** Fields that differ from the revision before. */
  readonly changed: readonly string[];
  readonly isCurrent: boolean;
  /** Number of the revision that it brought back. */
  readonly restored?: number;
}

export interface RevisionFacts {
  readonly author: string;
  readonly at: EpochMs;
  readonly note?: string | undefined;
  readonly changed?: readonly string[];
  readonly restored?: number | undefined;
}

type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

/** Its definition as it is now becomes the revision that it names. */
export function insertRevision(tx: Transaction<Shape>, ids: Ids, server: Server, facts: RevisionFacts): string {
  const { note = '', changed = [], restored, author, at } = facts;
  const definition = definitionOf(server);
  const id = ids.next('rev');
  tx.collection('serverRevisions').insert({
    id,
    serverId: server.id,
    name: server.name,
    number: server.revision,
    hash: contentHash(definition),
    author,
    note,
    at,
    changed: [...changed],
    ...(restored === undefined ? {} : { restored }),
    definition: definition as ServerRevision['definition'],
  });
  return id;
}

/** What operators have said; not what the engine adds. */
function definitionOf(server: Server): JsonObject {
  const { id: _id, revision: _revision, createdAt: _createdAt, updatedAt: _updatedAt, ...rest } = server;
  const { version: _version, ...definition } = rest as typeof rest & { readonly version?: number };
  return JSON.parse(JSON.stringify(definition)) as JsonObject;
}

/** Of a server that is there or was: newest first. */
export function revisionsOf(from: Reads, serverId: string): readonly RevisionRow[] {
  const all: readonly RevisionRow[] = from.collection('serverRevisions').all();
  return all.filter((row) => row.serverId === serverId).toReversed();
}

/** The server that had the name last, deleted or not; undefined when none ever had, as far as is kept. */
export function formerServerId(from: Reads, name: string): string | undefined {
  const all: readonly RevisionRow[] = from.collection('serverRevisions').all();
  return all.findLast((row) => row.name === name)?.serverId;
}

/** @throws McptuiError `not-found` with those there are */
export function revisionNumbered(rows: readonly RevisionRow[], name: string, number: number): RevisionRow {
  const found = rows.find((row) => row.number === number);
  if (found !== undefined) return found;
  const some = rows.slice(0, 8).map((row) => row.number);
  throw new McptuiError('not-found', `server ${name} has no revision ${number}`, {
    hint:
      some.length === 0 ? 'it has not been edited yet' : `there are ${some.join(', ')}${rows.length > 8 ? ' …' : ''}`,
  });
}

/** @throws McptuiError `unavailable` when it is lost */
export async function revisionDefinition(db: Database<Shape>, row: RevisionRow): Promise<Server> {
  const definition = await db.body('serverRevisions', row.id);
  if (definition === undefined) {
    throw new McptuiError('unavailable', `revision ${row.number} of server ${row.name} cannot be read`);
  }
  const { serverId: id, number: revision, at } = row;
  return serverSchema.parse({ ...(definition as object), id, revision, createdAt: at, updatedAt: at });
}

export function serverRevisionView(row: RevisionRow, live: Server | undefined): ServerRevisionView {
  const { number, author, note, at, hash, changed, restored } = row;
  return {
    number,
    author,
    note,
    at,
    hash: hash.slice(0, 12),
    changed,
    isCurrent: live?.id === row.serverId && live.revision === number,
    ...(restored === undefined ? {} : { restored }),
  };
}
