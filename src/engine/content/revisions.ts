/** Looks into the past of prompts, personalities and skills: history, search by hash, earlier contents. */
import { McptuiError } from '../../kernel/errors.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { Content, ContentKind, Revision } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { readSemver } from './semver.ts';
import { findByRef, kindRef } from './refs.ts';
import { rowById, rowsOf, type ContentRow } from './rows.ts';
import type { RevisionView } from './types.ts';

/** A revision without its content, which is on disk. */
export type RevisionRow = Omit<Revision, 'content'>;

/** @throws McptuiError `unavailable` when the content is lost */
export async function revisionContent(db: Database<Shape>, id: string): Promise<Content> {
  const body = await db.body('revisions', id);
  if (body === undefined) throw new McptuiError('unavailable', `the content of revision ${id} cannot be read`);
  return body as unknown as Content;
}

/** By its id. @throws McptuiError `not-found` */
export function revisionNamed(db: Database<Shape>, id: string): RevisionRow {
  const row = db.collection('revisions').find(id);
  if (row !== undefined) return row;
  throw new McptuiError('not-found', `no revision ${cutName(id)}`, { hint: 'mcptui get revisions KIND NAME' });
}

/** A resource with a past: the live one, or one that is deleted. */
export interface Past {
  readonly kind: ContentKind;
  readonly ref: string;
  readonly resourceId: string;
  readonly live: ContentRow | undefined;
  /** Newest first; at least one. */
  readonly revisions: readonly RevisionRow[];
}

/** @throws McptuiError `not-found` */
export function pastOf(db: Database<Shape>, kind: ContentKind, ref: string): Past {
  const live = liveOrUndefined(db, kind, ref);
  const all: readonly RevisionRow[] = db.collection('revisions').all();
  const resourceId =
    live?.id ?? all.findLast((row) => row.kind === kind && (row.ref === ref || row.resourceId === ref))?.resourceId;
  // Says what is there, with the next step.
  if (resourceId === undefined) findByRef(kind, rowsOf(db, kind), ref);
  const revisions = all.filter((row) => row.resourceId === resourceId).toReversed();
  return {
    kind,
    ref: live === undefined ? (revisions[0]?.ref ?? ref) : kindRef(kind, live),
    resourceId: resourceId ?? '',
    live,
    revisions,
  };
}

function liveOrUndefined(db: Database<Shape>, kind: ContentKind, ref: string): ContentRow | undefined {
  try {
    return findByRef(kind, rowsOf(db, kind), ref);
  } catch (error) {
    if (error instanceof McptuiError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** The newest revision with this number. @throws McptuiError `not-found` with those there are */
export function revisionAt({ kind, ref, revisions }: Past, semver: string): RevisionRow {
  const found = revisions.find(
    (row) => row.semver === semver || row.id === semver || readSemver(row.semver) === semver,
  );
  if (found !== undefined) return found;
  const some = revisions.slice(0, 8).map((row) => row.semver);
  throw new McptuiError('not-found', `${kind} ${ref} has no revision ${semver}`, {
    hint: `there are ${some.join(', ')}${revisions.length > some.length ? ' …' : ''}`,
  });
}

/** The revision before the live one, in the order of their making; undefined for the first. */
export function revisionBefore(past: Past, revision: RevisionRow): RevisionRow | undefined {
  return past.revisions.find((row) => row.id === revision.previous);
}

export function revisionView(db: Database<Shape>, row: RevisionRow): RevisionView {
  const { id, kind, ref, semver, hash, author, note, at, proposal, restored } = row;
  return {
    id,
    kind,
    ref,
    semver,
    hash,
    author,
    note,
    at,
    isCurrent: rowById(db, kind, row.resourceId)?.current.id === id,
    ...(proposal === undefined ? {} : { proposal }),
    ...(restored === undefined ? {} : { restored }),
  };
}

/** Finds revisions of every kind, newest first. @throws McptuiError `invalid` for fewer than four hex digits */
export function revisionsByHash(db: Database<Shape>, hash: string): readonly RevisionRow[] {
  const wanted = hash.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(wanted)) {
    throw new McptuiError('invalid', `${hash} is not the beginning of a content hash: use 4 to 64 hex digits`);
  }
  const all: readonly RevisionRow[] = db.collection('revisions').all();
  return all.filter((row) => row.hash.startsWith(wanted)).toReversed();
}
