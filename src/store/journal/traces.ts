/** Events that may lag: kept as JSON texts until the journal takes them, bounded, and counted when they must be dropped. */
import type { Clock, EpochMs, Timer } from '../../kernel/clock.ts';
import type { AuditEvent, EventDraft } from '../types.ts';

const FLUSH_AFTER_MS = 150;
/** So many are not kept waiting for the timer, and go together: more would stop everybody else for a millisecond. */
const FLUSH_EVENTS = 250;
/** A slow disk gets more at once, up to this, as more waits. */
const MAX_FLUSH_EVENTS = 1_000;
const MAX_WAITING_EVENTS = 20_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/** An event that waits for its number. */
export type UnnumberedEvent = Omit<AuditEvent, 'n'>;

export interface TraceBatch {
  /** Events in it and events whose loss it reports: what is lost with it. */
  readonly count: number;
  readonly events: readonly UnnumberedEvent[];
  /** The same as JSON texts, each with its own `at`. */
  readonly texts: readonly string[];
}

export class TraceBuffer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #events: UnnumberedEvent[] = [];
  #texts: string[] = [];
  #bytes = 0;
  #lost = 0;
  #pushed = 0;
  #taken = 0;
  #lostEver = 0;
  #lostSince: EpochMs = 0;
  #timer: Timer | undefined;

  /** `wake` asks the journal to come and `take`. */
  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** How many events were pushed, how many of them were taken, and how many were lost either way; all only grow. */
  get progress(): { readonly pushed: number; readonly taken: number; readonly lost: number } {
    return { pushed: this.#pushed, taken: this.#taken, lost: this.#lostEver };
  }

  /** Events that would be lost if nothing were written any more. */
  get unwritten(): number {
    return this.#events.length + this.#lost;
  }

  /** Events that wait to be written. */
  get waitingEvents(): number {
    return this.#events.length;
  }

  get waiting(): boolean {
    return this.#events.length > 0 || this.#lost > 0;
  }

  push(draft: EventDraft): void {
    const at = this.#clock.now();
    if (this.#events.length >= MAX_WAITING_EVENTS || this.#bytes >= MAX_WAITING_BYTES) return this.lose(1);
    const event = { ...draft, at };
    let text: string;
    try {
      text = eventText(event);
    } catch {
      return this.lose(1);
    }
    this.#events.push(event);
    this.#pushed++;
    this.#texts.push(text);
    this.#bytes += text.length;
    if (this.#events.length === FLUSH_EVENTS) this.#wake();
    else this.#schedule();
  }

  /** Counts events that will not be written; the next batch says so. */
  lose(count: number): void {
    if (this.#lost === 0) this.#lostSince = this.#clock.now();
    this.#lost += count;
    this.#lostEver += count;
    this.#schedule();
  }

  /** Of what waits the oldest, some hundreds; undefined when nothing does. */
  take(): TraceBatch | undefined {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.waiting) return undefined;
    const most = Math.min(Math.max(FLUSH_EVENTS, this.#events.length / 4), MAX_FLUSH_EVENTS);
    const events = this.#events.splice(0, most);
    const texts = this.#texts.splice(0, most);
    this.#taken += events.length;
    for (const text of texts) this.#bytes -= text.length;
    const count = events.length + this.#lost;
    if (this.#lost > 0) {
      const loss = lossEvent(this.#lost, this.#lostSince, this.#clock.now());
      this.#lost = 0;
      events.push(loss);
      texts.push(eventText(loss));
    }
    return { count, events, texts };
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer ??= this.#clock.after(
      FLUSH_AFTER_MS,
      () => {
        this.#timer = undefined;
        this.#wake();
      },
      { unref: true },
    );
  }
}

/** The stored form of an event with its own time. */
export function eventText(event: UnnumberedEvent): string {
  return JSON.stringify({ ...event, at: new Date(event.at).toISOString() });
}

function lossEvent(lost: number, since: EpochMs, at: EpochMs): UnnumberedEvent {
  return {
    kind: 'trace_loss',
    actor: 'engine',
    outcome: 'error',
    message: `${lost} events could not be kept`,
    detail: { lost, since: new Date(since).toISOString() },
    at,
  };
}
