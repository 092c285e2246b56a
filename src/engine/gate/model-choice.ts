/** Lets a model choose among prompts by their summaries: it can name references, and nothing else comes of its answer. */
import { hash } from 'node:crypto';
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { settlesWithin, type Clock } from '../../kernel/clock.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import type { BookOutcome, ModelBook, ModelPolicy } from '../models/model-book.ts';
import type { ModelRequest, Tier } from '../models/types.ts';
import type { Candidate } from '../selection/types.ts';

/** A session waits no longer for a choice. */
export const CHOICE_DEADLINE_MS = 4_000;
/** A longer task, or more candidates, is for a heavy model. */
const FAST_TASK_TOKENS = 400;
const FAST_CANDIDATES = 60;
/** Candidates that a model is told; the rules say which come first. */
const MAX_CANDIDATES = 300;
export const MAX_CHOSEN = 40;
const MAX_LINE = 300;
const MAX_CACHED = 500;

export type ModelChoice =
  | { readonly ok: true; readonly model: string; readonly refs: readonly string[]; readonly unknown: number }
  | { readonly ok: false; readonly reason: string };

export interface ChoiceInput {
  readonly policy: ModelPolicy;
  /** As the agent said it. */
  readonly task: string;
  /** Those that match by rules first. */
  readonly candidates: readonly Candidate[];
  readonly instructions: string;
}

export class ModelChooser {
  readonly #clock: Clock;
  readonly #book: Pick<ModelBook, 'ask' | 'hasAny'>;
  readonly #known = new BoundedMap<string, ModelChoice>(MAX_CACHED);
  /** One at a time for each question; who comes later waits for the same answer. */
  readonly #asking = new Map<string, Promise<ModelChoice>>();

  constructor(clock: Clock, book: Pick<ModelBook, 'ask' | 'hasAny'>) {
    this.#clock = clock;
    this.#book = book;
  }

  /** Undefined where no model may be asked: that is no failure. Never rejects, and is there within the deadline. */
  async choose(input: ChoiceInput): Promise<ModelChoice | undefined> {
    const { policy, task, candidates, instructions } = input;
    const tier: Tier = candidates.length > FAST_CANDIDATES || tokensOf(task) > FAST_TASK_TOKENS ? 'heavy' : 'fast';
    if (candidates.length === 0 || !this.#book.hasAny(policy, tier)) return undefined;
    const told = candidates.slice(0, MAX_CANDIDATES);
    const request = requestOf(task, told, instructions);
    const key = hash('sha256', JSON.stringify([policy, tier, request]));
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let asking = this.#asking.get(key);
    if (asking === undefined) {
      asking = this.#ask(key, policy, tier, request, told);
      this.#asking.set(key, asking);
    }
    let choice: ModelChoice | undefined;
    const arrived = asking.then((made) => void (choice = made));
    await settlesWithin(this.#clock, CHOICE_DEADLINE_MS, arrived);
    return choice ?? { ok: false, reason: `the model has not answered within ${CHOICE_DEADLINE_MS / 1_000} s` };
  }

  /** An answer that comes too late for this session is there for the next one that asks the same. */
  async #ask(
    key: string,
    policy: ModelPolicy,
    tier: Tier,
    request: ModelRequest,
    told: readonly Candidate[],
  ): Promise<ModelChoice> {
    try {
      const choice = choiceOf(await this.#book.ask(policy, tier, request), told);
      if (choice.ok) this.#known.set(key, choice);
      return choice;
    } finally {
      this.#asking.delete(key);
    }
  }
}

function requestOf(task: string, candidates: readonly Candidate[], instructions: string): ModelRequest {
  const index = candidates.map(({ ref, summary, chapters }) => {
    const line = chapters.length === 0 ? summary : `${summary} [${chapters.join('; ')}]`;
    return { ref, about: line.replace(/\s+/g, ' ').slice(0, MAX_LINE) };
  });
  return {
    instructions,
    // JSON: what stands in a task cannot end it.
    input: JSON.stringify({ task, prompts: index }),
    schema: {
      type: 'object',
      properties: {
        refs: {
          type: 'array',
          maxItems: MAX_CHOSEN,
          items: { type: 'string', enum: candidates.map(({ ref }) => ref) },
        },
      },
      required: ['refs'],
      additionalProperties: false,
    },
    maxTokens: 1_000,
  };
}

/** Unknown references are dropped and counted. */
function choiceOf(outcome: BookOutcome, told: readonly Candidate[]): ModelChoice {
  if (!outcome.ok) return { ok: false, reason: outcome.reason };
  const { model, outcome: answered } = outcome;
  const named = refsIn(answered.answer.value);
  if (named === undefined) return { ok: false, reason: `model ${model}: its answer names no list of refs` };
  const there = new Set(told.map(({ ref }) => ref));
  const refs = [...new Set(named)].filter((ref) => there.has(ref)).slice(0, MAX_CHOSEN);
  return { ok: true, model, refs, unknown: named.filter((ref) => !there.has(ref)).length };
}

function refsIn(value: JsonObject): readonly string[] | undefined {
  const refs: Json | undefined = Object.hasOwn(value, 'refs') ? value['refs'] : undefined;
  return Array.isArray(refs) ? refs.filter((ref): ref is string => typeof ref === 'string') : undefined;
}
