/** Keeps what operators see of the router: their own calls under way, and rows that tell how each server's calls go. */
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Router, ToolCallTrace } from '../../mcp/index.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';
import type { ViewState } from '../views/view-state.ts';
import { CallCounters } from '../audit/call-counters.ts';
import type { OtlpExporter } from '../audit/otlp.ts';
import { UpstreamRows } from './upstream-rows.ts';
import { UpstreamStats } from './upstream-stats.ts';

export interface OperatorSideParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly db: Database<Shape>;
  readonly router: Router;
  readonly masker: Masker;
  readonly state: ViewState;
  /** Told of every call. */
  readonly spans?: Pick<OtlpExporter, 'add'> | undefined;
}

export class OperatorSide {
  readonly #router: Router;
  readonly #stats: UpstreamStats;
  readonly #spans: OperatorSideParts['spans'];
  readonly #rows: UpstreamRows;
  /** Operators' calls under way, whoever asked for them. */
  readonly calls = new Map<string, AbortController>();
  /** Calls of agents since the start. */
  readonly counters = new CallCounters();

  constructor(parts: OperatorSideParts) {
    this.#router = parts.router;
    this.#spans = parts.spans;
    this.#stats = new UpstreamStats(parts.clock);
    const servers = () => parts.db.collection('servers').all();
    this.#rows = new UpstreamRows({ ...parts, stats: this.#stats, servers });
  }

  start(): void {
    this.#rows.start();
  }

  toolCall(trace: ToolCallTrace): void {
    this.#stats.add(trace);
    this.counters.add(trace);
    this.#spans?.add(trace);
  }

  /** Of who has authenticated so. */
  endSessions(principal: string, why: string): void {
    const gone = this.#router.agents.sessions().filter((session) => session.principal === principal);
    for (const { id } of gone) this.#router.operators.endSession(id, why);
  }

  close(): void {
    this.#rows.close();
    for (const call of this.calls.values()) call.abort();
  }
}
