/** What follows when a session gets an instance of its own, gives it up, or one has done its work. */
import type { RouterCore } from '../core.ts';
import { gaveUp, hasFreshOne } from './lease-notes.ts';
import type { LeaseHolder } from '../servers/leases.ts';
import type { LogLevels } from './log-levels.ts';
import type { PoolHost, ServerPool } from '../servers/pool.ts';
import type { Session } from '../downstream/session.ts';
import type { Subscriptions } from './subscriptions.ts';
import { tellRoots } from './tell-roots.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** The parts that are made later come by function. */
export function leaseHost(core: RouterCore, levels: () => LogLevels, subscriptions: () => Subscriptions): PoolHost {
  function whose(
    holder: LeaseHolder,
    upstream: Upstream,
  ): { readonly session: Session; readonly pool: ServerPool } | undefined {
    const session = core.sessionsById.get(holder.id);
    const pool = core.pool(upstream.server);
    return session === undefined || pool === undefined ? undefined : { session, pool };
  }

  return {
    leased(holder, upstream) {
      const { session, pool } = whose(holder, upstream) ?? {};
      if (session === undefined || pool === undefined) return;
      levels().leased(session, upstream);
      tellRoots(session, upstream);
      hasFreshOne(core, session, pool);
      subscriptions().leased(session, pool, upstream);
      core.observer.leased(upstream.id, session.info);
    },
    reclaimed(holder, upstream, idleMs) {
      const { session, pool } = whose(holder, upstream) ?? {};
      if (session === undefined || pool === undefined) return;
      subscriptions().lost(upstream, pool);
      gaveUp(core, session, pool, idleMs);
    },
    retired: (instanceId, reason) => core.observer.retired(instanceId, reason),
    demand: (server, sessions) => core.observer.demand(server, sessions),
    isUsed: (upstream) => core.used.has(upstream),
  };
}
