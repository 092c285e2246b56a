/** Answers the router's `BuiltinContent`: what agents read of prompts and skills, and what they propose. */
import { McptuiError } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { BuiltinAnswer, BuiltinContent, BuiltinListKind } from '../../../mcp/types/builtin.ts';
import type { Router } from '../../../mcp/router/types.ts';
import type { SessionInfo } from '../../../mcp/types/session.ts';
import type { Prompt, PromptContent, SkillContent } from '../../../store/schema/content.ts';
import type { Proposal } from '../../../store/schema/proposal.ts';
import type { Shape } from '../../../store/schema/index.ts';
import type { Database } from '../../../store/types.ts';
import { actorOf, isSameAuthor } from '../../access/actor.ts';
import type { SystemPrompt } from '../built-ins.ts';
import { SYSTEM_PROJECT } from '../built-in-projects.ts';
import type { Causes } from '../causes.ts';
import { textGone } from '../../inbox/closed-proposals.ts';
import { boundBy, composeFor } from '../composing.ts';
import { toDocument } from '../document.ts';
import type { ContentProposals } from '../content-proposals.ts';
import { kindRef, refOf } from '../refs.ts';
import { promptTemplates, promptText, rowsOf, type ContentRow } from '../rows.ts';
import { fillTemplates } from '../template.ts';
import type { Composition } from '../types.ts';
import { answered, contents, failedTool, notFound, sameItems, valuesOf } from './answers.ts';
import {
  isOffered,
  mimeTypeOf,
  ItemCache,
  offerFor,
  pendingName,
  pendingPrompt,
  pendingResource,
  proposalText,
  type Offer,
  type Reader,
} from './offer.ts';
import { draftOf, isBuiltinTool, toolItems, withdrawn, type BuiltinTool, type ProposingTool } from './tools.ts';
import { Readable } from './readable.ts';
import { parseUri, proposalUri } from './uris.ts';

export interface AgentContentParts {
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly causes: Causes;
  readonly proposals: ContentProposals;
  /** Known once it is made with this. */
  readonly router: () => Router;
  /** A proposal was filed or taken back. */
  readonly proposed: () => void;
}

type Lists = Partial<Record<BuiltinListKind, readonly JsonObject[]>>;

export class AgentContent implements BuiltinContent {
  readonly #p: AgentContentParts;
  readonly #items = new ItemCache();
  #offers = new Map<string, Offer>();
  #tools: readonly JsonObject[] | undefined;
  /** What each session was last given, by its id. */
  #given = new Map<string, Lists>();
  /** Blocks of sessions that began since the last change. */
  #composed = new Map<string, Composition>();
  readonly #readable: Readable;

  constructor(parts: AgentContentParts) {
    this.#p = parts;
    this.#readable = new Readable(parts.db);
  }

  instructions(session: SessionInfo): string {
    try {
      const composed = this.#compose(session);
      if (composed.parts.length > 0) {
        const revisions = Object.fromEntries(composed.parts.map(({ ref, semver }) => [ref, semver]));
        this.#p.db.record({
          kind: 'session_compose',
          actor: actorOf(session),
          target: `session/${session.id}`,
          outcome: 'ok',
          session: session.id,
          message: `${composed.parts.length} prompts, ≈${composed.tokens} tokens`,
          detail: { revisions },
        });
      }
      return composed.text;
    } catch (error) {
      // A project or personality deleted since the session was bound: the session lives on without the block.
      this.#p.logger.warn({ err: error, session: session.id }, 'no system block for this session');
      return '';
    }
  }

  list(session: SessionInfo, kind: BuiltinListKind): readonly JsonObject[] {
    const lists = this.#given.get(session.id) ?? {};
    this.#given.set(session.id, lists);
    return (lists[kind] ??= this.#listOf(session, kind));
  }

  callTool(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined {
    return isBuiltinTool(name) ? this.#run(session, name, args) : undefined;
  }

  getPrompt(session: SessionInfo, name: string, args: Json | undefined): BuiltinAnswer | undefined {
    const row = this.#offer(session).byName.get(name);
    const pending = this.#pending(session).find((one) => one.kind === 'prompt' && pendingName(one) === name);
    if (row === undefined && pending === undefined) return undefined;
    const templates =
      row === undefined
        ? [(pending?.content ?? { body: '' }) as PromptContent]
        : promptTemplates(this.#p.db.collection('prompts').all(), row);
    const description = row?.content.summary ?? '';
    return answered(() => {
      const filled = fillTemplates(templates, valuesOf(args));
      if (row !== undefined) this.#read(session, row, 'prompt');
      const messages = [{ role: 'user', content: { type: 'text', text: filled } }];
      return { ...(description === '' ? {} : { description }), messages };
    });
  }

  readResource(session: SessionInfo, uri: string): BuiltinAnswer | undefined {
    const known = parseUri(uri);
    if (known === undefined) return undefined;
    const { db } = this.#p;
    if (known.kind === 'proposal') {
      const proposal = db.collection('proposals').find(known.id);
      if (proposal === undefined || !isOwn(proposal, session)) return notFound(uri);
      const { content } = proposal;
      const document = content === undefined ? textGone(proposal) : toDocument(proposal.kind, content);
      return contents(uri, 'text/markdown', proposalText(proposal, document));
    }
    const reader = this.#reader(session);
    const row = rowsOf(db, known.kind).find((one) => kindRef(known.kind, one) === known.ref && isOffered(one, reader));
    if (row === undefined) return notFound(uri);
    if (known.kind === 'prompt') {
      this.#read(session, row, 'prompt');
      return contents(uri, 'text/markdown', promptText(db.collection('prompts').all(), row as unknown as Prompt));
    }
    const skill = row.content as SkillContent;
    const [file, bytes] = [skill.files[known.path], skill.binary?.[known.path]];
    if (file === undefined && bytes === undefined) return notFound(uri);
    this.#read(session, row, 'skill');
    const mimeType = mimeTypeOf(skill, known.path);
    return bytes === undefined
      ? contents(uri, mimeType, file ?? '')
      : { result: { contents: [{ uri, mimeType, blob: bytes }] } };
  }

  /** Prompts, skills or proposals have changed: sessions whose lists differ are told, and who subscribed to what differs. */
  changed(): void {
    const router = this.#p.router();
    this.#offers = new Map();
    this.#composed = new Map();
    this.#tools = undefined;
    const before = this.#given;
    this.#given = new Map();
    const differing: Record<BuiltinListKind, Set<string>> = {
      tools: new Set(),
      prompts: new Set(),
      resources: new Set(),
    };
    for (const session of router.agents.sessions()) {
      for (const kind of ['tools', 'prompts', 'resources'] as const) {
        const old = before.get(session.id)?.[kind];
        if (old === undefined) continue;
        const now = this.#listOf(session, kind);
        if (!sameItems(old, now)) differing[kind].add(session.id);
        else this.#given.set(session.id, { ...this.#given.get(session.id), [kind]: old });
      }
    }
    for (const kind of ['tools', 'prompts', 'resources'] as const) {
      if (differing[kind].size > 0) router.agents.builtinChanged([kind], (session) => differing[kind].has(session.id));
    }
    for (const uri of this.#readable.changed()) router.agents.builtinUpdated(uri);
  }

  #listOf(session: SessionInfo, kind: BuiltinListKind): readonly JsonObject[] {
    if (kind === 'tools') return (this.#tools ??= toolItems((prompt) => this.#systemText(prompt)));
    const base = this.#offer(session)[kind];
    const pending = this.#pending(session);
    if (pending.length === 0) return base;
    const own =
      kind === 'resources'
        ? pending.map(pendingResource)
        : pending.filter((one) => one.kind === 'prompt').map(pendingPrompt);
    return [...base, ...own];
  }

  #compose({ agent, personality, project }: SessionInfo): Composition {
    const key = `${project} ${agent ?? ''} ${personality ?? ''}`;
    let composed = this.#composed.get(key);
    if (composed === undefined) {
      composed = composeFor(this.#p.db, {
        project,
        ...(agent === undefined ? {} : { agent }),
        ...(personality === undefined ? {} : { personality }),
      });
      this.#composed.set(key, composed);
    }
    return composed;
  }

  #reader({ project, agent, personality }: SessionInfo): Reader {
    return { project, agent, bound: new Set(boundBy(this.#p.db, agent, personality)) };
  }

  #offer(session: SessionInfo): Offer {
    const key = `${session.project} ${session.agent ?? ''} ${session.personality ?? ''}`;
    let offer = this.#offers.get(key);
    if (offer === undefined) {
      const { db } = this.#p;
      const prompts = db.collection('prompts').all();
      offer = offerFor(this.#reader(session), prompts, db.collection('skills').all(), this.#items);
      this.#offers.set(key, offer);
    }
    return offer;
  }

  #pending(session: SessionInfo): readonly Proposal[] {
    return this.#p.db
      .collection('proposals')
      .all()
      .filter((row) => row.state === 'pending' && isOwn(row, session));
  }

  #systemText(name: SystemPrompt): string {
    const rows = this.#p.db.collection('prompts').all();
    return rows.find((row) => row.project === SYSTEM_PROJECT && row.name === name)?.content.body ?? '';
  }

  async #run(session: SessionInfo, tool: BuiltinTool, args: Json | undefined): Promise<BuiltinAnswer> {
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

  /** Which revision was read, by whom, and the event that made it: told later, so that reading never waits. */
  #read(session: SessionInfo, row: ContentRow | Prompt, kind: 'prompt' | 'skill'): void {
    const { db, causes, logger } = this.#p;
    const target = `${kind}/${refOf(row, row.name)}`;
    const { id, semver, hash } = row.current;
    causes
      .ofRevision(id, target)
      .then((cause) =>
        db.record({
          kind: 'content_read',
          actor: actorOf(session),
          target,
          outcome: 'ok',
          session: session.id,
          message: semver,
          ...(cause === undefined ? {} : { cause }),
          detail: { revision: id, hash },
        }),
      )
      .catch((error: unknown) => logger.warn({ err: error }, 'a read is not in the audit log'));
  }
}

/** An agent sees its proposals in any session; a session without an agent sees only what it filed itself. */
function isOwn(proposal: Proposal, session: SessionInfo): boolean {
  return isSameAuthor(proposal, { author: actorOf(session), session: session.id });
}
