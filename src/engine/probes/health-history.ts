/**
 * Remembers what the probes of a server's instances have found last: an instance that takes another one's place goes on from
 * there.
 */
import type { RunningState } from '../instances/live-state.ts';
import { untried, type Tally } from './thresholds.ts';

interface Known {
  /** Of the definition. */
  readonly version: number;
  readonly tally: Tally;
  readonly reason: string | undefined;
}

export class HealthHistory {
  /** By the server's id. */
  readonly #known = new Map<string, Known>();

  /** A probe was judged. */
  keep(serverId: string, { tally, healthReason: reason, started }: RunningState): void {
    this.#known.set(serverId, { version: started.version, tally, reason });
  }

  /** The server has failed, or an operator has begun it anew: what comes is looked at with fresh eyes. */
  forget(serverId: string): void {
    this.#known.delete(serverId);
  }

  /**
   * An instance runs, which nobody has probed yet. Failures count on, since they are of the definition; successes do not
   * make it healthy before its own first one.
   */
  begin(serverId: string, state: RunningState): void {
    const known = this.#known.get(serverId);
    if (known === undefined || known.version !== state.started.version) return;
    const { tally, reason } = known;
    const isFailing = tally.failuresInRow > 0 || tally.health === 'unhealthy';
    state.tally = isFailing ? tally : { ...untried, successesInRow: tally.successesInRow, isUp: tally.isUp };
    state.healthReason = isFailing ? reason : undefined;
  }
}
