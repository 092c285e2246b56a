/** Wires prompts, personalities, skills and proposals into a running engine. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Router } from '../../mcp/router/types.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { AgentContent, type AgentContentParts } from './agents/agent-content.ts';
import { ensureBuiltIns } from './built-ins.ts';
import { Causes } from './causes.ts';
import { contentProposals, type ContentProposals } from './content-proposals.ts';
import { Links } from './links/links.ts';
import { Proposals } from '../inbox/proposals.ts';

export interface EngineContentParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly db: Database<Shape>;
  readonly router: () => Router;
  readonly holdsSecret: (text: string) => boolean;
  /** Masks secrets in a text, then cuts it. */
  readonly cut: (text: string, max: number) => string;
  readonly linksFolder?: string | undefined;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Nothing is read or looked at by itself. */
  readonly passive?: boolean | undefined;
  readonly isGated: (project: string) => boolean;
  /** As in `AgentContentParts`. */
  readonly readLimit?: AgentContentParts['readLimit'];
  readonly demandProposing?: AgentContentParts['demandProposing'];
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
  readonly links: Links;
  #timer: Timer | undefined;
  #closed = false;

  constructor(parts: EngineContentParts) {
    this.#p = parts;
    this.#causes = new Causes(parts.db);
    this.proposals = new Proposals({ ...parts, causes: this.#causes, kinds: contentProposals(parts) });
    const { db, logger, router, isGated, readLimit, random = Math.random } = parts;
    const textChanged = (link: string): void => this.agents.linkChanged(link);
    this.links = new Links({ ...parts, random, textChanged });
    const proposed = (): void => this.changed();
    this.agents = new AgentContent({
      db,
      logger,
      router,
      proposed,
      isGated,
      ...(readLimit === undefined ? {} : { readLimit }),
      demandProposing: parts.demandProposing,
      causes: this.#causes,
      proposals: this.proposals,
      links: this.links,
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
    if (this.#p.passive !== true) await this.links.start();
    unawaited(this.#sweep());
  }

  /** Collaborators of the handlers of commands. */
  get forCommands(): { readonly proposals: ContentProposals; readonly links: Links } {
    return { proposals: this.proposals, links: this.links };
  }

  /** Agents and consoles are shown what moved. */
  changed(): void {
    this.links.promptsChanged();
    this.#p.show();
    this.agents.changed();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    this.#causes.close();
    await this.links.close();
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
