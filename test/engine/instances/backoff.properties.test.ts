/** Properties of waits between attempts: no clock that jumps makes one longer than what was decided. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultBackoff,
  dueByBoot,
  recordFailure,
  remainingAfterRestartMs,
  retold,
  scheduledWaitMs,
  type BackoffPolicy,
} from '../../../src/engine/instances/backoff.ts';
import type { RetryState } from '../../../src/store/schema/instance.ts';

const policy: fc.Arbitrary<BackoffPolicy> = fc
  .record({
    quickAttempts: fc.nat(10),
    quickDelayMs: fc.integer({ min: 1, max: 60_000 }),
    longerMs: fc.nat(600_000),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    forgetAfterReadyMs: fc.nat(1_000_000),
  })
  .map(({ longerMs, ...rest }) => ({ ...rest, longDelayMs: rest.quickDelayMs + longerMs }));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });

const after = (failures: number, of: BackoffPolicy, share: number, at: number): RetryState => {
  let retry: RetryState | undefined;
  for (let count = 0; count < failures; count += 1) retry = recordFailure(of, retry, 'no', at, share);
  return retry as RetryState;
};

describe('recordFailure', () => {
  it('counts each failure, and waits the delay of the policy with no more than its jitter', () => {
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 15 }), random, instant, (of, failures, share, now) => {
        const retry = after(failures, of, share, now);
        expect(retry.attemptCount).toBe(failures);
        const delayMs = failures <= of.quickAttempts ? of.quickDelayMs : of.longDelayMs;
        expect(scheduledWaitMs(retry)).toBeGreaterThanOrEqual(delayMs);
        expect(scheduledWaitMs(retry)).toBeLessThanOrEqual(Math.ceil(delayMs * (1 + of.jitter)));
      }),
    );
  });

  it('waits as long as the server itself asks for', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), instant, (askedMs, now) => {
        expect(scheduledWaitMs(recordFailure(defaultBackoff, undefined, 'no', now, 0.5, askedMs))).toBe(askedMs);
      }),
    );
  });
});

describe('remainingAfterRestartMs', () => {
  it('is never more than the wait that was decided, whatever both clocks say', () => {
    const boot = fc.record({ boot: fc.constantFrom('this', 'another'), atMs: fc.nat(10_000_000) });
    fc.assert(
      fc.property(policy, random, instant, instant, boot, boot, (of, share, then, now, before, at) => {
        const retry = dueByBoot(after(2, of, share, then), before);
        const leftMs = remainingAfterRestartMs(of, retry, now, share, at);
        expect(leftMs).toBeGreaterThanOrEqual(0);
        expect(leftMs).toBeLessThanOrEqual(scheduledWaitMs(retry));
      }),
    );
  });
});

describe('retold', () => {
  it('keeps the wait and moves its end', () => {
    fc.assert(
      fc.property(policy, random, instant, instant, fc.nat(600_000), (of, share, then, now, leftMs) => {
        const retry = after(1, of, share, then);
        const told = retold(retry, leftMs, now);
        expect(scheduledWaitMs(told)).toBe(scheduledWaitMs(retry));
        expect(told.nextRetryAt).toBe(now + leftMs);
        expect(told.attemptCount).toBe(retry.attemptCount);
      }),
    );
  });
});

describe('remainingAfterRestartMs, by which clock', () => {
  const retry: RetryState = { attemptCount: 1, lastAttemptAt: 0, nextRetryAt: 30_000, reason: 'no' };
  const timed = dueByBoot(retry, { boot: 'this', atMs: 1_000 });

  it('goes by the run of the machine that began the wait, whatever the wall clock says', () => {
    expect(timed.due).toEqual({ boot: 'this', atMs: 31_000 });
    expect(remainingAfterRestartMs(defaultBackoff, timed, 9_999_999, 0, { boot: 'this', atMs: 11_000 })).toBe(20_000);
  });

  it('goes by the wall clock in another run, and where there is no such clock', () => {
    expect(remainingAfterRestartMs(defaultBackoff, timed, 10_000, 0, { boot: 'another', atMs: 0 })).toBe(20_000);
    expect(remainingAfterRestartMs(defaultBackoff, timed, 10_000, 0)).toBe(20_000);
    expect(remainingAfterRestartMs(defaultBackoff, retry, 10_000, 0, { boot: 'this', atMs: 0 })).toBe(20_000);
    expect(dueByBoot(retry, undefined)).toEqual(retry);
  });

  it('spreads what fell due meanwhile', () => {
    expect(remainingAfterRestartMs(defaultBackoff, retry, 30_000, 0.5)).toBe(1_500);
    expect(remainingAfterRestartMs(defaultBackoff, retry, 99_000, 0.5)).toBe(1_500);
  });
});
