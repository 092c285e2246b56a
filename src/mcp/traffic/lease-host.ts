/** Follows up when a session gets an instance of its own, gives it up, or one has done its work. */
import type { Registry } from '../projects/registry.ts';
import type { RouterObserver } from '../types/observer.ts';
import { gaveUp, hasFreshOne } from './lease-notes.ts';
import type { LeaseHolder } from '../servers/leases.ts';
import type { LogLevels } from './log-levels.ts';
import type { ServerPool } from '../servers/pool.ts';
import type { PoolHost } from '../servers/pool-host.ts';
import type { Session } from '../downstream/session.ts';
import type { Subscriptions } from './subscriptions.ts';
import { tellRoots } from './tell-roots.ts';
import type { Upstream } from '../upstream/upstream.ts';

export interface LeaseHostParts {
  readonly observer: RouterObserver;
  readonly sessions: ReadonlyMap<string, Session>;
  /** Instances that an agent has asked something of. */
  readonly used: WeakSet<Upstream>;
  /** Made after the host that it is given. */
  readonly registry: () => Registry;
  readonly levels: LogLevels;
  readonly subscriptions: Subscriptions;
}

export function leaseHost({ observer, sessions, used, registry, levels, subscriptions }: LeaseHostParts): PoolHost {
  function whose(
    holder: LeaseHolder,
    upstream: Upstream,
  ): { readonly session: Session; readonly pool: ServerPool } | undefined {
    const session = sessions.get(holder.id);
    const pool = registry().pool(upstream.server);
    return session === undefined || pool === undefined ? undefined : { session, pool };
  }

  return {
    leased(holder, upstream) {
      const { session, pool } = whose(holder, upstream) ?? {};
      if (session === undefined || pool === undefined) return;
      levels.leased(session, upstream);
      tellRoots(session, upstream);
      hasFreshOne(registry().project(session.project), session, pool);
      subscriptions.leased(session, pool, upstream);
      observer.leased(upstream.id, session.info);
    },
    reclaimed(holder, upstream, idleMs) {
      const { session, pool } = whose(holder, upstream) ?? {};
      if (session === undefined || pool === undefined) return;
      subscriptions.lost(upstream, pool);
      gaveUp(registry().project(session.project), session, pool, idleMs);
    },
    retired: (instanceId, reason) => observer.retired(instanceId, reason),
    demand: (server, asking) => observer.demand(server, asking),
    isUsed: (upstream) => used.has(upstream),
  };
}
