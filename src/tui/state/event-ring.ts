/** Holds the newest audit events, by number, outside React. Numbers run without gaps, so a place is found by arithmetic. */
import type { AuditEvent } from '../../engine/index.ts';

/** An event as kept: words that recur are kept once, the detail as JSON until somebody looks. */
export interface HeldEvent extends Omit<AuditEvent, 'detail'> {
  readonly detailJson?: string;
}

const internLimit = 20_000;

/** Texts that came over a channel are copies of each other: a hundred thousand events share a few hundred words. */
class Words {
  #known = new Map<string, string>();

  one(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= internLimit) this.#known = new Map();
    this.#known.set(text, text);
    return text;
  }

  hold({ detail, ...event }: AuditEvent): HeldEvent {
    return {
      ...event,
      kind: this.one(event.kind),
      actor: this.one(event.actor),
      ...(event.target === undefined ? {} : { target: this.one(event.target) }),
      ...(event.session === undefined ? {} : { session: this.one(event.session) }),
      ...(event.message === undefined ? {} : { message: this.one(event.message) }),
      ...(detail === undefined ? {} : { detailJson: JSON.stringify(detail) }),
    };
  }
}

export class EventRing {
  readonly capacity: number;
  readonly #slots: (HeldEvent | undefined)[];
  readonly #words = new Words();
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

  get(n: number): HeldEvent | undefined {
    if (n < this.#first || n > this.#last) return undefined;
    const event = this.#slots[n % this.capacity];
    return event?.n === n ? event : undefined;
  }

  /** Newer events in order; what they push out at the old end is forgotten. */
  append(events: readonly AuditEvent[]): void {
    for (const event of events) {
      if (event.n <= this.#last && this.size > 0) {
        if (event.n >= this.#first) this.#slots[event.n % this.capacity] = this.#words.hold(event);
        continue;
      }
      if (this.size <= 0) this.#first = event.n;
      this.#slots[event.n % this.capacity] = this.#words.hold(event);
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
      this.#slots[event.n % this.capacity] = this.#words.hold(event);
      lowest = Math.min(lowest, event.n);
      kept += 1;
    }
    this.#first = lowest;
    return kept;
  }
}
