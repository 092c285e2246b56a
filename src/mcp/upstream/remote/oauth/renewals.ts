/** Spaces out renewals of a login that fail, so that each request of a server is not one of its authorization server. */
import type { Clock } from '../../../../kernel/clock.ts';
import type { RemoteFailure } from '../remote-failure.ts';

const FIRST_WAIT_MS = 5_000;
const LAST_WAIT_MS = 300_000;

export class Renewals {
  readonly #clock: Clock;
  #failed: { readonly failure: RemoteFailure; readonly untilMs: number } | undefined;
  #waitMs = FIRST_WAIT_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Why none is tried now. */
  get refusal(): RemoteFailure | undefined {
    return this.#failed !== undefined && this.#clock.monotonicMs() < this.#failed.untilMs
      ? this.#failed.failure
      : undefined;
  }

  failed(failure: RemoteFailure): void {
    this.#failed = { failure, untilMs: this.#clock.monotonicMs() + this.#waitMs };
    this.#waitMs = Math.min(this.#waitMs * 2, LAST_WAIT_MS);
  }

  succeeded(): void {
    this.#failed = undefined;
    this.#waitMs = FIRST_WAIT_MS;
  }
}
