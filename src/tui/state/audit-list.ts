/** Lists the audit events that a filter lets through, addressed by row; follows the ring as it grows at both ends. */
import { append } from '../../kernel/append.ts';
import type { AuditEvent } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { EventRing, type HeldEvent } from './event-ring.ts';
import { parseFilter, type Filter, type Filterable } from './filter.ts';

export const auditFields = ['kind', 'actor', 'target', 'result', 'session'] as const;

export function auditFilterable(event: HeldEvent): Filterable {
  const target = event.target ?? '';
  const session = event.session ?? '';
  const text = `${event.kind} ${event.actor} ${target} ${event.outcome} ${session} ${event.message ?? ''}`;
  return {
    text: clean(text).toLowerCase(),
    fields: { kind: event.kind, actor: event.actor, target, result: event.outcome, session },
  };
}

const unfiltered = parseFilter('', auditFields);

export class AuditList {
  readonly ring: EventRing;
  #filter: Filter = unfiltered;
  /** Numbers of matching events in order, from `#head` on; unused without a filter. */
  #matches: number[] = [];
  #head = 0;

  constructor(capacity: number) {
    this.ring = new EventRing(capacity);
  }

  get filter(): Filter {
    return this.#filter;
  }

  get length(): number {
    return this.#plain ? Math.max(0, this.ring.size) : this.#matches.length - this.#head;
  }

  /** Number of the event in a row, 0 = the oldest. */
  numberAt(index: number): number | undefined {
    if (index < 0 || index >= this.length) return undefined;
    return this.#plain ? this.ring.first + index : this.#matches[this.#head + index];
  }

  at(index: number): HeldEvent | undefined {
    const n = this.numberAt(index);
    return n === undefined ? undefined : this.ring.get(n);
  }

  /** Row of the newest shown event with a number of at most `n`; -1 when there is none. */
  rowOf(n: number): number {
    if (this.#plain) return Math.min(n, this.ring.last) - this.ring.first;
    let low = this.#head;
    let high = this.#matches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#matches[middle] ?? Infinity) <= n) low = middle + 1;
      else high = middle;
    }
    return low - 1 - this.#head;
  }

  /** Whether the event with this number is in a row. */
  shows(n: number): boolean {
    const row = this.rowOf(n);
    return row >= 0 && this.numberAt(row) === n;
  }

  setFilter(source: string): void {
    this.#filter = parseFilter(source, auditFields);
    this.#head = 0;
    this.#matches = this.#plain ? [] : this.#scan(this.ring.first, this.ring.last);
  }

  append(events: readonly AuditEvent[]): void {
    const after = this.ring.last;
    this.ring.append(events);
    if (this.#plain) return;
    append(this.#matches, this.#scan(Math.max(after + 1, this.ring.first), this.ring.last));
    while (this.#head < this.#matches.length && (this.#matches[this.#head] ?? 0) < this.ring.first) this.#head += 1;
    if (this.#head > 10_000) {
      this.#matches = this.#matches.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Returns how many there was room for. */
  prepend(events: readonly AuditEvent[]): number {
    const before = this.ring.first;
    const kept = this.ring.prepend(events);
    if (!this.#plain && kept > 0) {
      this.#matches = [...this.#scan(this.ring.first, before - 1), ...this.#matches.slice(this.#head)];
      this.#head = 0;
    }
    return kept;
  }

  get #plain(): boolean {
    return !this.#filter.ok || this.#filter.empty;
  }

  #scan(from: number, to: number): number[] {
    const found: number[] = [];
    const filter = this.#filter;
    if (!filter.ok) return found;
    for (let n = from; n <= to; n += 1) {
      const event = this.ring.get(n);
      if (event !== undefined && filter.matches(auditFilterable(event))) found.push(n);
    }
    return found;
  }
}
