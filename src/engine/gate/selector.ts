/** Decides for a session what it gets: puts together what it may read, what matches, and which tools fit. */
import type { Clock } from '../../kernel/clock.ts';
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import type { Prompt } from '../../store/schema/content.ts';
import { matchTags } from '../selection/tag-match.ts';
import type { Asked, Candidate, Match } from '../selection/types.ts';
import { refOf } from '../content/refs.ts';
import { decide } from './decide.ts';
import type { ModelChooser } from './model-choice.ts';
import type { PromptCatalog } from './prompt-catalog.ts';
import { toolsFor } from './tool-search.ts';
import type { GateDecision, GateSettings, GateState } from './types.ts';

export interface SelectInput {
  readonly by: GateDecision['by'];
  readonly asked: Asked;
  /** As it is kept and shown. */
  readonly shown: GateDecision['asked'];
  readonly settings: GateSettings;
  readonly state: GateState;
  /** What the session may read. */
  readonly offered: ReadonlyMap<string, Prompt>;
  /** References that it was told at its begin. */
  readonly told: ReadonlySet<string>;
  readonly tools: readonly OfferedTool[];
}

export interface SelectorParts {
  readonly clock: Clock;
  readonly catalog: PromptCatalog;
  readonly chooser: ModelChooser;
  /** What a model is told to do. */
  readonly instructions: () => string;
}

export class Selector {
  readonly #p: SelectorParts;

  constructor(parts: SelectorParts) {
    this.#p = parts;
  }

  /** Best first, of what the session may read. */
  matches(asked: Asked, offered: ReadonlyMap<string, Prompt>): readonly Match[] {
    const refs = refsOf(offered);
    return matchTags(asked, this.#p.catalog.index, { among: ({ ref }) => refs.has(ref) });
  }

  /** By a model where the project may use one, else by rules; never later than a model's deadline. */
  async decide(input: SelectInput): Promise<GateDecision> {
    const startedMs = this.#p.clock.monotonicMs();
    const matches = this.matches(input.asked, input.offered);
    const choice = await this.#p.chooser.choose({
      policy: input.settings.models,
      task: [input.asked.words ?? '', ...input.asked.tags].join('\n').trim(),
      candidates: this.#candidates(matches, input.offered),
      instructions: this.#p.instructions(),
    });
    if (choice === undefined) return this.#decision(input, matches, { by: 'tags', ms: this.#since(startedMs) });
    const ms = this.#since(startedMs);
    if (!choice.ok) return this.#decision(input, matches, { by: 'tags', ms, fallback: choice.reason.slice(0, 500) });
    const { model, unknown, refs } = choice;
    const selection = { by: 'model', model, ms, ...(unknown === 0 ? {} : { unknown }) } as const;
    return this.#decision(input, matches, selection, refs);
  }

  byRules(input: SelectInput): GateDecision {
    const startedMs = this.#p.clock.monotonicMs();
    if (input.by === 'operator') return this.#decision(input, [], { by: 'operator', ms: 0 });
    const matches = this.matches(input.asked, input.offered);
    return this.#decision(input, matches, { by: 'tags', ms: this.#since(startedMs) });
  }

  #decision(
    input: SelectInput,
    matches: readonly Match[],
    selection: GateDecision['selection'],
    chosen?: readonly string[],
  ): GateDecision {
    const { by, asked, shown, settings, state, offered, told, tools } = input;
    return decide({
      by,
      at: this.#p.clock.now(),
      asked: shown,
      prompts: Array.from(offered.values(), (row) => this.#p.catalog.eligible(row)),
      matches,
      ...(chosen === undefined ? {} : { chosen }),
      given: new Set([...told, ...(state.kind === 'open' ? state.given : [])]),
      found: by === 'operator' ? [] : toolsFor(asked, tools),
      always: alwaysNames(settings, tools),
      toolsOf: tools.length,
      settings,
      selection,
    });
  }

  /** Those that match come first: a model is told the first few hundred. */
  #candidates(matches: readonly Match[], offered: ReadonlyMap<string, Prompt>): readonly Candidate[] {
    const refs = refsOf(offered);
    const byRef = new Map(this.#p.catalog.index.candidates.map((candidate) => [candidate.ref, candidate]));
    const ordered = new Set([...matches.map(({ ref }) => ref), ...refs]);
    return [...ordered].flatMap((ref) => byRef.get(ref) ?? []);
  }

  #since(startedMs: number): number {
    return Math.round((this.#p.clock.monotonicMs() - startedMs) * 100) / 100;
  }
}

function refsOf(offered: ReadonlyMap<string, Prompt>): ReadonlySet<string> {
  return new Set(Array.from(offered.values(), (row) => refOf(row, row.name)));
}

/** By the agents' names, of tools that are never hidden. */
export function alwaysNames({ always }: GateSettings, tools: readonly OfferedTool[]): readonly string[] {
  if (always.length === 0) return [];
  const marked = new Set(always);
  return tools.filter(({ server, tool }) => marked.has(`${server}/${tool}`)).map(({ name }) => name);
}
