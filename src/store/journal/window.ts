/** Keeps the newest events in memory, and answers what a query asks of an event. */
import type { AuditEvent, AuditQuery } from '../types.ts';

/** Events that are packed together: little enough to be unpacked in passing. */
const PACK_EVENTS = 250;
/** The newest are not packed: they are what is looked at most. */
const FRESH_EVENTS = 1_000;

/** An event has some 400 characters; far larger ones are kept in smaller number. */
const MAX_CHARS = 64 * 1024 * 1024;

/** As JSON text an event takes a quarter of the memory that it takes as objects, and the garbage collector has nothing to walk. */
interface Pack {
  /** Numbers of its first event and its last. */
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

export class EventWindow {
  /** How many of the newest events are kept, at most. */
  readonly size: number;
  /** How many characters of JSON their texts may have together; fewer events are kept then. */
  readonly maxChars: number;
  #packedChars = 0;
  #packs: Pack[] = [];
  #fresh: AuditEvent[] = [];

  /** `size`: 1 or more. */
  constructor(size: number, maxChars: number = MAX_CHARS) {
    this.size = size;
    this.maxChars = maxChars;
  }

  /** No older event finds room. */
  get isFull(): boolean {
    return this.#packedChars > this.maxChars;
  }

  /** Number of the oldest event held; undefined when there is none. */
  get oldest(): number | undefined {
    const newest = this.#fresh.at(-1)?.n;
    const first = this.#packs[0]?.first ?? this.#fresh[0]?.n;
    return newest === undefined || first === undefined ? undefined : Math.max(first, newest - this.size + 1);
  }

  push(events: readonly AuditEvent[]): void {
    for (const event of events) this.#fresh.push(event);
    let packed = 0;
    while (this.#fresh.length - packed >= FRESH_EVENTS + PACK_EVENTS) {
      this.#add(pack(this.#fresh.slice(packed, packed + PACK_EVENTS)), 'newest');
      packed += PACK_EVENTS;
    }
    if (packed > 0) this.#fresh = this.#fresh.slice(packed);
    this.#forget();
  }

  /** Puts events in front of the oldest one, which they must lead up to. */
  prepend(events: readonly AuditEvent[]): void {
    if (this.#fresh.length === 0) return this.push(events);
    if (events.length > 0 && !this.isFull) this.#add(pack(events), 'oldest');
  }

  #add(made: Pack, end: 'newest' | 'oldest'): void {
    if (end === 'newest') this.#packs.push(made);
    else this.#packs.unshift(made);
    this.#packedChars += made.text.length;
  }

  /** The newest `limit`, oldest first. */
  recent(limit: number): readonly AuditEvent[] {
    const newest = this.#fresh.at(-1)?.n ?? 0;
    return [...this.between(newest - Math.max(0, limit), Infinity)].flat();
  }

  /** Events held with `after < n < before`, some at a time: oldest first, or newest first where `backward`; each part is oldest first. */
  between(after: number, before: number, backward = false): Iterable<readonly AuditEvent[]> {
    // Taken now: what is pushed or forgotten before somebody reads, or meanwhile, changes nothing.
    const parts = [...this.#packs, [...this.#fresh]];
    return unpacked(backward ? parts.toReversed() : parts, Math.max(after + 1, this.oldest ?? 0), before);
  }

  #forget(): void {
    const { oldest } = this;
    if (oldest === undefined) return;
    let gone = 0;
    for (const { last, text } of this.#packs) {
      if (last >= oldest && this.#packedChars <= this.maxChars) break;
      this.#packedChars -= text.length;
      gone += 1;
    }
    if (gone > 0) this.#packs = this.#packs.slice(gone);
    // Cutting the front off moves the whole array, so it is done rarely.
    if (this.#fresh.length > this.size * 1.25) this.#fresh = this.#fresh.filter(({ n }) => n >= oldest);
  }
}

function* unpacked(
  parts: readonly (Pack | readonly AuditEvent[])[],
  from: number,
  before: number,
): Iterable<readonly AuditEvent[]> {
  for (const part of parts) {
    const first = 'text' in part ? part.first : (part[0]?.n ?? before);
    const last = 'text' in part ? part.last : (part.at(-1)?.n ?? 0);
    if (first >= before || last < from) continue;
    const events = 'text' in part ? (JSON.parse(part.text) as AuditEvent[]) : part;
    yield first >= from && last < before ? events : events.filter(({ n }) => n >= from && n < before);
  }
}

function pack(events: readonly AuditEvent[]): Pack {
  return { first: events[0]?.n ?? 0, last: events.at(-1)?.n ?? 0, text: JSON.stringify(events) };
}

/** Whether the event is one the query asks for, apart from its number. */
export function matcher(query: AuditQuery): (event: AuditEvent) => boolean {
  const text = query.text?.toLowerCase();
  return (event) => {
    if (query.kind !== undefined && event.kind !== query.kind) return false;
    if (query.session !== undefined && event.session !== query.session) return false;
    if (query.target !== undefined && event.target !== query.target) return false;
    if (text === undefined || text === '') return true;
    return [event.kind, event.actor, event.target, event.outcome, event.message].some(
      (field) => field?.toLowerCase().includes(text) === true,
    );
  };
}
