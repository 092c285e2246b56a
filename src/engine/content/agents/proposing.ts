/** Files and takes back proposals for the tools that agents propose with. */
import { McptuiError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { BuiltinAnswer } from '../../../mcp/types/builtin.ts';
import type { Router } from '../../../mcp/router/types.ts';
import type { SessionInfo } from '../../../mcp/types/session.ts';
import type { Proposal } from '../../../store/schema/proposal.ts';
import type { Shape } from '../../../store/schema/index.ts';
import type { Database } from '../../../store/types.ts';
import { actorOf, isSameAuthor } from '../../access/actor.ts';
import type { ContentProposals } from '../content-proposals.ts';
import { rowsOf } from '../rows.ts';
import { failedTool } from './answers.ts';
import { draftOf, withdrawn, type BuiltinTool, type ProposingTool } from './tools.ts';
import { proposalUri } from './uris.ts';

export interface ProposingParts {
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly proposals: ContentProposals;
  /** Known once it is made with this. */
  readonly router: () => Router;
  /** @throws McptuiError `denied` for a session that may not propose. Default: each may */
  readonly demandProposing?: ((session: SessionInfo) => void) | undefined;
  /** A proposal was filed or taken back. */
  readonly proposed: () => void;
}

export class Proposing {
  readonly #p: ProposingParts;

  constructor(parts: ProposingParts) {
    this.#p = parts;
  }

  /** Never rejects. */
  async run(session: SessionInfo, tool: BuiltinTool, args: Json | undefined): Promise<BuiltinAnswer> {
    try {
      return tool === 'withdraw_proposal'
        ? await this.#withdraw(session, args)
        : await this.#propose(session, tool, args);
    } catch (error) {
      if (!(error instanceof McptuiError)) {
        this.#p.logger.error({ err: error, tool }, 'an own tool failed');
        return failedTool('the engine failed; its log has the reason');
      }
      return failedTool(`${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`);
    }
  }

  async #propose(session: SessionInfo, tool: ProposingTool, args: Json | undefined): Promise<BuiltinAnswer> {
    const { db, proposals } = this.#p;
    this.#p.demandProposing?.(session);
    const draft = draftOf(tool, args, session, (kind) => rowsOf(db, kind));
    const { id, kind, ref, state, hash } = await proposals.propose({
      ...draft,
      author: actorOf(session),
      session: session.id,
    });
    const uri = proposalUri(id);
    this.#p.proposed();
    // After its filing was told, so that the first update is the decision.
    this.#p.router().agents.subscribeBuiltin(session.id, uri);
    const text = `Proposed as ${id}: ${kind} ${ref}. A person decides; read ${uri} for the outcome.`;
    return { result: { content: [{ type: 'text', text }], structuredContent: { proposal: id, uri, state, hash } } };
  }

  async #withdraw(session: SessionInfo, args: Json | undefined): Promise<BuiltinAnswer> {
    const id = withdrawn(args);
    const proposal = this.#p.db.collection('proposals').find(id);
    // Whether somebody else's exists is not told either.
    if (proposal === undefined || !isOwn(proposal, session)) return failedTool(`no proposal ${id} of yours`);
    await this.#p.proposals.withdraw(id, proposal.author);
    this.#p.proposed();
    const structuredContent = { proposal: id, state: 'withdrawn' };
    return { result: { content: [{ type: 'text', text: `Proposal ${id} is withdrawn.` }], structuredContent } };
  }
}

/** An agent sees its proposals in any session; a session without an agent sees only what it filed itself. */
export function isOwn(proposal: Proposal, session: SessionInfo): boolean {
  return isSameAuthor(proposal, { author: actorOf(session), session: session.id });
}
