/** Answers the router's `BuiltinContent`: what agents read of prompts and skills, and what they propose. */
import { defined } from '../../../kernel/defined.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { BuiltinAnswer, BuiltinContent, BuiltinListKind } from '../../../mcp/types/builtin.ts';
import type { SessionInfo } from '../../../mcp/types/session.ts';
import type { Prompt, PromptContent, SkillContent } from '../../../store/schema/content.ts';
import { hasResources, linksOf } from '../../../store/schema/link.ts';
import type { Proposal } from '../../../store/schema/proposal.ts';
import { actorOf } from '../../access/actor.ts';
import { builtInContent, type SystemPrompt } from '../system-texts.ts';
import { SYSTEM_PROJECT } from '../built-in-projects.ts';
import type { Causes } from '../causes.ts';
import { textGone } from '../../inbox/closed-proposals.ts';
import { boundBy, composeFor } from '../composing.ts';
import { toDocument } from '../document.ts';
import type { Links } from '../links/links.ts';
import { kindRef, refOf } from '../refs.ts';
import { promptTemplates, promptText, rowsOf } from '../rows.ts';
import { fillTemplates } from '../template.ts';
import type { Composition } from '../types.ts';
import { answered, contents, notFound, promptResult, sameItems, valuesOf } from './answers.ts';
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
  type ReadLimit,
} from './offer.ts';
import { isOwn, Proposing, type ProposingParts } from './proposing.ts';
import { isBuiltinTool, toolItems } from './tools.ts';
import { Readable } from './readable.ts';
import { recordRead } from './record-read.ts';
import { parseUri, promptUri } from './uris.ts';

export interface AgentContentParts extends ProposingParts {
  readonly causes: Causes;
  /** Sessions of the project are told of prompts by `begin_session`: at their start only of what they wear. */
  readonly isGated: (project: string) => boolean;
  readonly links: Links;
  /** Undefined: all that is meant for it. */
  readonly readLimit?: (session: SessionInfo) => ReadLimit | undefined;
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
          detail: { revisions, tokens: composed.tokens },
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
    if (row !== undefined) return this.#prompt(session, row, args);
    const pending = this.#pending(session).find((one) => one.kind === 'prompt' && pendingName(one) === name);
    if (pending === undefined) return undefined;
    const content = (pending.content ?? { body: '' }) as PromptContent;
    return answered(() => promptResult(fillTemplates([content], valuesOf(args)), ''));
  }

  /** A prompt that links resources of servers, which are read first. */
  fetchPrompt(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined {
    const row = this.#offer(session).byName.get(name);
    if (row === undefined || !hasResources(row.content)) return undefined;
    return this.#p.links.prepare([row]).then(() => this.#prompt(session, row, args));
  }

  #prompt(session: SessionInfo, row: Prompt, args: Json | undefined): BuiltinAnswer {
    return answered(() => {
      const templates = promptTemplates(this.#p.db.collection('prompts').all(), row);
      // What a server says is filled with nothing.
      const text = this.#p.links.withLinked(fillTemplates(templates, valuesOf(args)), row);
      recordRead(this.#p, session, row, 'prompt', this.#p.links.given(row));
      return promptResult(text, row.content.summary);
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
    if (row === undefined || this.#p.readLimit?.(session)?.allows(known.kind, row) === false) return notFound(uri);
    if (known.kind === 'prompt') {
      return contents(uri, 'text/markdown', this.readPrompt(session, row as unknown as Prompt));
    }
    const skill = row.content as SkillContent;
    const [file, bytes] = [skill.files[known.path], skill.binary?.[known.path]];
    if (file === undefined && bytes === undefined) return notFound(uri);
    recordRead(this.#p, session, row, 'skill');
    const mimeType = mimeTypeOf(skill, known.path);
    return bytes === undefined
      ? contents(uri, mimeType, file ?? '')
      : { result: { contents: [{ uri, mimeType, blob: bytes }] } };
  }

  /** The resource of a prompt that links others, which are read first. */
  fetchResource(session: SessionInfo, uri: string): Promise<BuiltinAnswer> | undefined {
    const known = parseUri(uri);
    if (known?.kind !== 'prompt') return undefined;
    const rows = this.#p.db.collection('prompts').all();
    const row = rows.find((one) => hasResources(one.content) && refOf(one, one.name) === known.ref);
    if (row === undefined || !isOffered(row, this.#reader(session))) return undefined;
    return this.#p.links.prepare([row]).then(() => this.readResource(session, uri) ?? notFound(uri));
  }

  /** What a server says of a linked resource is another text: who subscribed to a prompt that has it is told. */
  linkChanged(link: string): void {
    for (const row of this.#p.db.collection('prompts').all()) {
      if (hasResources(row.content) && linksOf(row.content).includes(link))
        this.#p.router().agents.builtinUpdated(promptUri(row, row.name));
    }
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
    recordRead(this.#p, session, row, 'prompt', this.#p.links.given(row));
    return this.textOf(row);
  }

  /** The same without a word of who reads it. */
  textOf(row: Prompt): string {
    return this.#p.links.withLinked(promptText(this.#p.db.collection('prompts').all(), row), row);
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
      let hasLinked = false;
      composed = composeFor(this.#p.db, target, this.#p.isGated(project) ? 'worn' : 'all', (text, row) => {
        hasLinked ||= hasResources(row.content);
        return this.#p.links.atBegin(text, row);
      });
      // What servers say is of its moment, and so is its age.
      if (!hasLinked) this.#composed.set(key, composed);
    }
    return composed;
  }

  #reader({ project, agent, personality }: SessionInfo): Reader {
    return { project, agent, bound: new Set(boundBy(this.#p.db, agent, personality)) };
  }

  #offer(session: SessionInfo): Offer {
    const limit = this.#p.readLimit?.(session);
    const key = [session.project, session.agent ?? '', session.personality ?? '', limit?.key ?? ''].join(' ');
    let offer = this.#offers.get(key);
    if (offer === undefined) {
      const { db } = this.#p;
      const prompts = db.collection('prompts').all();
      offer = offerFor(this.#reader(session), prompts, db.collection('skills').all(), this.#items, limit);
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
}
