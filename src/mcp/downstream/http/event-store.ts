/**
 * Keeps the last messages that a session's streams were sent, for an agent that comes back with the id of the last one
 * it saw.
 */

import type { KeptBudget } from './kept-budget.ts';

export interface KeptEvent {
  /** Over all streams of the session, from 1. */
  readonly seq: number;
  readonly stream: number;
  readonly message: string | readonly Buffer[];
  readonly bytes: number;
}

export class EventStore {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  readonly #budget: KeptBudget;
  /** In order of `seq`. */
  readonly #events = new Map<number, KeptEvent>();
  #bytes = 0;
  #lastSeq = 0;

  /** `budget`: of all sessions together. */
  constructor(maxEvents: number, maxBytes: number, budget: KeptBudget) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
    this.#budget = budget;
  }

  /** Keeps a message, forgetting the oldest where there is no room; returns its number. One over the limit is not kept. */
  add(stream: number, message: string | readonly Buffer[]): number {
    const seq = this.skip();
    const bytes = sizeOf(message);
    if (bytes > this.#maxBytes) return seq;
    this.#forgetUntil(() => this.#events.size < this.#maxEvents && this.#bytes + bytes <= this.#maxBytes);
    let hasRoom = this.#budget.take(bytes);
    // Where all together keep too much, each makes room of its own.
    if (!hasRoom) this.#forgetUntil(() => (hasRoom = this.#budget.take(bytes)));
    if (!hasRoom && !this.#budget.take(bytes)) return seq;
    this.#events.set(seq, { seq, stream, message, bytes });
    this.#bytes += bytes;
    return seq;
  }

  /** The session has ended. */
  clear(): void {
    this.#forgetUntil(() => false);
  }

  /** Forgets the oldest until `isEnough`, or nothing is left. */
  #forgetUntil(isEnough: () => boolean): void {
    for (const [oldest, { bytes }] of this.#events) {
      if (isEnough()) return;
      this.#events.delete(oldest);
      this.#bytes -= bytes;
      this.#budget.give(bytes);
    }
  }

  /** The number of an event that holds nothing. */
  skip(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  /** What a stream was sent after `seq`. */
  after(stream: number, seq: number): KeptEvent[] {
    return [...this.#events.values()].filter((event) => event.stream === stream && event.seq > seq);
  }
}

export function sizeOf(message: string | readonly Buffer[]): number {
  if (typeof message === 'string') return Buffer.byteLength(message);
  return message.reduce((sum, piece) => sum + piece.length, 0);
}

/** `STREAM-SEQ`. */
export function eventId(stream: number, seq: number): string {
  return `${stream}-${seq}`;
}

/** Undefined for an id that is none of ours. */
export function parseEventId(id: string): { readonly stream: number; readonly seq: number } | undefined {
  const [, stream, seq] = /^(\d{1,15})-(\d{1,15})$/.exec(id) ?? [];
  return stream === undefined || seq === undefined ? undefined : { stream: Number(stream), seq: Number(seq) };
}
