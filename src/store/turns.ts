/** Lets long reads share the thread with agents' calls: the event loop runs after every bit of work. */

/** Checking and parsing this much takes two or three milliseconds. */
const BYTES_A_TURN = 256 * 1024;

export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export class Turns {
  #bytes = 0;

  /** Counts `bytes` of work; waits for a turn of the event loop when enough was done since the last one. */
  async did(bytes: number): Promise<void> {
    this.#bytes += bytes;
    if (this.#bytes < BYTES_A_TURN) return;
    this.#bytes = 0;
    await nextTurn();
  }
}
