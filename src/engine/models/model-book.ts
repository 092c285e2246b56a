/** Knows the models, how each of them does, and what it has used today; asks the first one that is well. */
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { parseUrl } from '../../kernel/url.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { isLoopbackUrl } from '../../mcp/index.ts';
import type { Model, ModelUsage } from '../../store/schema/model.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { answered, asked, CLOSED, failed, mayAsk, type Breaker } from './breaker.ts';
import type { ModelClient } from './model-client.ts';
import type { ModelPrograms } from './model-programs.ts';
import type { ModelFailure, ModelFailureKind, ModelOutcome, ModelRequest, Reach, Tier } from './types.ts';
import { dayOf, usedUp, withAnswer } from './usage.ts';

/** Where a project's content may go: nowhere, to this machine alone, or to any model. */
export type ModelPolicy = 'none' | 'local' | 'any';

export interface ModelBookParts {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly client: Pick<ModelClient, 'ask' | 'close'>;
  /** Of managed models. */
  readonly programs: ModelPrograms;
}

/** How a model does. */
export interface ModelHealth {
  readonly failures: number;
  /** It is left alone until then. */
  readonly pausedUntil?: number;
  readonly lastFailure?: string;
  readonly used: ModelUsage;
}

export type BookOutcome =
  | { readonly ok: true; readonly model: string; readonly outcome: Extract<ModelOutcome, { readonly ok: true }> }
  /** Why the rules have to answer; `kind` where a model was asked: how it failed. */
  | { readonly ok: false; readonly model?: string; readonly reason: string; readonly kind?: ModelFailureKind };

interface State {
  breaker: Breaker;
  lastFailure: string | undefined;
}

const NO_MODEL = 'no model that the project may use';
/** What was used is written down this long after it was used. */
const KEEP_MS = 5_000;

export class ModelBook {
  readonly #p: ModelBookParts;
  readonly #states = new Map<string, State>();
  readonly #used = new Map<string, ModelUsage>();
  #isKeeping = false;

  constructor(parts: ModelBookParts) {
    this.#p = parts;
  }

  get programs(): ModelPrograms {
    return this.#p.programs;
  }

  all(): readonly Model[] {
    return this.#p.db.collection('models').all();
  }

  /** Whether one is there that a project of this policy may use. */
  hasAny(policy: ModelPolicy, tier: Tier): boolean {
    return this.#fitting(policy, tier).length > 0;
  }

  /** Why none of those that may be asked can be asked now; undefined when one can. `share`: of the tokens of a day. */
  refusal(policy: ModelPolicy, tier: Tier, share = 1): string | undefined {
    const refusals = this.#fitting(policy, tier).map((model) => this.#refusal(model, share));
    return refusals.includes(undefined) ? undefined : (refusals[0] ?? NO_MODEL);
  }

  health(model: Model): ModelHealth {
    const { breaker, lastFailure } = this.#state(model.id);
    const { untilMs, failures } = breaker;
    const { clock } = this.#p;
    const leftMs = untilMs === undefined ? 0 : untilMs - clock.monotonicMs();
    return {
      failures,
      ...(leftMs > 0 ? { pausedUntil: Math.round(clock.now() + leftMs) } : {}),
      ...(lastFailure === undefined ? {} : { lastFailure }),
      used: this.#usage(model.id),
    };
  }

  /** A session comes that may ask: what the engine has to start for that starts now, and nobody waits for it. */
  warmup(policy: ModelPolicy): void {
    for (const tier of ['fast', 'heavy'] as const) {
      const [first] = this.#fitting(policy, tier);
      if (first?.run !== undefined) this.#p.programs.wake(first);
    }
  }

  /** The first that is well answers, of those for this tier, then of the others. Never rejects. */
  async ask(policy: ModelPolicy, tier: Tier, request: ModelRequest, signal?: AbortSignal): Promise<BookOutcome> {
    let why: string | undefined;
    let kind: ModelFailureKind | undefined;
    for (const model of this.#fitting(policy, tier)) {
      const refusal = this.#refusal(model);
      if (refusal !== undefined) {
        why ??= refusal;
        continue;
      }
      const outcome = await this.askOne(model, request, signal);
      if (outcome.ok) return { ok: true, model: model.name, outcome };
      why = `model ${model.name}: ${outcome.failure.reason}`;
      kind = outcome.failure.kind;
      if (signal?.aborted === true) break;
    }
    return { ok: false, reason: why ?? NO_MODEL, ...(kind === undefined ? {} : { kind }) };
  }

  /** This one, whatever its state is: what an operator tries. Never rejects. */
  async askOne(model: Model, request: ModelRequest, signal?: AbortSignal): Promise<ModelOutcome> {
    const { clock, client, programs } = this.#p;
    const reach = this.#reach(model);
    if (!reach.ok) return { ok: false, failure: { kind: 'not-running', reason: reach.reason } };
    const state = this.#state(model.id);
    state.breaker = asked(state.breaker);
    const startedMs = clock.monotonicMs();
    const used = programs.use(model);
    const outcome = await client.ask(reach.model, request, signal).finally(used);
    const ms = Math.round(clock.monotonicMs() - startedMs);
    const isDropped = !outcome.ok && signal?.aborted === true;
    if (!isDropped) {
      this.#used.set(model.id, withAnswer(this.#usage(model.id), outcome, ms));
      this.#keepSoon();
    }
    if (outcome.ok) {
      state.breaker = answered();
      state.lastFailure = undefined;
    } else if (isDropped) {
      // Whoever asked did not want to wait any longer: that says nothing of the model.
      state.breaker = { ...state.breaker, isTrying: false };
    } else this.#note(state, outcome.failure);
    return outcome;
  }

  /** It is another one now, or gone. */
  forget(id: string): void {
    this.#states.delete(id);
  }

  async close(): Promise<void> {
    this.#p.client.close();
    await this.#keep();
  }

  #reach(model: Model): Reach {
    if (model.run !== undefined) return this.#p.programs.reach(model);
    return { ok: true, model: { ...model, url: model.url ?? '' } };
  }

  #note(state: State, failure: ModelFailure): void {
    state.breaker = failed(state.breaker, failure, this.#p.clock.monotonicMs());
    state.lastFailure = failure.reason;
  }

  #fitting(policy: ModelPolicy, tier: Tier): readonly Model[] {
    if (policy === 'none') return [];
    const may = this.all().filter((model) => policy === 'any' || isLocal(model));
    const own = may.filter((model) => model.tier === tier || model.tier === 'both');
    // A fast one does what a heavy one would, a little worse; the other way round it would be late.
    return tier === 'heavy' ? [...own, ...may.filter((model) => model.tier === 'fast')] : own;
  }

  #refusal(model: Model, share = 1): string | undefined {
    const { breaker, lastFailure = 'it failed' } = this.#state(model.id);
    const nowMs = this.#p.clock.monotonicMs();
    if (!mayAsk(breaker, nowMs)) {
      const left = Math.max(1, Math.ceil(((breaker.untilMs ?? nowMs) - nowMs) / 1_000));
      return `model ${model.name} is left alone for ${left} s: ${lastFailure}`;
    }
    const reason = usedUp(model, this.#usage(model.id), share);
    if (reason !== undefined) return reason;
    const reach = this.#reach(model);
    return reach.ok ? undefined : reach.reason;
  }

  #state(id: string): State {
    let state = this.#states.get(id);
    if (state === undefined) this.#states.set(id, (state = { breaker: CLOSED, lastFailure: undefined }));
    return state;
  }

  /** Of today. */
  #usage(id: string): ModelUsage {
    const day = dayOf(this.#p.clock.now());
    const known = this.#used.get(id) ?? this.#p.db.collection('modelUsage').find(id);
    if (known?.day === day) {
      const { asked: count, failed: bad, tokensIn, tokensOut, ms } = known;
      return { id, day, asked: count, failed: bad, tokensIn, tokensOut, ms };
    }
    return { id, day, asked: 0, failed: 0, tokensIn: 0, tokensOut: 0, ms: 0 };
  }

  #keepSoon(): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    const keep = (): void => {
      this.#isKeeping = false;
      unawaited(this.#keep());
    };
    this.#p.clock.after(KEEP_MS, keep, { unref: true });
  }

  /** No event: what was used is no decision. */
  async #keep(): Promise<void> {
    const { db, logger } = this.#p;
    const rows = [...this.#used.values()];
    this.#used.clear();
    if (rows.length === 0) return;
    try {
      await db.transact((tx) => {
        const kept = tx.collection('modelUsage');
        for (const row of rows) {
          const before = kept.find(row.id);
          if (before === undefined) kept.insert(row);
          else kept.replace({ ...row, version: before.version });
        }
      });
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'what models have used was not kept');
      for (const row of rows) if (!this.#used.has(row.id)) this.#used.set(row.id, row);
    }
  }
}

/** It runs on this machine: what it is asked leaves it not. */
export function isLocal({ url, run }: Pick<Model, 'url' | 'run'>): boolean {
  if (run !== undefined) return true;
  const parsed = parseUrl(url ?? '');
  return parsed !== undefined && isLoopbackUrl(parsed);
}
