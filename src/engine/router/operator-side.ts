/** The router for operators: their commands, and the rows of the view that tell how each server's calls go. */
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Router, ToolCallTrace } from '../../mcp/index.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';
import type { ViewState } from '../views/view-state.ts';
import type { RouterCommands } from '../commands/router-types.ts';
import { routerCommands } from '../commands/router-commands.ts';
import { UpstreamRows } from './upstream-rows.ts';
import { UpstreamStats } from './upstream-stats.ts';

export interface OperatorSideParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly db: Database<Shape>;
  readonly router: Router;
  readonly masker: Masker;
  readonly state: ViewState;
}

export class OperatorSide {
  readonly #p: OperatorSideParts;
  readonly #stats: UpstreamStats;
  readonly #rows: UpstreamRows;
  /** Calls under way, whoever asked for them. */
  readonly #calls = new Map<string, AbortController>();

  constructor(parts: OperatorSideParts) {
    this.#p = parts;
    this.#stats = new UpstreamStats(parts.clock);
    const servers = () => parts.db.collection('servers').all();
    this.#rows = new UpstreamRows({ ...parts, stats: this.#stats, servers });
  }

  start(): void {
    this.#rows.start();
  }

  commandsFor(actor: string): RouterCommands {
    return routerCommands({ ...this.#p, actor, calls: this.#calls });
  }

  toolCall(trace: ToolCallTrace): void {
    this.#stats.add(trace);
  }

  close(): void {
    this.#rows.close();
    for (const call of this.#calls.values()) call.abort();
  }
}
