/** Tells events to who watches them: the last ones, then each as it comes, that pass the query. */
import { append } from '../../../kernel/append.ts';
import type { AuditEvent, AuditQuery } from '../../../store/types.ts';
import type { Served } from '../../rights/served.ts';
import type { Watching } from './route.ts';

/** As the journal finds them by the same query. */
function passes({ kind, session, target, text }: AuditQuery, event: AuditEvent): boolean {
  if (kind !== undefined && event.kind !== kind) return false;
  if (session !== undefined && event.session !== session) return false;
  if (target !== undefined && event.target !== target) return false;
  if (text === undefined || text === '') return true;
  const { kind: own, actor, target: whose = '', outcome, message = '' } = event;
  return [own, actor, whose, outcome, message].some((part) => part.toLowerCase().includes(text.toLowerCase()));
}

/** Oldest first. `after`: from that number on, else from the last `limit` of them. */
export function watchEvents(
  query: AuditQuery,
  { commands, onEvents }: Served,
  put: (events: readonly AuditEvent[]) => void,
): Watching {
  let last: number | undefined;
  const early: AuditEvent[] = [];
  const told = (events: readonly AuditEvent[]): void => {
    const fresh = events.filter((event) => event.n > (last ?? 0) && passes(query, event));
    last = Math.max(last ?? 0, events.at(-1)?.n ?? 0);
    put(fresh);
  };
  // What comes while the journal is read is told behind it.
  const end = onEvents((events) => {
    if (last !== undefined) told(events);
    else if (early.length < MAX_EARLY) append(early, events);
  });
  const begin = async (): Promise<void> => {
    const found = await commands.events(query);
    const ordered = found.toSorted((a, b) => a.n - b.n);
    last = query.after ?? 0;
    told(ordered);
    told(early.splice(0));
  };
  return { begun: begin(), end };
}

/** While the journal is read: more are there, where a reader that lost the thread finds them by number. */
const MAX_EARLY = 10_000;
