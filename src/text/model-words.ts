/** Says how a model does and what it has used today. Pure. */
import type { EpochMs } from '../kernel/clock.ts';
import type { ModelView } from '../engine/index.ts';
import { age, count } from './format.ts';

/** `ok`, `2 failed`, `paused 41s`. */
export function modelState({ health: { failures, pausedUntil } }: ModelView, now: EpochMs): string {
  if (pausedUntil !== undefined && pausedUntil > now) return `paused ${age(pausedUntil - now)}`;
  return failures === 0 ? 'ok' : `${failures} failed`;
}

/** Of today, and of how many: `1,204/200,000`. */
export function modelTokens({ dailyTokens, health: { used } }: ModelView): string {
  const all = count(used.tokensIn + used.tokensOut);
  return dailyTokens === undefined ? all : `${all}/${count(dailyTokens)}`;
}
