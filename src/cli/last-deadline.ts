/** Ends the process whatever it still waits for: a terminal that takes nothing, an engine that does not end. */
import type { Clock, Timer } from '../kernel/clock.ts';
import { exitProcess } from '../kernel/exit.ts';

/** From the moment at which it is clear that the process leaves. */
export const LAST_MS = 5_000;

export class LastDeadline {
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now; a later call begins anew. `code` is the exit code when it comes to that. */
  begin(code: () => number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(LAST_MS, () => exitProcess(code()), { unref: true });
  }
}
