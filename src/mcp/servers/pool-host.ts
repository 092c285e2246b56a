/** Describes what a pool of instances needs, what it tells of its leases, and why it has no instance. */
import type { Clock } from '../../kernel/clock.ts';
import type { ListTimes } from '../lists/list-cache.ts';
import type { ListMemory } from '../lists/list-memory.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { LeaseHolder } from './leases.ts';

export interface Down {
  readonly state: string;
  readonly reason: string;
  readonly retryAt?: number;
}

export interface PoolOptions {
  readonly clock: Clock;
  readonly times: ListTimes;
  readonly host: PoolHost;
  /** Where lists are kept while no program runs; absent = nowhere. */
  readonly memory?: ListMemory | undefined;
}

/** Listener to what happens to a pool's leases. */
export interface PoolHost {
  leased(session: LeaseHolder, upstream: Upstream): void;
  retired(instanceId: string, reason: string): void;
  demand(server: string, sessions: number): void;
  reclaimed(session: LeaseHolder, upstream: Upstream, idleMs: number): void;
  /** An agent has asked something of it. */
  isUsed(upstream: Upstream): boolean;
}
