/** The newest events in memory, and what a query asks of an event. */
import type { AuditEvent, AuditQuery } from './types.ts';

export class EventWindow {
  /** How many of the newest events are kept. */
  readonly size: number;
  #events: AuditEvent[] = [];

  /** `size`: 1 or more. */
  constructor(size: number) {
    this.size = size;
  }

  /** Number of the oldest event held; undefined when there is none. */
  get oldest(): number | undefined {
    return this.#first === this.#events.length ? undefined : this.#events[this.#first]?.n;
  }

  push(events: readonly AuditEvent[]): void {
    for (const event of events) this.#events.push(event);
    // Cutting the front off moves the whole array, so it is done rarely.
    if (this.#events.length > this.size * 1.25) this.#events = this.#events.slice(this.#first);
  }

  /** Puts events in front of the oldest one, which they must lead up to. */
  prepend(events: readonly AuditEvent[]): void {
    this.#events = [...events, ...this.#events.slice(this.#first)];
  }

  recent(limit: number): readonly AuditEvent[] {
    return this.#events.slice(Math.max(this.#first, this.#events.length - Math.max(0, limit)));
  }

  /** Events held with `after < n < before`, oldest first. */
  between(after: number, before: number): readonly AuditEvent[] {
    const oldest = this.oldest;
    if (oldest === undefined) return [];
    const from = this.#first + Math.max(0, after + 1 - oldest);
    const to = Math.min(this.#events.length, this.#first + Math.max(0, before - oldest));
    return this.#events.slice(from, to);
  }

  get #first(): number {
    return Math.max(0, this.#events.length - this.size);
  }
}

/** Whether the event is one the query asks for, apart from its number. */
export function matcher(query: AuditQuery): (event: AuditEvent) => boolean {
  const text = query.text?.toLowerCase();
  return (event) => {
    if (query.kind !== undefined && event.kind !== query.kind) return false;
    if (query.session !== undefined && event.session !== query.session) return false;
    if (text === undefined || text === '') return true;
    return [event.kind, event.actor, event.target, event.outcome, event.message].some(
      (field) => field?.toLowerCase().includes(text) === true,
    );
  };
}
