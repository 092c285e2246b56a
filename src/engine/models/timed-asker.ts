/** Asks models for somebody who waits a little: one request at a time for each question, and late answers for the next who asks. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { settlesWithin, type Clock } from '../../kernel/clock.ts';
import { timeWords } from '../../kernel/time-words.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Read } from './answer-lines.ts';
import type { BookOutcome, ModelPolicy } from './model-book.ts';
import type { WaitingAsker } from './model-turns.ts';
import type { ModelRequest } from './types.ts';

export type TimedAnswer<T> =
  { readonly ok: true; readonly model: string; readonly value: T } | { readonly ok: false; readonly reason: string };

export interface Question<T> {
  /** The same for the same question. */
  readonly key: string;
  readonly policy: ModelPolicy;
  readonly request: ModelRequest;
  readonly read: (answer: JsonObject) => Read<T>;
  /** Nobody waits longer. */
  readonly deadlineMs: number;
  /** Once for each good answer, however late it is, before those who wait get it. */
  readonly answered?: (value: T, model: string) => void;
}

/** Models that answer slowly are not asked more at once. */
const MAX_ASKING = 4;
/** A model that gave a bad answer is asked the same again only then. */
const BAD_MS = 10 * 60_000;
const MAX_BAD = 500;

export class TimedAsker {
  readonly #clock: Clock;
  readonly #models: WaitingAsker;
  readonly #asking = new Map<string, Promise<TimedAnswer<unknown>>>();
  readonly #bad = new BoundedMap<string, { readonly reason: string; readonly atMs: number }>(MAX_BAD);

  constructor(clock: Clock, models: WaitingAsker) {
    this.#clock = clock;
    this.#models = models;
  }

  /** Whether there is a model of tier `fast` that may be asked. */
  may(policy: ModelPolicy): boolean {
    return this.#models.hasAny(policy, 'fast');
  }

  /** Never rejects, and is there within the deadline. */
  async ask<T>(question: Question<T>): Promise<TimedAnswer<T>> {
    const { key, deadlineMs } = question;
    const known = this.#bad.get(key);
    if (known !== undefined && this.#clock.monotonicMs() - known.atMs < BAD_MS)
      return { ok: false, reason: known.reason };
    let asking = this.#asking.get(key) as Promise<TimedAnswer<T>> | undefined;
    if (asking === undefined) {
      if (this.#asking.size >= MAX_ASKING)
        return { ok: false, reason: `models have ${MAX_ASKING} such questions already` };
      asking = this.#answer(question);
      this.#asking.set(key, asking);
    }
    let answer: TimedAnswer<T> | undefined;
    const arrived = asking.then((made) => void (answer = made));
    await settlesWithin(this.#clock, deadlineMs, arrived);
    return answer ?? { ok: false, reason: `the model has not answered within ${timeWords(deadlineMs)}` };
  }

  async #answer<T>({ key, policy, request, read, answered }: Question<T>): Promise<TimedAnswer<T>> {
    try {
      const outcome = await this.#models.ask(policy, 'fast', request);
      const made = answerOf(outcome, read);
      if (made.ok) answered?.(made.value, made.model);
      else if (outcome.ok) this.#bad.set(key, { reason: made.reason, atMs: this.#clock.monotonicMs() });
      return made;
    } finally {
      this.#asking.delete(key);
    }
  }
}

function answerOf<T>(outcome: BookOutcome, read: (answer: JsonObject) => Read<T>): TimedAnswer<T> {
  if (!outcome.ok) return outcome;
  const { model } = outcome;
  const made = read(outcome.outcome.answer.value);
  return made.ok ? { ok: true, model, value: made.value } : { ok: false, reason: `model ${model}: ${made.reason}` };
}
