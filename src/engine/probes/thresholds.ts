/** Makes health of probe outcomes in a row, with the thresholds of a Kubernetes probe. Pure. */
import type { HealthCheck } from '../../store/schema/server.ts';
import type { Health } from '../instances/phase.ts';

export interface Tally {
  readonly health: Health;
  readonly failuresInRow: number;
  readonly successesInRow: number;
  /** It has earned `successThreshold`, and has not been down since. */
  readonly isUp: boolean;
}

export const untried: Tally = { health: 'unknown', failuresInRow: 0, successesInRow: 0, isUp: false };

export type Outcome = { readonly ok: true; readonly durationMs: number } | { readonly ok: false };

type Thresholds = Pick<HealthCheck, 'failureThreshold' | 'successThreshold' | 'latencyBudgetMs'>;

/**
 * One failure below the threshold is degraded, at the threshold unhealthy. From unhealthy (or as long as it was never up) it takes
 * `successThreshold` successes in a row to count as up again; up but over the latency budget is degraded.
 */
export function tally(previous: Tally, outcome: Outcome, check: Thresholds): Tally {
  if (!outcome.ok) {
    const failuresInRow = previous.failuresInRow + 1;
    const down = previous.health === 'unhealthy' || failuresInRow >= check.failureThreshold;
    const isUp = previous.isUp && !down;
    return { health: down ? 'unhealthy' : 'degraded', failuresInRow, successesInRow: 0, isUp };
  }
  const successesInRow = previous.successesInRow + 1;
  if (!previous.isUp && successesInRow < check.successThreshold) {
    return { health: previous.health, failuresInRow: 0, successesInRow, isUp: false };
  }
  return {
    health: outcome.durationMs > check.latencyBudgetMs ? 'degraded' : 'healthy',
    failuresInRow: 0,
    successesInRow,
    isUp: true,
  };
}
