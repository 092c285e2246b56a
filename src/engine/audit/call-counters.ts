/** Counts calls by server and outcome since the engine started, with their durations in buckets: what `/metrics` shows. */
import type { ToolCallTrace } from '../../mcp/types/observer.ts';

/** Upper bounds in seconds; the last one is infinite. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** Servers that are counted by name; others are summed up as `other`. */
const MAX_SERVERS = 500;
const OTHER = 'other';

export interface ServerCalls {
  readonly byOutcome: ReadonlyMap<ToolCallTrace['outcome'], number>;
  /** Calls that took no longer than the bound of the same place. */
  readonly buckets: readonly number[];
  readonly seconds: number;
  readonly count: number;
}

interface Counted {
  byOutcome: Map<ToolCallTrace['outcome'], number>;
  buckets: number[];
  seconds: number;
  count: number;
}

export class CallCounters {
  readonly #servers = new Map<string, Counted>();

  get servers(): ReadonlyMap<string, ServerCalls> {
    return this.#servers;
  }

  /** On every call. */
  add({ server, outcome, durationMs }: Pick<ToolCallTrace, 'server' | 'outcome' | 'durationMs'>): void {
    const counted = this.#of(server);
    counted.byOutcome.set(outcome, (counted.byOutcome.get(outcome) ?? 0) + 1);
    const seconds = durationMs / 1000;
    counted.seconds += seconds;
    counted.count += 1;
    for (let at = BUCKETS.length - 1; at >= 0; at -= 1) {
      if (seconds > (BUCKETS[at] ?? 0)) break;
      counted.buckets[at] = (counted.buckets[at] ?? 0) + 1;
    }
  }

  #of(server: string): Counted {
    const known = this.#servers.get(server);
    if (known !== undefined) return known;
    const name = this.#servers.size < MAX_SERVERS ? server : OTHER;
    let counted = this.#servers.get(name);
    if (counted === undefined) {
      counted = { byOutcome: new Map(), buckets: BUCKETS.map(() => 0), seconds: 0, count: 0 };
      this.#servers.set(name, counted);
    }
    return counted;
  }
}
