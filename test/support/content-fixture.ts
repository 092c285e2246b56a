/** Prompts, personalities, skills and proposals of the engine in memory, for screens. */
import type {
  AgentView,
  ContentCommands,
  EngineView,
  PersonalityView,
  PromptView,
  ProposalView,
  SkillView,
} from '../../src/engine/index.ts';
import { contentCommandNames } from '../../src/engine/content/commands.ts';

export interface ContentRows {
  readonly agents?: readonly AgentView[];
  readonly prompts?: readonly PromptView[];
  readonly personalities?: readonly PersonalityView[];
  readonly skills?: readonly SkillView[];
  readonly proposals?: readonly ProposalView[];
}

type ContentMaps = Pick<EngineView, 'agents' | 'prompts' | 'personalities' | 'skills' | 'proposals'>;

export function contentMaps(rows: ContentRows = {}): ContentMaps {
  const byId = <T extends { readonly id: string }>(list: readonly T[] = []): ReadonlyMap<string, T> =>
    new Map(list.map((row) => [row.id, row]));
  return {
    agents: byId(rows.agents),
    prompts: byId(rows.prompts),
    personalities: byId(rows.personalities),
    skills: byId(rows.skills),
    proposals: byId(rows.proposals),
  };
}

/** Commands that change something are only remembered. */
export function contentFixture(_view: () => EngineView, ask: (line: string) => Promise<void>): ContentCommands {
  const entries = Object.keys(contentCommandNames).map((name) => [
    name,
    (...args: readonly unknown[]) => ask([name, ...args.map((arg) => JSON.stringify(arg))].join(' ')),
  ]);
  return Object.fromEntries(entries) as ContentCommands;
}
