/** Decides when a model that fails is left alone, and when it is tried again. Pure; times are monotonic. */
import type { ModelFailure } from './types.ts';

/** Failures in a row that open it. */
export const MAX_FAILURES = 5;
export const OPEN_MS = 60_000;
/** A model that asks for more patience is tried earlier all the same. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;

export interface Breaker {
  /** In a row. */
  readonly failures: number;
  /** It is left alone until then. */
  readonly untilMs?: number;
  /** One request tries whether it is back. */
  readonly isTrying?: boolean;
}

export const CLOSED: Breaker = Object.freeze({ failures: 0 });

export function mayAsk({ untilMs, isTrying }: Breaker, nowMs: number): boolean {
  return untilMs === undefined || (nowMs >= untilMs && isTrying !== true);
}

/** A request leaves. */
export function asked(breaker: Breaker): Breaker {
  return breaker.untilMs === undefined ? breaker : { ...breaker, isTrying: true };
}

export function answered(): Breaker {
  return CLOSED;
}

export function failed({ failures, untilMs }: Breaker, failure: ModelFailure, nowMs: number): Breaker {
  const next = failures + 1;
  if (failure.kind === 'busy') {
    const waitMs = Math.min(failure.retryAfterMs ?? OPEN_MS, MAX_RETRY_AFTER_MS);
    return { failures: next, untilMs: nowMs + waitMs };
  }
  // One that was tried again and failed is left alone as long again.
  return next >= MAX_FAILURES || untilMs !== undefined
    ? { failures: next, untilMs: nowMs + OPEN_MS }
    : { failures: next };
}
