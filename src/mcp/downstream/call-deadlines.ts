/**
 * Looks at the limits of a session's calls in flight when the first of them is due: one timer a session, not one a call, as
 * nearly every call is over long before its limit.
 */
import type { Clock, Timer } from '../../kernel/clock.ts';

export interface Limited {
  /** Does what is due at `nowMs`; when to look again. Both on the monotonic clock; absent where there is no limit. */
  look?(nowMs: number): number;
}

export class CallDeadlines {
  readonly #clock: Clock;
  readonly #calls: () => Iterable<Limited>;
  #timer: Timer | undefined;
  #dueMs = Infinity;

  /** `calls`: those in flight now. */
  constructor(clock: Clock, calls: () => Iterable<Limited>) {
    this.#clock = clock;
    this.#calls = calls;
  }

  /** One of the calls has to be looked at then, on the monotonic clock. */
  by(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = this.#clock.after(Math.max(1, dueMs - this.#clock.monotonicMs()), this.#look, { unref: true });
  }

  close(): void {
    this.#timer?.cancel();
    this.#dueMs = -Infinity;
  }

  readonly #look = (): void => {
    this.#dueMs = Infinity;
    const nowMs = this.#clock.monotonicMs();
    let nextMs = Infinity;
    for (const call of this.#calls()) nextMs = Math.min(nextMs, call.look?.(nowMs) ?? Infinity);
    this.by(nextMs);
  };
}
