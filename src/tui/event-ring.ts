/** The newest audit events, by number, outside React. Numbers run without gaps, so a place is found by arithmetic. */
import type { AuditEvent } from '../engine/index.ts';

export class EventRing {
  readonly capacity: number;
  readonly #slots: (AuditEvent | undefined)[];
  #first = 1;
  #last = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#slots = Array.from<undefined>({ length: capacity });
  }

  /** Number of the oldest event held; larger than `last` when there is none. */
  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#last;
  }

  get size(): number {
    return this.#last - this.#first + 1;
  }

  get(n: number): AuditEvent | undefined {
    if (n < this.#first || n > this.#last) return undefined;
    const event = this.#slots[n % this.capacity];
    return event?.n === n ? event : undefined;
  }

  /** Newer events in order; what they push out at the old end is forgotten. */
  append(events: readonly AuditEvent[]): void {
    for (const event of events) {
      if (event.n <= this.#last && this.size > 0) {
        if (event.n >= this.#first) this.#slots[event.n % this.capacity] = event;
        continue;
      }
      if (this.size <= 0) this.#first = event.n;
      this.#slots[event.n % this.capacity] = event;
      this.#last = event.n;
      this.#first = Math.max(this.#first, event.n - this.capacity + 1);
    }
  }

  /** Older events, any order, directly before `first`; those without room are left out. Returns how many were kept. */
  prepend(events: readonly AuditEvent[]): number {
    let kept = 0;
    let lowest = this.#first;
    for (const event of events) {
      if (event.n >= this.#first || this.#last - event.n >= this.capacity) continue;
      this.#slots[event.n % this.capacity] = event;
      lowest = Math.min(lowest, event.n);
      kept += 1;
    }
    this.#first = lowest;
    return kept;
  }
}
