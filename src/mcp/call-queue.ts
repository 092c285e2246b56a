/** Bounds the requests of one session that are under way: 64 at once, the rest waits in order, and what is beyond that is refused. */
import type { WireId } from './message.ts';
import type { InFlight } from './session.ts';

/** Requests of one session that are with servers at once. */
export const MAX_IN_FLIGHT = 64;
/** Requests of one session that wait for their turn, and the bytes in which they came. */
const MAX_WAITING = 16_384;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

interface Waiting {
  readonly bytes: number;
  readonly run: () => void;
}

export class CallQueue {
  readonly #inFlight: Map<WireId, InFlight>;
  /** In the order in which they came. Each is in `#inFlight` too, so that it can be cancelled there. */
  readonly #waiting = new Map<WireId, Waiting>();
  #bytes = 0;
  #isPumping = false;
  #isClosed = false;

  /** `inFlight`: what the session has without an answer. */
  constructor(inFlight: Map<WireId, InFlight>) {
    this.#inFlight = inFlight;
  }

  /** Requests that wait for their turn. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether another one goes to its server at once. */
  get hasRoom(): boolean {
    return this.#waiting.size === 0 && this.#inFlight.size < MAX_IN_FLIGHT;
  }

  /** Why no more may wait; undefined when they may. */
  get refusal(): string | undefined {
    if (this.#waiting.size < MAX_WAITING && this.#bytes < MAX_WAITING_BYTES) return undefined;
    return `${this.#waiting.size} requests (${this.#bytes} bytes) of this session wait already: send more when some are answered`;
  }

  /** Runs `run` when it is its turn; `skipped` when it is cancelled before that. */
  wait(id: WireId, bytes: number, run: () => void, skipped: (reason: string | undefined) => void): void {
    this.#waiting.set(id, { bytes, run });
    this.#bytes += bytes;
    this.#inFlight.set(id, {
      cancel: (reason) => {
        this.#take(id);
        skipped(reason);
      },
    });
  }

  /** Something has been answered: whose turn it is may go. */
  pump(): void {
    // In a loop: what goes may be answered at once.
    if (this.#isPumping || this.#isClosed) return;
    this.#isPumping = true;
    try {
      for (const id of this.#waiting.keys()) {
        if (this.#inFlight.size - this.#waiting.size >= MAX_IN_FLIGHT) break;
        this.#take(id)?.run();
      }
    } finally {
      this.#isPumping = false;
    }
  }

  /** Nothing goes any more; what waits can still be cancelled. */
  close(): void {
    this.#isClosed = true;
  }

  #take(id: WireId): Waiting | undefined {
    const one = this.#waiting.get(id);
    if (one === undefined) return undefined;
    this.#waiting.delete(id);
    this.#inFlight.delete(id);
    this.#bytes -= one.bytes;
    return one;
  }
}
