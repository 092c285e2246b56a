/** Keeps to when a server wants to be asked again: until then nothing is sent to it. */
import type { Clock } from '../../../kernel/clock.ts';
import { defined } from '../../../kernel/defined.ts';
import { retold, type RemoteFailure } from './remote-failure.ts';

export class RateLimit {
  readonly #clock: Clock;
  #known: { readonly failure: RemoteFailure; readonly untilMs: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a wait from what the server has said. */
  note(failure: RemoteFailure): void {
    const { retryAfterMs } = failure;
    if (retryAfterMs === undefined || this.refusal() !== undefined) return;
    this.#known = { failure, untilMs: this.#clock.monotonicMs() + retryAfterMs };
  }

  /** Why nothing may be sent now, with what is left of the wait. */
  refusal(): RemoteFailure | undefined {
    if (this.#known === undefined) return undefined;
    const { failure, untilMs } = this.#known;
    const leftMs = Math.ceil(untilMs - this.#clock.monotonicMs());
    if (leftMs > 0)
      return retold(failure, failure.message, {
        ...defined({ brief: failure.brief }),
        bare: failure.bare,
        retryAfterMs: leftMs,
      });
    this.#known = undefined;
    return undefined;
  }
}
