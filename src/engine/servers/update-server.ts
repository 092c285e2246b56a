/** Changes the definition of a server: judged afresh, recorded as its next revision, in one audited transaction. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { checkedDraft } from './checked-draft.ts';
import { definitionChanges, type FieldChange } from './definition-changes.ts';
import { ensureProject, operatorEvent, refuseClash, serverNamed } from './definitions.ts';
import { draftAfter, type ServerChange, type UpdateOptions } from './server-change.ts';
import {
  formerServerId,
  insertRevision,
  revisionDefinition,
  revisionNumbered,
  revisionsOf,
  type RevisionRow,
} from './server-revisions.ts';

export interface UpdateParts {
  readonly db: Database<Shape>;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What a change makes of a server. */
export interface Update {
  /** Undefined for one that was deleted and comes back. */
  readonly before: Server | undefined;
  readonly after: Server;
  /** Empty = nothing is recorded. */
  readonly changes: readonly FieldChange[];
}

/** A change whose earlier definition, if it names one, is at hand. */
interface Prepared {
  readonly change: ServerChange;
  readonly former?: { readonly row: RevisionRow; readonly definition: Server };
}

/** Looks only. @throws McptuiError `not-found`, `invalid`, `conflict` */
export async function plannedUpdate(
  parts: UpdateParts,
  name: string,
  change: ServerChange,
  options: UpdateOptions = {},
): Promise<Update> {
  return updateOf(parts.db, parts, name, await prepared(parts.db, name, change), options);
}

/** @throws McptuiError `not-found`, `invalid`, `conflict` when another revision than the expected one is live */
export async function updateServer(
  parts: UpdateParts,
  name: string,
  change: ServerChange,
  options: UpdateOptions,
  actor: string,
): Promise<Update> {
  const ready = await prepared(parts.db, name, change);
  return parts.db.transact((tx) => {
    const update = updateOf(tx, parts, name, ready, options);
    const { before, after, changes } = update;
    if (before !== undefined && changes.length === 0) return update;
    const servers = tx.collection('servers');
    const at = parts.clock.now();
    refuseClash(tx, after);
    if (before === undefined) {
      ensureProject(tx, after.project, parts.clock, parts.ids);
      servers.insert(after);
    } else {
      // One from before there were revisions: what it was is the first.
      if (revisionsOf(tx, before.id).length === 0) {
        insertRevision(tx, parts.ids, before, { author: 'engine', at: before.updatedAt, note: 'as it was' });
      }
      servers.replace({ ...after, version: servers.get(after.id).version });
    }
    const changed = changes.map(({ field }) => field);
    const restored = ready.former?.row.number;
    const id = insertRevision(tx, parts.ids, after, { author: actor, at, note: options.note, changed, restored });
    const event = operatorEvent(
      before === undefined ? 'server_create' : 'server_update',
      actor,
      after,
      said(update, restored, options.note),
    );
    tx.event({ ...event, detail: { ...event.detail, revision: id, number: after.revision, changed } });
    return update;
  });
}

function said({ before, after, changes }: Update, restored: number | undefined, note: string | undefined): string {
  const moved = before === undefined ? `revision ${after.revision}` : `revision ${before.revision} → ${after.revision}`;
  const why = restored === undefined ? '' : `, restores ${restored}`;
  const fields = changes.length === 0 ? '' : `: ${changes.map(({ field }) => field).join(', ')}`;
  return `${moved}${why}${fields}${note === undefined || note === '' ? '' : `; ${note}`}`;
}

async function prepared(db: Database<Shape>, name: string, change: ServerChange): Promise<Prepared> {
  if (!('revision' in change)) return { change };
  const live = liveServer(db, name);
  const serverId = live?.id ?? formerServerId(db, name);
  // Says that there is none, with the next step.
  if (serverId === undefined) serverNamed(db, name);
  const row = revisionNumbered(revisionsOf(db, serverId ?? ''), name, change.revision);
  return { change, former: { row, definition: await revisionDefinition(db, row) } };
}

export function liveServer(
  from: Pick<Database<Shape>, 'collection'> | Transaction<Shape>,
  name: string,
): Server | undefined {
  const all: readonly Server[] = from.collection('servers').all();
  return all.find((row) => row.name === name || row.id === name);
}

function updateOf(
  from: Pick<Database<Shape>, 'collection'> | Transaction<Shape>,
  { clock }: UpdateParts,
  name: string,
  { change, former }: Prepared,
  options: UpdateOptions,
): Update {
  const now = clock.now();
  const before = former === undefined ? serverNamed(from, name) : liveServer(from, name);
  if (before !== undefined) refuseStale(from, before, options.expected);
  const newest = revisionsOf(from, before?.id ?? former?.row.serverId ?? '')[0]?.number ?? 1;
  const engineFields = {
    id: before?.id ?? former?.row.serverId ?? '',
    revision: Math.max(newest, before?.revision ?? 1) + 1,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  if (former !== undefined) {
    const after = { ...former.definition, ...engineFields };
    return { before, after, changes: definitionChanges(before ?? former.definition, after) };
  }
  if (before === undefined || 'revision' in change) throw new Error('a change without a server');
  const draft = draftAfter(before, change);
  const after = checkedDraft(options.literal === true ? { ...draft, literal: true } : draft, engineFields, before);
  return { before, after, changes: definitionChanges(before, after) };
}

function refuseStale(
  from: Pick<Database<Shape>, 'collection'> | Transaction<Shape>,
  live: Server,
  expected: number | undefined,
): void {
  if (expected === undefined || expected === live.revision) return;
  const [newest] = revisionsOf(from, live.id);
  const by = newest === undefined ? '' : ` by ${newest.author} (${newest.changed.join(', ')})`;
  throw new McptuiError(
    'conflict',
    `server ${live.name}: revision ${live.revision}${by} is live, and this change was made on revision ${expected}`,
    { hint: `mcptui diff server ${live.name} ${expected} ${live.revision}` },
  );
}
