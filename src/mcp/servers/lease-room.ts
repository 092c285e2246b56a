/**
 * Makes room for a session where all instances of a server are leased: a session that is idle and would not notice gives its
 * instance up after 30 s, the longest idle one first. Who waits for that is refused when all others work.
 */
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { LeaseHolder, Leases } from './leases.ts';

/** How long a session keeps an instance that it does not use while others wait. */
export const LEASE_IDLE_MS = 30_000;
/** Sessions that call now and then may keep what they have: who waits for them longer than this is refused. */
const PATIENCE_MS = 60_000;

interface Waiting<S> {
  readonly session: S;
  readonly sinceMs: number;
  readonly go: () => void;
  readonly refuse: () => void;
}

export class LeaseRoom<S extends LeaseHolder> {
  readonly #clock: Clock;
  readonly #leases: Leases<S>;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting<S>>();
  #timer: Timer | undefined;

  constructor(clock: Clock, leases: Leases<S>) {
    this.#clock = clock;
    this.#leases = leases;
  }

  /** Calls `go` or `refuse` once, now or later; returns how to take the request back. */
  request(session: S, go: () => void, refuse: () => void): () => void {
    const waiting = { session, go, refuse, sinceMs: this.#clock.monotonicMs() };
    this.#waiting.add(waiting);
    this.look();
    return () => void this.#waiting.delete(waiting);
  }

  /** There may be room now. */
  look(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const waiting of this.#waiting) {
      const waitMs = this.#msUntilRoom(waiting);
      if (waitMs === 0) {
        this.#waiting.delete(waiting);
        waiting.go();
      } else if (waitMs === undefined) {
        this.#waiting.delete(waiting);
        waiting.refuse();
      } else {
        this.#timer ??= this.#clock.after(waitMs, () => this.look(), { unref: true });
      }
    }
  }

  /** 0 when there is room, or was made; undefined when nobody will give anything up in time. */
  #msUntilRoom({ session, sinceMs }: Waiting<S>): number | undefined {
    if (this.#leases.hasRoomFor(session)) return 0;
    const idle = this.#leases.longestIdle();
    if (idle === undefined) return undefined;
    if (idle.idleMs >= LEASE_IDLE_MS) {
      this.#leases.reclaim(idle.session, idle.idleMs);
      return 0;
    }
    const leftMs = sinceMs + PATIENCE_MS - this.#clock.monotonicMs();
    return leftMs <= 0 ? undefined : Math.min(leftMs, LEASE_IDLE_MS - idle.idleMs);
  }
}
