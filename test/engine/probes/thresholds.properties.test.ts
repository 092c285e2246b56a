/** Properties of thresholds: health follows from the outcomes in a row, and nothing else. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tally, untried, type Outcome, type Tally } from '../../../src/engine/probes/thresholds.ts';

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ ok: fc.constant(true as const), durationMs: fc.nat(200) }),
  fc.constant({ ok: false as const }),
);
const check = fc.record({
  failureThreshold: fc.integer({ min: 1, max: 5 }),
  successThreshold: fc.integer({ min: 1, max: 5 }),
  latencyBudgetMs: fc.integer({ min: 1, max: 200 }),
});
const outcomes = fc.array(outcome, { maxLength: 30 });
type Check = Parameters<typeof tally>[2];
const after = (all: readonly Outcome[], of: Check): Tally => all.reduce((state, one) => tally(state, one, of), untried);
const failing = (count: number): Outcome[] => Array.from({ length: count }, () => ({ ok: false }));
const good = (count: number): Outcome[] => Array.from({ length: count }, () => ({ ok: true, durationMs: 0 }));

describe('tally', () => {
  it('is unhealthy after the threshold of failures in a row, whatever came before', () => {
    fc.assert(
      fc.property(outcomes, check, (before, of) => {
        expect(after([...before, ...failing(of.failureThreshold)], of).health).toBe('unhealthy');
      }),
    );
  });

  it('is healthy after the threshold of good answers in a row, whatever came before', () => {
    fc.assert(
      fc.property(outcomes, check, (before, of) => {
        expect(after([...before, ...good(of.successThreshold)], of).health).toBe('healthy');
      }),
    );
  });

  it('is never healthy right after a failure, nor right after an answer over the budget', () => {
    fc.assert(
      fc.property(outcomes, check, (before, of) => {
        expect(after([...before, { ok: false }], of).health).not.toBe('healthy');
        const slow: Outcome = { ok: true, durationMs: of.latencyBudgetMs + 1 };
        expect(after([...before, slow], of).health).not.toBe('healthy');
      }),
    );
  });

  it('leaves unhealthy only by the threshold of good answers', () => {
    fc.assert(
      fc.property(outcomes, check, (before, of) => {
        const down = [...before, ...failing(of.failureThreshold)];
        expect(after([...down, ...good(of.successThreshold - 1)], of).health).toBe('unhealthy');
      }),
    );
  });

  it('counts rows: one of the two counters is 0', () => {
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 30 }), check, (all, of) => {
        const { failuresInRow, successesInRow } = after(all, of);
        expect(Math.min(failuresInRow, successesInRow)).toBe(0);
        expect(Math.max(failuresInRow, successesInRow)).toBeGreaterThan(0);
      }),
    );
  });
});
