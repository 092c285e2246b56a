/** Wires prompts, personalities, skills and proposals into a running engine. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Router } from '../../mcp/router/types.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { AgentContent } from './agents/agent-content.ts';
import { ensureBuiltIns } from './built-ins.ts';
import { Causes } from './causes.ts';
import { contentProposals, type ContentProposals } from './content-proposals.ts';
import { Proposals } from '../inbox/proposals.ts';

export interface EngineContentParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly db: Database<Shape>;
  readonly router: () => Router;
  readonly holdsSecret: (text: string) => boolean;
  readonly isGated: (project: string) => boolean;
  /** Consoles are to see what moved. */
  readonly show: () => void;
}

const HOUR_MS = 3_600_000;

export class EngineContent {
  /** What the router offers to agents. */
  readonly agents: AgentContent;
  readonly #p: EngineContentParts;
  readonly #causes: Causes;
  readonly proposals: ContentProposals;
  #timer: Timer | undefined;
  #closed = false;

  constructor(parts: EngineContentParts) {
    this.#p = parts;
    this.#causes = new Causes(parts.db);
    this.proposals = new Proposals({ ...parts, causes: this.#causes, kinds: contentProposals(parts) });
    const { db, logger, router, isGated } = parts;
    const proposed = (): void => this.changed();
    this.agents = new AgentContent({
      db,
      logger,
      router,
      proposed,
      isGated,
      causes: this.#causes,
      proposals: this.proposals,
    });
  }

  /** Adds what is built in where it is missing, and from now on ends proposals whose time is over. */
  async start(): Promise<void> {
    try {
      await ensureBuiltIns(this.#p);
      this.changed();
    } catch (error) {
      this.#p.logger.warn({ error: messageOf(error) }, 'what is built in could not be added');
    }
    unawaited(this.#sweep());
  }

  /** Agents and consoles are shown what moved. */
  changed(): void {
    this.#p.show();
    this.agents.changed();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#causes.close();
  }

  async #sweep(): Promise<void> {
    const { clock, logger } = this.#p;
    try {
      if (await this.proposals.expireDue()) this.changed();
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'proposals whose time is over could not be ended');
    }
    if (!this.#closed) this.#timer = clock.after(HOUR_MS, () => void this.#sweep(), { unref: true });
  }
}
