/**
 * The connected instances of one server, and which of them serves a session: the one that it has used so far, else the
 * one with the fewest sessions among those whose last probe was good.
 *
 * An instance serves any number of sessions. Leases (one session at a time, recycled after use) belong here: `pick` is
 * the only place where a session gets an instance, `release` the only one where it gives them back.
 */
import type { Clock } from '../clock.ts';
import { CachedList, LIST_KINDS, type ListKind, type ListTimes } from './list-cache.ts';
import type { RoutedServer, UpstreamInfo } from './types.ts';
import type { Upstream } from './upstream.ts';

/** Who asks: one object per session, which remembers the instances it has used, by server. */
export type Affinity = Map<string, string>;

export interface Down {
  readonly state: string;
  readonly reason: string;
  readonly retryAt?: number;
}

const NOT_CONNECTED: Down = { state: 'starting', reason: 'no instance is connected yet' };

export class ServerPool {
  readonly name: string;
  /** Undefined while no definition is known: then no agent reaches it. */
  routed: RoutedServer | undefined;
  readonly lists: Readonly<Record<ListKind, CachedList>>;
  /** Of the instance that connected last; kept while none is. */
  info: UpstreamInfo | undefined;
  /** A list went out without this server, which had not connected in time: nobody waits for it again until it has. */
  isLate = false;
  readonly #upstreams = new Map<string, Upstream>();
  readonly #sessions = new Map<string, number>();
  readonly #failing = new Set<string>();
  #arrivals: (() => void)[] = [];

  constructor(name: string, clock: Clock, times: ListTimes) {
    this.name = name;
    const list = (): CachedList => new CachedList(clock, times);
    this.lists = { tools: list(), prompts: list(), resources: list(), templates: list() };
  }

  get upstreams(): Iterable<Upstream> {
    return this.#upstreams.values();
  }

  /** Any connected instance, good ones first. */
  get any(): Upstream | undefined {
    let fallback: Upstream | undefined;
    for (const upstream of this.#upstreams.values()) {
      if (!this.#failing.has(upstream.id)) return upstream;
      fallback ??= upstream;
    }
    return fallback;
  }

  get isConnected(): boolean {
    return this.#upstreams.size > 0;
  }

  /** Why no instance can answer. */
  get down(): Down {
    return this.routed?.down ?? NOT_CONNECTED;
  }

  /** It is on its way and a list may wait for it, within the deadline. */
  get isComing(): boolean {
    if (this.isConnected || this.isLate) return false;
    const { state, retryAt } = this.down;
    return retryAt === undefined && (state === 'starting' || state === 'pending');
  }

  add(upstream: Upstream): void {
    this.#upstreams.set(upstream.id, upstream);
    this.info = upstream.info;
    this.isLate = false;
    for (const kind of LIST_KINDS) this.lists[kind].invalidate();
    this.giveUpWaiting();
  }

  /** Calls back once, when the next instance has connected or none can be hoped for soon. */
  onArrival(arrived: () => void): void {
    this.#arrivals.push(arrived);
  }

  giveUpWaiting(): void {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    for (const arrived of arrivals) arrived();
  }

  remove(upstream: Upstream): void {
    if (this.#upstreams.get(upstream.id) !== upstream) return;
    this.#upstreams.delete(upstream.id);
    this.#sessions.delete(upstream.id);
    this.#failing.delete(upstream.id);
  }

  probed(instanceId: string, isGood: boolean): void {
    if (isGood) this.#failing.delete(instanceId);
    else if (this.#upstreams.has(instanceId)) this.#failing.add(instanceId);
  }

  /** The instance for a session; undefined when none is connected. */
  pick(affinity: Affinity): Upstream | undefined {
    const used = affinity.get(this.name);
    const current = used === undefined ? undefined : this.#upstreams.get(used);
    if (current !== undefined) return current;
    let best: Upstream | undefined;
    let bestRank = Infinity;
    for (const upstream of this.#upstreams.values()) {
      const sessions = this.#sessions.get(upstream.id) ?? 0;
      const rank = sessions + (this.#failing.has(upstream.id) ? 1e9 : 0);
      if (rank < bestRank) {
        best = upstream;
        bestRank = rank;
      }
    }
    if (best === undefined) return undefined;
    affinity.set(this.name, best.id);
    this.#sessions.set(best.id, (this.#sessions.get(best.id) ?? 0) + 1);
    return best;
  }

  /** The session is gone. */
  release(affinity: Affinity): void {
    const used = affinity.get(this.name);
    const count = used === undefined ? undefined : this.#sessions.get(used);
    if (used === undefined || count === undefined) return;
    if (count <= 1) this.#sessions.delete(used);
    else this.#sessions.set(used, count - 1);
  }
}
