/** Tells an agent that it has a fresh instance of a server, because it had to give the one before up. */
import { timeWords } from '../../kernel/time-words.ts';
import type { Project } from '../projects/project.ts';
import { withMember } from '../wire/json-source.ts';
import { mapAt, type WireMap } from '../wire/message.ts';
import type { ServerPool } from '../servers/pool.ts';
import type { Session } from '../downstream/session.ts';
import type { BuiltinListKind } from '../types/builtin.ts';

/** In the `_meta` of the first result of the fresh one. */
export const LEASE_META_KEY = 'io.mcptui/lease';

const LISTS: readonly BuiltinListKind[] = ['tools', 'prompts', 'resources'];

/** The session has no instance of this server any more. */
export function gaveUp(project: Project, session: Session, pool: ServerPool, idleMs: number): void {
  project.dropOwnLists(session, pool);
  const note =
    `this is a fresh instance of server ${pool.name}: the one before was given to another session after ${timeWords(idleMs)} ` +
    'without a request, and what it kept is gone';
  session.leaseNotes.set(pool.name, note);
}

/** It has another one: its lists may be others. */
export function hasFreshOne(project: Project, session: Session, pool: ServerPool): void {
  if (session.leaseNotes.has(pool.name)) project.touchFor(session, LISTS);
}

/** The JSON of a result with the note in its `_meta`, once; undefined when there is nothing to say. */
export function withLeaseNote(session: Session, server: string, result: unknown, text: string): string | undefined {
  const note = session.leaseNotes.get(server);
  if (note === undefined || typeof result !== 'object' || result === null) return undefined;
  session.leaseNotes.delete(server);
  const own = mapAt(result, '_meta');
  if (own === undefined && !Object.hasOwn(result, '_meta')) {
    return withMember(text, '_meta', JSON.stringify({ [LEASE_META_KEY]: note }));
  }
  return JSON.stringify({ ...(result as WireMap), _meta: { ...own, [LEASE_META_KEY]: note } });
}
