/** Bounds the requests of one session that are under way: 64 at once, the rest waits in order, and what is beyond that is refused. */
import type { Clock } from '../../kernel/clock.ts';
import type { Flow } from '../../pacing/pace.ts';
import { SlotMap } from '../../kernel/slot-map.ts';
import type { WireId } from '../wire/message.ts';
import type { InFlight } from './in-flight.ts';

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
  readonly #inFlight: SlotMap<WireId, InFlight>;
  /** In the order in which they came. Each is in `#inFlight` too, so that it can be cancelled there. */
  readonly #waiting = new SlotMap<WireId, Waiting>();
  #bytes = 0;
  readonly #flow: Flow;
  readonly #clock: Clock;
  #isPumping = false;
  /** A turn has been asked for. */
  #isDue = false;
  #isClosed = false;

  /** `inFlight`: what the session has without an answer; `flow`: its turns. */
  constructor(inFlight: SlotMap<WireId, InFlight>, flow: Flow, clock: Clock) {
    this.#inFlight = inFlight;
    this.#flow = flow;
    this.#clock = clock;
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
    if (this.#waiting.size === 0 || this.#isPumping || this.#isDue || this.#isClosed) return;
    if (this.#flow.isPaced) this.#again();
    else this.#turn();
  }

  #again(): void {
    this.#isDue = true;
    this.#flow.next(() => {
      this.#isDue = false;
      if (!this.#isClosed) this.#turn();
    });
  }

  #turn(): void {
    this.#isPumping = true;
    const startMs = this.#clock.monotonicMs();
    const untilMs = startMs + this.#flow.turnMs;
    let nowMs = startMs;
    try {
      // In a loop: what goes may be answered at once.
      for (const id of this.#waiting.keys()) {
        if (nowMs >= untilMs || this.#inFlight.size - this.#waiting.size >= MAX_IN_FLIGHT) break;
        this.#flow.wanted();
        this.#take(id)?.run();
        nowMs = this.#clock.monotonicMs();
      }
    } finally {
      this.#isPumping = false;
      this.#flow.end(nowMs - startMs, 0, 0);
    }
    // What there was no time for.
    if (this.#waiting.size > 0 && this.#inFlight.size - this.#waiting.size < MAX_IN_FLIGHT) this.#again();
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
