/** Answers the router's `BuiltinContent`: what agents read of prompts and skills, and what they propose. */
import { defined } from '../../../kernel/defined.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { BuiltinAnswer, BuiltinContent, BuiltinListKind } from '../../../mcp/types/builtin.ts';
import type { SessionInfo } from '../../../mcp/types/session.ts';
import type { Prompt, PromptContent, SkillContent } from '../../../store/schema/content.ts';
import type { Proposal } from '../../../store/schema/proposal.ts';
import { actorOf } from '../../access/actor.ts';
import { builtInContent, type SystemPrompt } from '../system-texts.ts';
import { SYSTEM_PROJECT } from '../built-in-projects.ts';
import type { Causes } from '../causes.ts';
import { textGone } from '../../inbox/closed-proposals.ts';
import { boundBy, composeFor } from '../composing.ts';
import { toDocument } from '../document.ts';
import { kindRef, refOf } from '../refs.ts';
import { promptTemplates, promptText, rowsOf, type ContentRow } from '../rows.ts';
import { fillTemplates } from '../template.ts';
import type { Composition } from '../types.ts';
import { answered, contents, notFound, sameItems, valuesOf } from './answers.ts';
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
import { isOwn, Proposing, type ProposingParts } from './proposing.ts';
import { isBuiltinTool, toolItems } from './tools.ts';
import { Readable } from './readable.ts';
import { parseUri } from './uris.ts';

export interface AgentContentParts extends ProposingParts {
  readonly causes: Causes;
  /** Sessions of the project are told of prompts by `begin_session`: at their start only of what they wear. */
  readonly isGated: (project: string) => boolean;
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
  readonly #proposing: Proposing;

  constructor(parts: AgentContentParts) {
    this.#p = parts;
    this.#readable = new Readable(parts.db);
    this.#proposing = new Proposing(parts);
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
    return isBuiltinTool(name) ? this.#proposing.run(session, name, args) : undefined;
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

  /** What the session may read, by the name in `prompts/list`. The same map for as long as nothing changed. */
  offered(session: SessionInfo): ReadonlyMap<string, Prompt> {
    return this.#offer(session).byName;
  }

  /** References of the prompts that the session was told at its begin. */
  toldRefs(session: SessionInfo): ReadonlySet<string> {
    try {
      return new Set(this.#compose(session).parts.map(({ ref }) => ref));
    } catch {
      // Its project or personality is gone, as `instructions` says.
      return new Set();
    }
  }

  /** The whole text of a prompt, which the session has read from now on. */
  readPrompt(session: SessionInfo, row: Prompt): string {
    this.#read(session, row, 'prompt');
    return promptText(this.#p.db.collection('prompts').all(), row);
  }

  #listOf(session: SessionInfo, kind: BuiltinListKind): readonly JsonObject[] {
    if (kind === 'tools') return (this.#tools ??= toolItems((prompt) => this.systemText(prompt)));
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
      const target = { project, ...defined({ agent, personality }) };
      composed = composeFor(this.#p.db, target, this.#p.isGated(project) ? 'worn' : 'all');
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

  /** Text of a system prompt as it is now. */
  systemText(name: SystemPrompt): string {
    const rows = this.#p.db.collection('prompts').all();
    const row = rows.find((one) => one.project === SYSTEM_PROJECT && one.name === name);
    return row?.content.body ?? builtInContent(name).body;
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
