/** Brings a reader fresh lists of all its servers, or what is known of them when that takes too long. */
import { withDeadline, type Clock } from '../../kernel/clock.ts';
import { LIST_KINDS, type CachedList, type ListSet } from '../lists/list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import type { ServerPool } from './pool.ts';
import type { Session } from '../downstream/session.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Where a reader finds a server's list. */
export interface Readable {
  readonly lists: ListSet;
  /** The instance to read it from, while there is one. */
  readonly source: () => Upstream | undefined;
  /** Resolves once an instance is there or cannot be hoped for; the reader's deadline ends the wait. */
  readonly arrival: () => Promise<void>;
}

/** Never rejects. */
export type Refresh = (pool: ServerPool, list: CachedList, source: Readable['source']) => Promise<void>;

/**
 * Undefined when there is nothing to wait for: a list that is known waits for no instance, and no list is waited for that
 * has kept a reader waiting in vain before. Never rejects.
 */
export function freshen(
  pools: readonly ServerPool[],
  kind: ListKind,
  look: (pool: ServerPool) => Readable,
  refresh: Refresh,
  { clock, listDeadlineMs }: { readonly clock: Clock; readonly listDeadlineMs: number },
): Promise<void> | undefined {
  const waits: Promise<unknown>[] = [];
  const absent: ListSet[] = [];
  const asked: ListSet[] = [];
  for (const pool of pools) {
    const { lists, source, arrival } = look(pool);
    const list = lists[kind];
    if (list.isFresh) continue;
    if (source() !== undefined) {
      const fetched = refresh(pool, list, source);
      if (list.isSlow) continue;
      asked.push(lists);
      waits.push(fetched);
    } else if (!list.isKnown && !lists.isLate && (pool.isConnected || pool.isComing)) {
      absent.push(lists);
      // Other lists may be served by then.
      waits.push(arrival().then(() => refresh(pool, look(pool).lists[kind], source)));
    }
  }
  if (waits.length === 0) return undefined;
  return withDeadline(clock, listDeadlineMs, Promise.allSettled(waits), () => new Error('deadline')).then(
    () => undefined,
    () => {
      // A server that is late with one of its lists is so with those that it was asked for beside it.
      for (const lists of asked) for (const each of LIST_KINDS) lists[each].isSlow ||= lists[each].isRunning;
      for (const lists of absent) lists.isLate ||= !lists[kind].isKnown;
    },
  );
}

export function acquired(pool: ServerPool, session: Session): Promise<void> {
  return new Promise((resolve) => pool.acquire(session, () => resolve()));
}

/** Resolves when a server that is on its way is there, cannot be hoped for, or is late. */
export function comingWithin(clock: Clock, pool: ServerPool, patienceMs = Infinity): Promise<void> {
  const waitMs = Math.min(pool.startTimeoutMs, patienceMs);
  return withDeadline(clock, waitMs, arrivalOf(pool), () => new Error('late')).catch(() => undefined);
}

export function arrivalOf(pool: ServerPool): Promise<void> {
  return new Promise((resolve) => pool.onArrival(resolve));
}
