/** Lists the audit events that a filter lets through, addressed by row; follows the ring as it grows at both ends. */
import type { AuditEvent } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { EventRing, type HeldEvent } from './event-ring.ts';
import { anything, parseFilter, passing, settled, type Filter, type Filterable, type FilterFields } from './filter.ts';

const auditFields: FilterFields = {
  kind: anything,
  actor: anything,
  target: anything,
  result: ['ok', 'error', 'denied', 'info'] satisfies readonly HeldEvent['outcome'][],
  session: anything,
};

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

/** What the engine does all day for sessions that come and go, as long as it succeeds. */
const routine: ReadonlySet<string> = new Set(['instance_recycle', 'instance_attempt', 'probe_transition']);

export function isRoutine({ kind, actor, outcome }: Pick<HeldEvent, 'kind' | 'actor' | 'outcome'>): boolean {
  return actor === 'engine' && routine.has(kind) && outcome !== 'error' && outcome !== 'denied';
}

/** An event of the engine that is told once more stands beside the first one, unless somebody else acted in between. */
const lookedBack = 8;

function isSame(a: HeldEvent, b: HeldEvent): boolean {
  return a.kind === b.kind && a.target === b.target && a.outcome === b.outcome && a.message === b.message;
}

/** How often the event of a row was told, and when last. */
export interface Repeats {
  readonly count: number;
  readonly lastAt: number;
}

/** The project that an event tells itself; else what is known of its target does. */
function toldProject({ detailJson }: HeldEvent): string | undefined {
  if (detailJson?.includes('"project":') !== true) return undefined;
  const { project } = JSON.parse(detailJson) as { readonly project?: unknown };
  return typeof project === 'string' ? project : undefined;
}

/** The project of an event; undefined: it belongs to none, or to all. */
export type ProjectOfEvent = (event: HeldEvent) => string | undefined;

export class AuditList {
  readonly ring: EventRing;
  #filter: Filter = unfiltered;
  /** Numbers of matching events in order, from `#head` on; unused while all events have a row. */
  #matches: number[] = [];
  /** By number of the first one. */
  #repeats = new Map<number, Repeats>();
  #folded = 0;
  #folds = true;
  #project: { readonly name: string; readonly of: ProjectOfEvent } | undefined;
  #session: string | undefined;
  #asksForKind = false;
  #head = 0;

  constructor(capacity: number) {
    this.ring = new EventRing(capacity);
  }

  get filter(): Filter {
    return settled(this.#filter);
  }

  /** Routine of the engine has no row, and what repeats has one. */
  get folds(): boolean {
    return this.#folds;
  }

  /** Events without a row for that. */
  get folded(): number {
    return this.#isFolding ? this.#folded : 0;
  }

  repeatsOf(n: number): Repeats | undefined {
    return this.#isFolding ? this.#repeats.get(n) : undefined;
  }

  /** Hides events that belong to another project; undefined shows all. */
  setProject(name: string | undefined, of: ProjectOfEvent): void {
    this.#project = name === undefined ? undefined : { name, of };
    this.#rebuild();
  }

  /** Hides events of other sessions and of none; undefined shows all. */
  setSession(id: string | undefined): void {
    if (id === this.#session) return;
    this.#session = id;
    this.#rebuild();
  }

  /** The one whose events are shown alone. */
  get session(): string | undefined {
    return this.#session;
  }

  setFolds(folds: boolean): void {
    this.#folds = folds;
    this.#rebuild();
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
    // Who asks for a kind wants all of it.
    this.#asksForKind = source.toLowerCase().includes('kind:');
    this.#rebuild();
  }

  #rebuild(): void {
    this.#head = 0;
    this.#folded = 0;
    this.#repeats = new Map();
    this.#matches = [];
    if (!this.#plain) this.#scanInto(this.#matches, this.ring.first, this.ring.last);
  }

  append(events: readonly AuditEvent[]): void {
    const after = this.ring.last;
    this.ring.append(events);
    if (this.#plain) return;
    const before = this.filter;
    this.#scanInto(this.#matches, Math.max(after + 1, this.ring.first), this.ring.last);
    if (this.filter !== before) return this.#rebuild();
    while (this.#head < this.#matches.length && (this.#matches[this.#head] ?? 0) < this.ring.first) {
      this.#repeats.delete(this.#matches[this.#head] ?? 0);
      this.#head += 1;
    }
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
      const older: number[] = [];
      const filter = this.filter;
      this.#scanInto(older, this.ring.first, before - 1);
      this.#matches = [...older, ...this.#matches.slice(this.#head)];
      this.#head = 0;
      if (this.filter !== filter) this.#rebuild();
    }
    return kept;
  }

  get #plain(): boolean {
    const { filter } = this;
    if (this.#session !== undefined) return false;
    return !this.#isFolding && this.#project === undefined && (!filter.ok || filter.empty);
  }

  get #isFolding(): boolean {
    return this.#folds && !this.#asksForKind;
  }

  /** Whether the filter lets it through, with a row of its own or not. */
  matches(event: HeldEvent): boolean {
    return this.#isOfPlace(event) && passing(this.#filter, [event], auditFilterable).length > 0;
  }

  /** Events that the filter lets through, with a row of their own or not, oldest first. */
  matching(): readonly HeldEvent[] {
    return passing(this.#filter, this.#held(this.ring.first, this.ring.last), auditFilterable);
  }

  #isOfPlace(event: HeldEvent): boolean {
    if (this.#session !== undefined) return event.session === this.#session;
    if (this.#project === undefined) return true;
    const { name, of } = this.#project;
    return (toldProject(event) ?? of(event) ?? name) === name;
  }

  #held(from: number, to: number): readonly HeldEvent[] {
    const events: HeldEvent[] = [];
    for (let n = from; n <= to; n += 1) {
      const event = this.ring.get(n);
      if (event !== undefined && this.#isOfPlace(event)) events.push(event);
    }
    return events;
  }

  /** Adds the rows of these events. */
  #scanInto(rows: number[], from: number, to: number): void {
    for (const event of passing(this.#filter, this.#held(from, to), auditFilterable)) {
      const { n } = event;
      if (this.#isFolding && this.#hasNoRow(rows, event)) this.#folded += 1;
      else rows.push(n);
    }
  }

  #hasNoRow(rows: readonly number[], event: HeldEvent): boolean {
    if (event.actor !== 'engine') return false;
    if (isRoutine(event)) return true;
    for (let at = rows.length - 1; at >= Math.max(0, rows.length - lookedBack); at -= 1) {
      const n = rows[at] ?? 0;
      const before = this.ring.get(n);
      if (before === undefined || before.actor !== 'engine') return false;
      if (!isSame(before, event)) continue;
      const count = (this.#repeats.get(n)?.count ?? 1) + 1;
      this.#repeats.set(n, { count, lastAt: event.at });
      return true;
    }
    return false;
  }
}
