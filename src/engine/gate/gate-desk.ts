/** Does what agents ask of a gate: begins a session, reads prompts, finds tools, and opens it for a call. */
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { Logger } from '../../kernel/log.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { BuiltinAnswer } from '../../mcp/types/builtin.ts';
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import type { Router } from '../../mcp/router/types.ts';
import type { SessionInfo } from '../../mcp/types/session.ts';
import type { Prompt } from '../../store/schema/content.ts';
import { hasResources } from '../../store/schema/link.ts';
import type { AgentContent } from '../content/agents/agent-content.ts';
import type { Links } from '../content/links/links.ts';
import { refOf } from '../content/refs.ts';
import type { PromptSummary } from '../content/summaries.ts';
import { chapterText } from '../content/summary.ts';
import { ALWAYS } from '../selection/choose.ts';
import type { Asked } from '../selection/types.ts';
import { askedByCall, type CalledTool } from './call-tags.ts';
import type { GateRules } from './gate-rules.ts';
import type { Gates } from './gates.ts';
import type { SelectInput, Selector } from './selector.ts';
import { findTools } from './tool-search.ts';
import type { GateArguments } from './tools.ts';
import { DEFAULT_GATE, type GateChoice, type GateDecision } from './types.ts';
import { beginWords, callWords, howToBegin, indexLine, toolLine, type ToldPrompt } from './words.ts';

export interface GateDeskParts {
  readonly inner: AgentContent;
  readonly links: Pick<Links, 'prepare' | 'isReady'>;
  readonly rules: GateRules;
  readonly gates: Gates;
  readonly selector: Selector;
  /** What a prompt is about. */
  readonly summaryOf: (row: Prompt) => PromptSummary;
  readonly router: () => Router;
  /** What is kept of agents' words holds no secret. */
  readonly mask: (text: string) => string;
  readonly logger: Logger;
}

/** Of the words at the begin. */
const INTRODUCTION_TOKENS = 1_000;
const MAX_FOUND = 10;
/** Characters that one answer of `read_prompts` has. */
const MAX_READ_CHARS = 256 * 1024;

export class GateDesk {
  readonly #p: GateDeskParts;

  constructor(parts: GateDeskParts) {
    this.#p = parts;
  }

  /** How to begin, and which prompts there are. */
  introduction(session: SessionInfo): string {
    const { inner } = this.#p;
    const told = inner.toldRefs(session);
    const prompts = [...inner.offered(session)]
      .filter(([, row]) => !told.has(refOf(row, row.name)))
      .toSorted(([, a], [, b]) => b.content.priority - a.content.priority || (a.name < b.name ? -1 : 1));
    let left = INTRODUCTION_TOKENS - tokensOf(howToBegin([], 0));
    const lines: string[] = [];
    for (const [name, row] of prompts) {
      const line = indexLine({ ...this.#told(name, row), chapters: [] });
      left -= tokensOf(line) + 1;
      // What is left out is counted in a line of its own.
      if (left < 20) break;
      lines.push(line);
    }
    return howToBegin(lines, prompts.length - lines.length);
  }

  async begin(
    session: SessionInfo,
    { description, tags = [] }: GateArguments<'begin_session'>,
  ): Promise<BuiltinAnswer> {
    const { router, mask, inner } = this.#p;
    await router().agents.listed(session.id);
    const words = description === undefined || description === '' ? {} : { description: mask(description) };
    const shown = { ...words, tags: tags.map((tag) => mask(tag).slice(0, 64)) };
    const asked: Asked = {
      tags,
      project: session.project,
      ...(description === undefined ? {} : { words: description }),
    };
    // What their resources weigh is part of the choice.
    await this.#readLinks(
      session,
      () => new Set(this.#p.selector.matches(asked, inner.offered(session)).map(({ ref }) => ref)),
    );
    const decision = await this.#p.selector.decide(this.#input(session, 'begin', asked, shown));
    await this.#p.gates.decide(session, decision);
    await this.#readLinks(session, () => inFull(decision));
    const prompts = this.#given(session, decision.prompts);
    const tools = router().agents.tools(session.id);
    const text = beginWords(prompts, this.#serverWords(session, tools, decision), tools, decision);
    const { tokens, selection } = decision;
    const structuredContent: JsonObject = {
      prompts: decision.prompts.filter(({ isFull }) => isFull).map(choiceJson),
      index: decision.prompts.filter(({ isFull }) => !isFull).map(choiceJson),
      tools: { open: [...decision.tools.names], all: decision.tools.isAll, of: decision.tools.of },
      tokens,
      selection: defined(selection),
    };
    return { result: { content: [{ type: 'text', text }], structuredContent } };
  }

  /** A call needs no `begin_session`: it says itself what the session is about. */
  openForCall(session: SessionInfo, called: CalledTool): void {
    const shown = { tags: [], tool: `${called.server}/${called.tool}`.slice(0, 300) };
    const asked = askedByCall(session.project, called);
    const decision = this.#p.selector.byRules(this.#input(session, 'call', asked, shown));
    unawaited(this.#p.gates.decide(session, decision));
    const prompts = this.#given(session, decision.prompts);
    if (prompts.length === 0) return;
    const note = callWords(prompts);
    const { agents } = this.#p.router();
    agents.note(session.id, note);
    const read = this.#readLinks(session, () => inFull(decision));
    if (read === undefined) return;
    // The call waits for no link: what comes before its answer is told with it.
    const told = (): void => {
      const now = this.#given(session, decision.prompts, (row) => this.#p.inner.textOf(row));
      agents.note(session.id, callWords(now), note);
    };
    unawaited(read.then(told), (error) => this.#p.logger.warn({ err: error }, 'a note without its linked resources'));
  }

  /** Reads what prompts of the session link, those named and those that are always given; undefined when there is nothing to read. */
  #readLinks(session: SessionInfo, named: () => ReadonlySet<string>): Promise<void> | undefined {
    const { inner, links } = this.#p;
    const linked = [...inner.offered(session).values()].filter(({ content }) => hasResources(content));
    if (linked.length === 0) return undefined;
    const refs = named();
    const rows = linked.filter((row) => row.content.priority >= ALWAYS || refs.has(refOf(row, row.name)));
    return rows.every((row) => links.isReady(row)) ? undefined : links.prepare(rows);
  }

  /** Everything is open. */
  async admit(session: SessionInfo, operator: string): Promise<void> {
    const input = this.#input(session, 'operator', { tags: [] }, { tags: [], operator });
    await this.#p.gates.decide(session, this.#p.selector.byRules(input));
  }

  async readPrompts(
    session: SessionInfo,
    { names = [], tags = [], chapter }: GateArguments<'read_prompts'>,
  ): Promise<BuiltinAnswer> {
    const { inner, links, selector } = this.#p;
    const offered = inner.offered(session);
    const byRef = new Map([...offered].map(([name, row]) => [refOf(row, row.name), name]));
    const found = names.map((name) => (offered.has(name) ? name : (byRef.get(name) ?? name)));
    const missing = found.filter((name) => !offered.has(name));
    if (missing.length > 0) throw new McptuiError('not-found', `no prompt ${missing.join(', ')} for this session`);
    if (tags.length > 0) {
      const matches = selector.matches({ tags, project: session.project }, offered);
      for (const { ref } of matches) found.push(byRef.get(ref) ?? ref);
    }
    const rows = [...new Set(found)].flatMap((name) => offered.get(name) ?? []);
    if (rows.length === 0) throw new McptuiError('not-found', `no prompt matches ${tags.join(', ')}`);
    if (chapter === undefined) await links.prepare(rows);
    const texts = chapter === undefined ? this.#whole(session, rows) : this.#chapters(session, rows, chapter);
    return { result: { content: [{ type: 'text', text: texts.join('\n\n') }] } };
  }

  async findTools(session: SessionInfo, { query }: GateArguments<'find_tools'>): Promise<BuiltinAnswer> {
    const { agents } = this.#p.router();
    await agents.listed(session.id);
    const found = findTools(query, agents.tools(session.id), MAX_FOUND);
    this.#p.gates.found(
      session,
      found.map(({ name }) => name),
    );
    const lines = found.map((tool) => toolLine(tool.name, tool));
    const text = lines.length === 0 ? 'No tool has these words; try others.' : lines.join('\n');
    const tools = found.map(({ name, item }): JsonObject => ({
      name,
      inputSchema: (item['inputSchema'] ?? {}) as Json,
    }));
    return { result: { content: [{ type: 'text', text }], structuredContent: { tools } } };
  }

  #input(session: SessionInfo, by: GateDecision['by'], asked: Asked, shown: GateDecision['asked']): SelectInput {
    const { inner, rules, gates, router } = this.#p;
    return {
      by,
      asked,
      shown,
      settings: rules.of(session.project) ?? DEFAULT_GATE,
      state: gates.state(session),
      offered: inner.offered(session),
      told: inner.toldRefs(session),
      tools: router().agents.tools(session.id),
    };
  }

  /** Of servers whose tools fit, for as long as there is room in the budget. */
  #serverWords(
    session: SessionInfo,
    tools: readonly OfferedTool[],
    { tools: open, tokens }: GateDecision,
  ): readonly string[] {
    const fitting = new Set(open.names);
    const servers = new Set(tools.filter(({ name }) => fitting.has(name)).map(({ server }) => server));
    const { promptTokens } = this.#p.rules.of(session.project) ?? DEFAULT_GATE;
    let left = promptTokens - tokens;
    return this.#p
      .router()
      .agents.serverWords(session.id)
      .flatMap(({ server, text }) => {
        const size = servers.has(server) ? tokensOf(text) : Infinity;
        if (size > left) return [];
        left -= size;
        return [text];
      });
  }

  /** Texts of those in full, which the session has read from now on; the others by name. */
  #given(
    session: SessionInfo,
    choices: readonly GateChoice[],
    textOf = (row: Prompt): string => this.#p.inner.readPrompt(session, row),
  ): readonly ToldPrompt[] {
    const { inner } = this.#p;
    const byRef = new Map([...inner.offered(session)].map((entry) => [refOf(entry[1], entry[1].name), entry]));
    return choices.flatMap(({ ref, isFull }) => {
      const entry = byRef.get(ref);
      if (entry === undefined) return [];
      const told = this.#told(...entry);
      return [isFull ? { ...told, text: textOf(entry[1]) } : told];
    });
  }

  #told(name: string, row: Prompt): ToldPrompt {
    const { summary, chapters } = this.#p.summaryOf(row);
    const titles = chapters.map(({ title }) => title);
    return { name, ref: refOf(row, row.name), semver: row.current.semver, summary, chapters: titles };
  }

  #whole(session: SessionInfo, rows: readonly Prompt[]): readonly string[] {
    const texts: string[] = [];
    let left = MAX_READ_CHARS;
    for (const row of rows) {
      if (left <= row.content.body.length && texts.length > 0) {
        texts.push(`- ${row.name} is left out for length: read it alone`);
        continue;
      }
      const text = `## ${row.name}\n\n${this.#p.inner.readPrompt(session, row).trimEnd()}`;
      left -= text.length;
      texts.push(text);
    }
    return texts;
  }

  /** @throws McptuiError `not-found` with the chapters there are */
  #chapters(session: SessionInfo, rows: readonly Prompt[], title: string): readonly string[] {
    const wanted = title.trim().toLowerCase();
    const texts = rows.flatMap((row) => {
      const found = this.#p.summaryOf(row).chapters.find((chapter) => chapter.title.toLowerCase() === wanted);
      if (found === undefined) return [];
      this.#p.inner.readPrompt(session, row);
      return [`## ${row.name}\n\n${chapterText(row.content.body, found).trimEnd()}`];
    });
    if (texts.length > 0) return texts;
    const there = rows.flatMap((row) => this.#p.summaryOf(row).chapters.map((chapter) => chapter.title));
    const hint = there.length === 0 ? 'they have no chapters' : `chapters: ${there.slice(0, 30).join('; ')}`;
    throw new McptuiError('not-found', `no chapter ${title}`, { hint });
  }
}

function inFull({ prompts }: GateDecision): ReadonlySet<string> {
  return new Set(prompts.flatMap(({ ref, isFull }) => (isFull ? [ref] : [])));
}

function choiceJson({ ref, semver, hash, score, why }: GateChoice): JsonObject {
  return { ref, semver, hash, score, why };
}
