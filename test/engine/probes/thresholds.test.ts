import { describe, expect, it } from 'vitest';
import { tally, untried, type Outcome, type Tally } from '../../../src/engine/probes/thresholds.ts';

const check = { failureThreshold: 3, successThreshold: 1, latencyBudgetMs: 100 };
const ok: Outcome = { ok: true, durationMs: 10 };
const slow: Outcome = { ok: true, durationMs: 101 };
const bad: Outcome = { ok: false };

const healthsOf = (outcomes: readonly Outcome[], thresholds = check): readonly string[] => {
  let state: Tally = untried;
  return outcomes.map((outcome) => (state = tally(state, outcome, thresholds)).health);
};

describe('tally', () => {
  it.each([
    ['one success', [ok], ['healthy']],
    ['three failures in a row', [ok, bad, bad, bad], ['healthy', 'degraded', 'degraded', 'unhealthy']],
    ['a success in between', [bad, bad, ok, bad, bad], ['degraded', 'degraded', 'healthy', 'degraded', 'degraded']],
    ['a slow answer', [ok, slow, ok], ['healthy', 'degraded', 'healthy']],
    [
      'unhealthy stays so at a further failure',
      [bad, bad, bad, bad],
      ['degraded', 'degraded', 'unhealthy', 'unhealthy'],
    ],
  ] as const)('%s', (_name, outcomes, healths) => {
    expect(healthsOf(outcomes)).toEqual(healths);
  });

  it('needs successThreshold successes in a row from untried and from unhealthy', () => {
    const twice = { ...check, failureThreshold: 1, successThreshold: 2 };
    expect(healthsOf([ok, ok, bad, ok, bad, ok, ok], twice)).toEqual([
      'unknown',
      'healthy',
      'unhealthy',
      'unhealthy',
      'unhealthy',
      'unhealthy',
      'healthy',
    ]);
    const patient = { ...check, successThreshold: 2 };
    expect(healthsOf([bad, ok, ok, bad, ok], patient)).toEqual([
      'degraded',
      'degraded',
      'healthy',
      'degraded',
      'healthy',
    ]);
  });
});
