/** Counts what a model uses in a day, and says when that is enough. Pure. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Model, ModelUsage } from '../../store/schema/model.ts';
import type { ModelOutcome } from './types.ts';

/** UTC, so that a bound does not move with the machine. */
export function dayOf(now: EpochMs): string {
  return new Date(now).toISOString().slice(0, 10);
}

export function withAnswer(usage: ModelUsage, outcome: ModelOutcome, ms: number): ModelUsage {
  const { tokensIn = 0, tokensOut = 0 } = outcome.ok ? outcome.answer : {};
  return {
    ...usage,
    asked: usage.asked + 1,
    failed: usage.failed + (outcome.ok ? 0 : 1),
    tokensIn: usage.tokensIn + tokensIn,
    tokensOut: usage.tokensOut + tokensOut,
    ms: usage.ms + ms,
  };
}

/** Why it is not asked any more today; undefined while it may be. `share`: the part of its tokens that may be used for this. */
export function usedUp(
  { name, dailyTokens }: Model,
  { tokensIn, tokensOut }: ModelUsage,
  share = 1,
): string | undefined {
  const used = tokensIn + tokensOut;
  if (dailyTokens === undefined || used < dailyTokens * share) return undefined;
  const rest = used < dailyTokens ? ', the rest is for sessions' : '';
  return `model ${name} has used ${used} of ${dailyTokens} tokens today${rest}`;
}
