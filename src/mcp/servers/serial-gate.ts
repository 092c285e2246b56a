/** Lets so many requests of agents into an instance at once; the rest waits in order. For servers that are not safe for concurrent calls. */

export class SerialGate {
  readonly #limit: number;
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();
  #inside = 0;
  #isPumping = false;

  /** `limit`: an integer, 1 or more. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `go` now or when it is its turn; whoever has gone through calls `leave` once. Returns how to take the request back. */
  enter(go: () => void): () => void {
    this.#waiting.add(go);
    this.#pump();
    return () => void this.#waiting.delete(go);
  }

  leave(): void {
    this.#inside -= 1;
    this.#pump();
  }

  #pump(): void {
    // In a loop: whoever goes through may leave at once.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (const go of this.#waiting) {
        if (this.#inside >= this.#limit) break;
        this.#waiting.delete(go);
        this.#inside += 1;
        go();
      }
    } finally {
      this.#isPumping = false;
    }
  }
}
