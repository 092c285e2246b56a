/** Holds requests up while something has to come first. */

export class Gate {
  #closed: Promise<unknown> | undefined;

  /** Undefined while it is open; else resolves when it opens. */
  get opened(): Promise<unknown> | undefined {
    return this.#closed;
  }

  /** Closed until `done`, too. */
  holdUntil(done: Promise<unknown>): void {
    const closed = Promise.all([this.#closed, done]).then(() => {
      if (this.#closed === closed) this.#closed = undefined;
    });
    this.#closed = closed;
  }
}
