/** Offers agents of gated projects what their gate lets through; others get what there is, unchanged. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { BuiltinAnswer, BuiltinContent, BuiltinListKind, StoodFor } from '../../mcp/types/builtin.ts';
import type { SessionInfo } from '../../mcp/types/session.ts';
import type { PageTool } from '../pages/page-tool.ts';
import type { AgentContent } from '../content/agents/agent-content.ts';
import { failedTool } from '../content/agents/answers.ts';
import { parseUri, promptUri } from '../content/agents/uris.ts';
import type { Prompt } from '../../store/schema/content.ts';
import { ALWAYS } from '../selection/choose.ts';
import type { GateDesk } from './gate-desk.ts';
import type { GateRules } from './gate-rules.ts';
import type { Gates } from './gates.ts';
import type { ListingHabits } from './listing-habits.ts';
import { gateArguments, gateToolItem, gateToolPrompts, isGateTool, type GateTool } from './tools.ts';
import type { GateSettings } from './types.ts';

export interface GatedContentParts {
  readonly inner: AgentContent;
  readonly rules: GateRules;
  readonly gates: Gates;
  readonly habits: ListingHabits;
  readonly desk: GateDesk;
  readonly pages: PageTool;
}

/** By a list of the inner content, and how it is shown: the same array for as long as nothing changed. */
type Shown = WeakMap<readonly JsonObject[], Map<string, readonly JsonObject[]>>;

export class GatedContent implements BuiltinContent {
  readonly #p: GatedContentParts;
  readonly #shown: Shown = new WeakMap();

  constructor(parts: GatedContentParts) {
    this.#p = parts;
  }

  instructions(session: SessionInfo): string {
    const own = this.#p.inner.instructions(session);
    if (this.#p.rules.of(session.project) === undefined) return own;
    return [own, this.#p.desk.introduction(session)].filter((text) => text !== '').join('\n\n');
  }

  letsServersSpeak({ project }: SessionInfo): boolean {
    return this.#p.rules.of(project) === undefined;
  }

  list(session: SessionInfo, kind: BuiltinListKind): readonly JsonObject[] {
    if (kind === 'tools') this.#p.habits.listed(session.id, session.client);
    return this.items(session, kind);
  }

  /** What `list` gives, without the session having asked for it. */
  items(session: SessionInfo, kind: BuiltinListKind): readonly JsonObject[] {
    const { inner, rules, gates, pages } = this.#p;
    const listed = inner.list(session, kind);
    const items = kind === 'tools' ? pages.withTool(session, listed) : listed;
    const settings = rules.of(session.project);
    if (settings === undefined || session.operator !== undefined) return items;
    const isGated = gates.state(session).kind === 'gated';
    if (kind === 'tools') {
      const names = this.#toolNames(session, settings, isGated);
      return this.#keep(items, names.join(' '), () => [...names.map((name) => this.#tool(name)), ...items]);
    }
    if (!isGated) return items;
    const offered = inner.offered(session);
    return this.#keep(items, kind, () => items.filter(kind === 'prompts' ? isPromptShown(offered) : isShown(offered)));
  }

  callTool(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined {
    const page = this.#p.pages.call(session, name, args);
    if (page !== undefined) return page;
    if (!isGateTool(name) || name === 'use_tool' || this.#p.rules.of(session.project) === undefined) {
      return this.#p.inner.callTool(session, name, args);
    }
    return this.#run(session, name, args);
  }

  standsFor(session: SessionInfo, name: string, args: Json | undefined): StoodFor | undefined {
    const settings = this.#p.rules.of(session.project);
    if (name !== 'use_tool' || settings === undefined || settings.useTool === 'never') return undefined;
    try {
      const given = gateArguments('use_tool', args);
      if (given.name === 'use_tool') throw new McptuiError('invalid', 'name: use_tool cannot call itself');
      return { name: given.name, args: given.arguments };
    } catch (error) {
      if (!(error instanceof McptuiError)) throw error;
      return { answer: failedTool(error.message) };
    }
  }

  getPrompt(session: SessionInfo, name: string, args: Json | undefined): BuiltinAnswer | undefined {
    return this.#p.inner.getPrompt(session, name, args);
  }

  fetchPrompt(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined {
    return this.#p.inner.fetchPrompt(session, name, args);
  }

  readResource(session: SessionInfo, uri: string): BuiltinAnswer | undefined {
    return this.#p.inner.readResource(session, uri);
  }

  fetchResource(session: SessionInfo, uri: string): Promise<BuiltinAnswer> | undefined {
    return this.#p.pages.fetch(session, uri) ?? this.#p.inner.fetchResource(session, uri);
  }

  async #run(
    session: SessionInfo,
    name: Exclude<GateTool, 'use_tool'>,
    args: Json | undefined,
  ): Promise<BuiltinAnswer> {
    const { desk } = this.#p;
    try {
      if (name === 'begin_session') return await desk.begin(session, gateArguments(name, args));
      if (name === 'find_tools') return await desk.findTools(session, gateArguments(name, args));
      return await desk.readPrompts(session, gateArguments(name, args));
    } catch (error) {
      if (!(error instanceof McptuiError)) throw error;
      return failedTool(`${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`);
    }
  }

  #toolNames({ client }: SessionInfo, { tools, useTool }: GateSettings, isGated: boolean): readonly GateTool[] {
    const isUsed = useTool === 'always' || (useTool === 'auto' && !this.#p.habits.listsAgain(client));
    return [
      'begin_session',
      ...(isGated ? [] : (['read_prompts'] as const)),
      ...(!isGated && tools === 'selected' ? (['find_tools'] as const) : []),
      ...(isUsed ? (['use_tool'] as const) : []),
    ];
  }

  #tool(name: GateTool): JsonObject {
    return gateToolItem(name, this.#p.inner.systemText(gateToolPrompts[name]));
  }

  #keep(items: readonly JsonObject[], how: string, make: () => readonly JsonObject[]): readonly JsonObject[] {
    const byHow = this.#shown.get(items) ?? new Map<string, readonly JsonObject[]>();
    this.#shown.set(items, byHow);
    const known = byHow.get(how) ?? make();
    byHow.set(how, known);
    return known;
  }
}

/** Prompts of priority 10, and the session's own proposals, which are in no offer. */
function isPromptShown(offered: ReadonlyMap<string, Prompt>): (item: JsonObject) => boolean {
  return ({ name }) => {
    const row = typeof name === 'string' ? offered.get(name) : undefined;
    return row === undefined || row.content.priority >= ALWAYS;
  };
}

function isShown(offered: ReadonlyMap<string, Prompt>): (item: JsonObject) => boolean {
  const always = [...offered.values()].filter(({ content }) => content.priority >= ALWAYS);
  const uris = new Set(always.map((row) => promptUri(row, row.name)));
  return ({ uri }) => typeof uri === 'string' && (uris.has(uri) || parseUri(uri)?.kind === 'proposal');
}
