/**
 * Chooses which instance of a shared server serves a session: the one it has used so far, else the one with the fewest
 * sessions.
 */
import type { Upstream } from '../upstream/upstream.ts';

export class LeastLoaded<S extends object> {
  readonly #used = new Map<S, Upstream>();
  /** By instance. */
  readonly #counts = new Map<string, number>();

  held(session: S): Upstream | undefined {
    return this.#used.get(session);
  }

  /** Those that were good at their last probe come first. Undefined when none is connected. */
  pick(session: S, upstreams: Iterable<Upstream>, isFailing: (instanceId: string) => boolean): Upstream | undefined {
    const used = this.#used.get(session);
    if (used !== undefined) return used;
    let best: Upstream | undefined;
    let bestRank = Infinity;
    for (const upstream of upstreams) {
      const rank = (this.#counts.get(upstream.id) ?? 0) + (isFailing(upstream.id) ? 1e9 : 0);
      if (rank >= bestRank) continue;
      best = upstream;
      bestRank = rank;
    }
    if (best === undefined) return undefined;
    this.#used.set(session, best);
    this.#counts.set(best.id, (this.#counts.get(best.id) ?? 0) + 1);
    return best;
  }

  /** The sessions that have used an instance. */
  *users(upstream: Upstream): Iterable<S> {
    for (const [session, used] of this.#used) if (used === upstream) yield session;
  }

  /** The instance is gone: its sessions pick another one when they next need one. */
  remove(upstream: Upstream): void {
    for (const [session, used] of this.#used) if (used === upstream) this.#used.delete(session);
    this.#counts.delete(upstream.id);
  }

  /** The session is gone. */
  release(session: S): void {
    const used = this.#used.get(session);
    if (used === undefined) return;
    this.#used.delete(session);
    const count = this.#counts.get(used.id) ?? 0;
    if (count <= 1) this.#counts.delete(used.id);
    else this.#counts.set(used.id, count - 1);
  }
}
