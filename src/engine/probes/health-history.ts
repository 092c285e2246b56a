/** What the probes of a server's instances have found last: an instance that takes another one's place goes on from there. */
import type { LiveInstance } from '../instances/live-instance.ts';
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
  keep(live: LiveInstance): void {
    const { tally, healthReason: reason, started } = live;
    if (started !== undefined) this.#known.set(live.record.serverId, { version: started.version, tally, reason });
  }

  /** The server has failed, or an operator has begun it anew: what comes is looked at with fresh eyes. */
  forget(serverId: string): void {
    this.#known.delete(serverId);
  }

  /**
   * An instance runs, which nobody has probed yet. Failures count on, since they are of the definition; successes do not
   * make it healthy before its own first one.
   */
  begin(live: LiveInstance): void {
    const known = this.#known.get(live.record.serverId);
    if (known === undefined || known.version !== live.started?.version) return;
    const { tally, reason } = known;
    const isFailing = tally.failuresInRow > 0 || tally.health === 'unhealthy';
    live.tally = isFailing ? tally : { ...untried, successesInRow: tally.successesInRow, isUp: tally.isUp };
    live.healthReason = isFailing ? reason : undefined;
  }
}
