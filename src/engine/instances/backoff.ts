/** Tells when a failed instance may start again: after a few quick attempts come long pauses. Pure arithmetic. */
import type { BootInstant } from '../../kernel/boot-clock.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { RetryState } from '../../store/schema/instance.ts';

export interface BackoffPolicy {
  /** Failures in a row that earn the quick delay; integer, 0 or more. */
  readonly quickAttempts: number;
  readonly quickDelayMs: number;
  readonly longDelayMs: number;
  /** Up to this share of the delay is added, 0 to 1. */
  readonly jitter: number;
  /** Ready for this long = the failures are forgotten. */
  readonly forgetAfterReadyMs: number;
}

/** 30 s after each of the first five failures, then 5 min. */
export const defaultBackoff: BackoffPolicy = {
  quickAttempts: 5,
  quickDelayMs: 30_000,
  longDelayMs: 300_000,
  jitter: 0.1,
  forgetAfterReadyMs: 600_000,
};

/**
 * The state after one more failed attempt; `previous` is undefined for the first one; `random` is in [0, 1). `askedMs` is the
 * wait that the server itself has named.
 */
export function recordFailure(
  policy: BackoffPolicy,
  previous: RetryState | undefined,
  reason: string,
  now: EpochMs,
  random: number,
  askedMs?: number,
): RetryState {
  const attemptCount = (previous?.attemptCount ?? 0) + 1;
  if (askedMs !== undefined) return { attemptCount, lastAttemptAt: now, nextRetryAt: now + askedMs, reason };
  const delayMs = attemptCount <= policy.quickAttempts ? policy.quickDelayMs : policy.longDelayMs;
  const waitMs = Math.round(delayMs * (1 + policy.jitter * random));
  return { attemptCount, lastAttemptAt: now, nextRetryAt: now + waitMs, reason };
}

/** The whole wait that was decided, in milliseconds. */
export function scheduledWaitMs(retry: RetryState): number {
  return Math.max(0, retry.nextRetryAt - retry.lastAttemptAt);
}

/**
 * What is left of a wait that an earlier engine began. By the clock of the machine's run when it still is that run; else by
 * the wall clock alone: one set back cannot stretch it. What fell due meanwhile is spread over the jitter's share, so that a
 * restart is no burst.
 */
export function remainingAfterRestartMs(
  policy: BackoffPolicy,
  retry: RetryState,
  now: EpochMs,
  random: number,
  boot?: BootInstant,
): number {
  const scheduledMs = scheduledWaitMs(retry);
  const { due } = retry;
  const left = due !== undefined && due.boot === boot?.boot ? due.atMs - boot.atMs : retry.nextRetryAt - now;
  const leftMs = Math.min(scheduledMs, left);
  return leftMs > 0 ? leftMs : Math.round(scheduledMs * policy.jitter * random);
}

/** With the instant at which it is due by the machine's own clock, where there is one. */
export function dueByBoot(retry: RetryState, boot: BootInstant | undefined): RetryState {
  if (boot === undefined) return retry;
  return { ...retry, due: { boot: boot.boot, atMs: boot.atMs + scheduledWaitMs(retry) } };
}

/** The same wait told in a wall clock that jumped: due `leftMs` from `now`. */
export function retold(retry: RetryState, leftMs: number, now: EpochMs): RetryState {
  const nextRetryAt = now + leftMs;
  return { ...retry, nextRetryAt, lastAttemptAt: nextRetryAt - scheduledWaitMs(retry) };
}
