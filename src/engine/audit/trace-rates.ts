/** Bounds how many traces one session or server may have; what is over is counted and told in one event. */
import type { Clock } from '../../kernel/clock.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { EventDraft } from '../../store/types.ts';

export interface Rate {
  /** How many may come at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/** How often dropped traces are reported and quiet sources forgotten. */
const TOLD_EVERY_MS = 10_000;
/** Of more sources than this, the rest share one bucket. */
const MAX_SOURCES = 4_096;
const OTHERS = 'others';

interface Bucket {
  room: number;
  atMs: number;
  dropped: number;
  readonly rate: Rate;
}

export class TraceRates {
  readonly #clock: Clock;
  readonly #record: (draft: EventDraft) => void;
  readonly #buckets = new Map<string, Bucket>();
  #timed = false;

  constructor(clock: Clock, record: (draft: EventDraft) => void) {
    this.#clock = clock;
    this.#record = record;
  }

  /** `source` is what an event says of it: `session/ses_1`, `server/fs`. False: the trace is counted, not kept. */
  admit(source: string, rate: Rate): boolean {
    const bucket = this.#bucket(source, rate);
    if (bucket.room < 1) {
      const nowMs = this.#clock.monotonicMs();
      bucket.room = Math.min(rate.burst, bucket.room + ((nowMs - bucket.atMs) / 1000) * rate.perSecond);
      bucket.atMs = nowMs;
    }
    if (bucket.room >= 1) {
      bucket.room -= 1;
      return true;
    }
    bucket.dropped += 1;
    return false;
  }

  #bucket(source: string, rate: Rate): Bucket {
    const known = this.#buckets.get(source);
    if (known !== undefined) return known;
    const key = this.#buckets.size < MAX_SOURCES ? source : OTHERS;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { room: rate.burst, atMs: this.#clock.monotonicMs(), dropped: 0, rate };
      this.#buckets.set(key, bucket);
      this.#schedule();
    }
    return bucket;
  }

  #schedule(): void {
    if (this.#timed) return;
    this.#timed = true;
    this.#clock.after(TOLD_EVERY_MS, () => this.#tell(), { unref: true });
  }

  #tell(): void {
    this.#timed = false;
    const nowMs = this.#clock.monotonicMs();
    for (const [source, bucket] of this.#buckets) {
      if (bucket.dropped > 0) this.#record(droppedEvent(source, bucket));
      const isFull = bucket.room + ((nowMs - bucket.atMs) / 1000) * bucket.rate.perSecond >= bucket.rate.burst;
      if (bucket.dropped === 0 && isFull) this.#buckets.delete(source);
      bucket.dropped = 0;
    }
    if (this.#buckets.size > 0) this.#schedule();
  }
}

function droppedEvent(source: string, { dropped, rate }: Bucket): EventDraft {
  return {
    kind: 'traces_dropped',
    actor: 'engine',
    target: cutName(source),
    outcome: 'info',
    message: `${dropped} traces are not kept: more than ${rate.perSecond} a second`,
    detail: { dropped, perSecond: rate.perSecond },
  };
}
