/** A clock that moves only when told; wall and monotonic time can part, as when somebody sets the wall clock. */
import type { Clock, EpochMs, Timer } from '../../../src/kernel/clock.ts';

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly fn: () => void;
}

export class FakeClock implements Clock {
  #wallMs: EpochMs;
  #monotonicMs = 1_000;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(startAt: EpochMs = Date.UTC(2026, 0, 1)) {
    this.#wallMs = startAt;
  }

  now(): EpochMs {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, fn: () => void): Timer {
    const entry: Pending = { dueMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order++, fn };
    this.#pending.add(entry);
    return { cancel: () => void this.#pending.delete(entry) };
  }

  /** Timers not yet fired or cancelled: what a leak test counts. */
  get pendingTimers(): number {
    return this.#pending.size;
  }

  /** Someone sets the wall clock; monotonic time does not notice. */
  setWall(deltaMs: number): void {
    this.#wallMs += deltaMs;
  }

  /** Moves both clocks, firing timers in order and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#monotonicMs + ms;
    await settle();
    for (;;) {
      const next = [...this.#pending]
        .filter((p) => p.dueMs <= until)
        .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
      if (next === undefined) break;
      this.#move(next.dueMs);
      this.#pending.delete(next);
      next.fn();
      await settle();
    }
    this.#move(until);
    await settle();
  }

  #move(toMs: number): void {
    const step = Math.max(0, toMs - this.#monotonicMs);
    this.#monotonicMs += step;
    this.#wallMs += step;
  }
}

/** Lets promise chains and immediates run; real I/O needs more than this. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
