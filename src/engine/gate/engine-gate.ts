/** Wires gates into a running engine: what agents are offered, which stages their calls pass, who is told. */
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { ListKind, ListStage, ProjectStages, StagesOf } from '../../mcp/index.ts';
import type { CallStage } from '../../mcp/calls/stages.ts';
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import type { BuiltinListKind } from '../../mcp/types/builtin.ts';
import type { Router } from '../../mcp/router/types.ts';
import type { SessionInfo } from '../../mcp/types/session.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { AgentContent } from '../content/agents/agent-content.ts';
import type { Links } from '../content/links/links.ts';
import type { EnginePages } from '../pages/engine-pages.ts';
import { GateDesk } from './gate-desk.ts';
import type { GateRules } from './gate-rules.ts';
import { GatedContent } from './gated-content.ts';
import { Gates, peerOf, type GatedSession } from './gates.ts';
import { ListingHabits } from './listing-habits.ts';
import type { ModelBook } from '../models/model-book.ts';
import { summaryOf } from '../content/summaries.ts';
import type { SystemText } from '../content/system-rules.ts';
import type { DigestQueue } from '../digests/digest-queue.ts';
import type { DigestProgress } from '../digests/progress.ts';
import { MAX_CHOSEN, ModelChooser } from './model-choice.ts';
import { PromptCatalog } from './prompt-catalog.ts';
import { alwaysNames, Selector } from './selector.ts';
import { savingsOf } from './savings.ts';
import { DEFAULT_GATE, type GateSavings, type GateSettings, type GateView } from './types.ts';

export interface EngineGateParts {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly rules: GateRules;
  readonly inner: AgentContent;
  readonly links: Pick<Links, 'tokensOf' | 'prepare' | 'isReady'>;
  readonly pages: EnginePages;
  readonly router: () => Router;
  readonly mask: (text: string) => string;
  readonly digests: DigestQueue;
  /** What models are told. */
  readonly told: SystemText;
  /** Asks no model in the background. */
  readonly passive?: boolean | undefined;
  readonly models: Pick<ModelBook, 'ask' | 'hasAny'>;
  /** A session comes that may ask one. */
  readonly warmup: ModelBook['warmup'];
  /** A session's gate is shown as another one. */
  readonly show: (sessionId: string) => void;
}

const NONE: ProjectStages = {};
const KINDS: readonly BuiltinListKind[] = ['tools', 'prompts', 'resources'];

export class EngineGate {
  /** What the router offers to agents. */
  readonly content: GatedContent;
  readonly gates: Gates;
  readonly desk: GateDesk;
  readonly pages: EnginePages;
  readonly #p: EngineGateParts;
  readonly #habits: ListingHabits;
  readonly #gated: ProjectStages;
  readonly #selected: ProjectStages;
  /** As agents were told of them. */
  #rules: ReadonlyMap<string, string> = new Map();
  /** Names of what mcptui itself lists, by the list. */
  readonly #names = new WeakMap<readonly object[], ReadonlySet<string>>();
  readonly #alwaysNames = new WeakMap<
    readonly OfferedTool[],
    { readonly settings: GateSettings; readonly names: ReadonlySet<string> }
  >();

  constructor(parts: EngineGateParts) {
    const { clock, db, rules, inner, router, told } = parts;
    this.#p = parts;
    this.pages = parts.pages;
    this.#habits = new ListingHabits(clock);
    this.gates = new Gates({
      ...parts,
      sessions: () => router().agents.sessions(),
      listsChanged: (peer) => this.#tell(peer),
      changed: ({ id }) => parts.show(id),
    });
    const catalog = new PromptCatalog(db, parts.links);
    const instructions = (): string => told('gate-selection', { maxPrompts: String(MAX_CHOSEN) });
    const selector = new Selector({ clock, catalog, chooser: new ModelChooser(clock, parts.models), instructions });
    const { gates } = this;
    this.desk = new GateDesk({
      ...parts,
      gates,
      selector,
      summaryOf: (row) => summaryOf(row, db.collection('digests').find(row.current.hash)),
    });
    this.content = new GatedContent({
      inner,
      rules,
      gates,
      habits: this.#habits,
      desk: this.desk,
      pages: this.pages.tool,
    });
    const opens: CallStage = { id: 'gate', reads: 'head', before: (call) => this.#openFor(call) };
    this.#gated = { calls: [opens], lists: [this.#hides((session, name) => this.#always(session).has(name))] };
    this.#selected = { lists: [this.#hides((session, name) => this.#isOpen(session, name))] };
  }

  start(): void {
    this.gates.start();
    this.pages.start();
    if (this.#p.passive !== true) this.#p.digests.start();
    this.#rules = this.#p.rules.texts();
  }

  /** How far models are with summing up prompts. */
  get summaries(): DigestProgress | undefined {
    return this.#p.digests.progress();
  }

  /** Projects may be gated now, or not any more: their agents are told. */
  changed(): void {
    this.pages.changed();
    const before = this.#rules;
    this.#rules = this.#p.rules.texts();
    const names = new Set([...before.keys(), ...this.#rules.keys()]);
    const differing = new Set([...names].filter((name) => before.get(name) !== this.#rules.get(name)));
    if (differing.size === 0) return;
    const { agents } = this.#p.router();
    agents.builtinChanged(KINDS, ({ project }) => differing.has(project));
    for (const { id, project } of agents.sessions()) if (differing.has(project)) this.#p.show(id);
  }

  async close(): Promise<void> {
    this.gates.close();
    await Promise.all([this.pages.close(), this.#p.digests.close()]);
  }

  readonly stagesOf: StagesOf = (project, session) => {
    const stages = this.#ofGate(project, session);
    const results = this.pages.stageOf(project, session.identity.operator);
    return results === undefined ? stages : { ...stages, results };
  };

  /** Sessions whose gate is open and that see all tools pass no stage. */
  readonly #ofGate: StagesOf = (project, { id, client, identity }) => {
    if (identity.operator !== undefined || this.#p.rules.of(project) === undefined) return NONE;
    const state = this.gates.state({ id, client, ...identity });
    if (state.kind === 'gated') return this.#gated;
    return state.tools === 'all' ? NONE : this.#selected;
  };

  /** Undefined where there is no gate. */
  viewOf(session: SessionInfo): GateView | undefined {
    return this.#isGated(session) ? this.gates.view(session) : undefined;
  }

  savings(session: SessionInfo): GateSavings {
    const tools = this.#p.router().agents.tools(session.id);
    const always = this.#always(session);
    return savingsOf(this.gates.state(session), tools, (name) => always.has(name));
  }

  bound(session: SessionInfo): void {
    const isGated = this.#isGated(session);
    if (isGated) this.gates.bound(session);
    if (isGated || this.pages.stageOf(session.project, session.operator) !== undefined) {
      this.#p.warmup(this.#modelsOf(session.project));
    }
  }

  #modelsOf(project: string): GateSettings['models'] {
    const row = this.#p.db
      .collection('projects')
      .all()
      .find(({ name }) => name === project);
    return row?.gate?.models ?? DEFAULT_GATE.models;
  }

  /** `isStopping`: the engine ends, and the agent comes back to the next one. */
  ended(session: SessionInfo, isStopping: boolean): void {
    this.#habits.ended(session.id);
    // Its project may have been gated once.
    if (!isStopping && (this.#isGated(session) || this.gates.knows(session))) this.gates.ended(session);
  }

  #isGated({ project, operator }: SessionInfo): boolean {
    return operator === undefined && this.#p.rules.of(project) !== undefined;
  }

  #openFor(call: Parameters<NonNullable<CallStage['before']>>[0]): undefined {
    const { session, server, tool, args, secretNames } = call;
    this.desk.openForCall(session.info, { server, tool, args, secretNames });
  }

  #tell(peer: string): void {
    const isMeant = (session: GatedSession): boolean => peerOf(session) === peer;
    const { agents } = this.#p.router();
    agents.builtinChanged(KINDS, isMeant);
    for (const { id, client } of agents.sessions().filter(isMeant)) this.#habits.told(id, client);
  }

  /** Hides servers' items, by name only: what an agent knows by name it may ask for. */
  #hides(isShown: (session: SessionInfo, tool: string) => boolean): ListStage {
    const sees = (session: SessionInfo, kind: ListKind, name: string): boolean => {
      if (kind === 'tools' && isShown(session, name)) return true;
      if (kind === 'templates') return !this.#isShut(session);
      if (kind !== 'tools' && !this.#isShut(session)) return true;
      return this.#ownNames(session, kind).has(name);
    };
    return { id: 'gate', isHidingOnly: true, sees };
  }

  #isShut(session: SessionInfo): boolean {
    return this.gates.state(session).kind === 'gated';
  }

  #ownNames(session: SessionInfo, kind: BuiltinListKind): ReadonlySet<string> {
    const items = this.content.items(session, kind);
    let names = this.#names.get(items);
    if (names === undefined) {
      const key = kind === 'resources' ? 'uri' : 'name';
      names = new Set(items.flatMap(({ [key]: name }) => (typeof name === 'string' ? [name] : [])));
      this.#names.set(items, names);
    }
    return names;
  }

  /** Tools that are never hidden, by the agents' names: found once for a list of tools and its settings. */
  #always(session: SessionInfo): ReadonlySet<string> {
    const settings = this.#p.rules.of(session.project);
    if (settings === undefined) return new Set();
    const tools = this.#p.router().agents.tools(session.id);
    const known = this.#alwaysNames.get(tools);
    if (known?.settings === settings) return known.names;
    const names = new Set(alwaysNames(settings, tools));
    this.#alwaysNames.set(tools, { settings, names });
    return names;
  }

  #isOpen(session: SessionInfo, name: string): boolean {
    const state = this.gates.state(session);
    return state.kind === 'open' && (state.tools === 'all' || state.tools.has(name));
  }
}
