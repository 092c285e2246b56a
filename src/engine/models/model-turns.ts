/** Lets models serve those who wait first: a request in the background gives way to any other, and is made again later. */
import type { BookOutcome, ModelBook, ModelPolicy } from './model-book.ts';
import type { ModelRequest, Tier } from './types.ts';

/** Somebody waits for the answer. */
export type WaitingAsker = Pick<ModelBook, 'ask' | 'hasAny'>;

export interface BackgroundAsker extends Pick<ModelBook, 'hasAny' | 'refusal' | 'all'> {
  /** Undefined when it had to give way. Never rejects. */
  ask(policy: ModelPolicy, tier: Tier, request: ModelRequest, signal: AbortSignal): Promise<BookOutcome | undefined>;
}

/** Of the tokens of a day: what has time must not leave sessions without a model. */
const BACKGROUND_SHARE = 0.5;

export class ModelTurns implements WaitingAsker {
  readonly #book: Pick<ModelBook, 'ask' | 'hasAny' | 'refusal' | 'all'>;
  /** Requests that somebody waits for. */
  #waited = 0;
  /** Ends the request that is under way in the background. */
  #giveWay: AbortController | undefined;
  readonly background: BackgroundAsker;

  constructor(book: Pick<ModelBook, 'ask' | 'hasAny' | 'refusal' | 'all'>) {
    this.#book = book;
    this.background = {
      hasAny: (policy, tier) => book.hasAny(policy, tier),
      refusal: (policy, tier) =>
        this.#waited > 0 ? 'a session waits for a model' : book.refusal(policy, tier, BACKGROUND_SHARE),
      all: () => book.all(),
      ask: (...args) => this.#behind(...args),
    };
  }

  hasAny(policy: ModelPolicy, tier: Tier): boolean {
    return this.#book.hasAny(policy, tier);
  }

  async ask(policy: ModelPolicy, tier: Tier, request: ModelRequest, signal?: AbortSignal): Promise<BookOutcome> {
    this.#waited += 1;
    this.#giveWay?.abort();
    try {
      return await this.#book.ask(policy, tier, request, signal);
    } finally {
      this.#waited -= 1;
    }
  }

  async #behind(
    policy: ModelPolicy,
    tier: Tier,
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<BookOutcome | undefined> {
    if (this.#waited > 0 || signal.aborted) return undefined;
    const giveWay = new AbortController();
    this.#giveWay = giveWay;
    try {
      const outcome = await this.#book.ask(policy, tier, request, AbortSignal.any([giveWay.signal, signal]));
      // An answer that had come by then is as good as any.
      return !outcome.ok && (giveWay.signal.aborted || signal.aborted) ? undefined : outcome;
    } finally {
      this.#giveWay = undefined;
    }
  }
}
