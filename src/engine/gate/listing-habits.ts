/** Learns which clients list again when they are told that lists have changed. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock, Timer } from '../../kernel/clock.ts';

/** A client that listens has listed again by then. */
export const LIST_AGAIN_MS = 2_000;
const MAX_CLIENTS = 500;

export class ListingHabits {
  readonly #clock: Clock;
  readonly #habits = new BoundedMap<string, 'again' | 'once'>(MAX_CLIENTS);
  /** Of sessions that were told and have not listed since. */
  readonly #told = new Map<string, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False for one that was not told yet. */
  listsAgain(client: string): boolean {
    return this.#habits.get(client) === 'again';
  }

  told(sessionId: string, client: string): void {
    this.#told.get(sessionId)?.cancel();
    const late = (): void => {
      this.#told.delete(sessionId);
      this.#habits.set(client, 'once');
    };
    this.#told.set(sessionId, this.#clock.after(LIST_AGAIN_MS, late, { unref: true }));
  }

  /** `tools/list` of the session. */
  listed(sessionId: string, client: string): void {
    const timer = this.#told.get(sessionId);
    if (timer === undefined) return;
    timer.cancel();
    this.#told.delete(sessionId);
    this.#habits.set(client, 'again');
  }

  ended(sessionId: string): void {
    this.#told.get(sessionId)?.cancel();
    this.#told.delete(sessionId);
  }
}
