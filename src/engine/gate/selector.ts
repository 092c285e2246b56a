/** Decides for a session what it gets: puts together what it may read, what matches, and which tools fit. */
import type { Clock } from '../../kernel/clock.ts';
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import type { Prompt } from '../../store/schema/content.ts';
import { matchTags } from '../selection/tag-match.ts';
import type { Asked, Match } from '../selection/types.ts';
import { refOf } from '../content/refs.ts';
import { decide } from './decide.ts';
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

export class Selector {
  readonly #clock: Clock;
  readonly #catalog: PromptCatalog;

  constructor(clock: Clock, catalog: PromptCatalog) {
    this.#clock = clock;
    this.#catalog = catalog;
  }

  /** Best first, of what the session may read. */
  matches(asked: Asked, offered: ReadonlyMap<string, Prompt>): readonly Match[] {
    const refs = new Set(Array.from(offered.values(), (row) => refOf(row, row.name)));
    return matchTags(asked, this.#catalog.index, { among: ({ ref }) => refs.has(ref) });
  }

  byRules({ by, asked, shown, settings, state, offered, told, tools }: SelectInput): GateDecision {
    const startedMs = this.#clock.monotonicMs();
    const isAdmitted = by === 'operator';
    const matches = isAdmitted ? [] : this.matches(asked, offered);
    const found = isAdmitted ? [] : toolsFor(asked, tools);
    const ms = Math.round((this.#clock.monotonicMs() - startedMs) * 100) / 100;
    return decide({
      by,
      at: this.#clock.now(),
      asked: shown,
      prompts: Array.from(offered.values(), (row) => this.#catalog.eligible(row)),
      matches,
      given: new Set([...told, ...(state.kind === 'open' ? state.given : [])]),
      found,
      always: alwaysNames(settings, tools),
      toolsOf: tools.length,
      settings,
      selection: { by: isAdmitted ? 'operator' : 'tags', ms },
    });
  }
}

/** By the agents' names, of tools that are never hidden. */
export function alwaysNames({ always }: GateSettings, tools: readonly OfferedTool[]): readonly string[] {
  if (always.length === 0) return [];
  const marked = new Set(always);
  return tools.filter(({ server, tool }) => marked.has(`${server}/${tool}`)).map(({ name }) => name);
}
