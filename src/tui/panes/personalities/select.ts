/** Rows of Personalities as listed, and the one the keys are about. */
import type { AgentView, ComposeTarget, PersonalityView, PromptView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { parseFilter, type Filter, type Filterable } from '../../state/filter.ts';
import { selectedOf } from '../../kit/list.ts';
import { lastOf } from '../../state/memo.ts';
import type { UiState } from '../../state/ui-store.ts';

export const personalitiesFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, ['name', 'agent', 'prompt', 'state']),
);

const filterables = new WeakMap<PersonalityView, Filterable>();

function filterable(row: PersonalityView): Filterable {
  const known = filterables.get(row);
  if (known !== undefined) return known;
  const made = {
    text: clean(`${row.ref} ${row.semver} ${row.summary} ${row.prompts.join(' ')}`).toLowerCase(),
    fields: { name: row.name, agent: row.agent, prompt: row.prompts.join(' '), state: row.isDefault ? 'default' : '' },
  };
  filterables.set(row, made);
  return made;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sorted = lastOf((rows: ReadonlyMap<string, PersonalityView>): readonly PersonalityView[] =>
  [...rows.values()].sort((a, b) => compare(a.agent, b.agent) || compare(a.name, b.name)),
);

const rowsOf = lastOf((rows: readonly PersonalityView[], filter: Filter): readonly PersonalityView[] =>
  !filter.ok || filter.empty ? rows : rows.filter((row) => filter.matches(filterable(row))),
);

const none: readonly PersonalityView[] = [];

type From = Pick<UiState, 'view' | 'personalities'>;

/** By agent, then by name. */
export function listedPersonalities({ view, personalities }: From): readonly PersonalityView[] {
  return view === undefined ? none : rowsOf(sorted(view.personalities), personalitiesFilter(personalities.filter));
}

export function selectedPersonality(state: From): PersonalityView | undefined {
  return selectedOf(listedPersonalities(state), state.personalities);
}

const agentsByName = lastOf(
  (agents: ReadonlyMap<string, AgentView>): ReadonlyMap<string, AgentView> =>
    new Map([...agents.values()].map((agent) => [agent.name, agent])),
);

export function agentOf({ view }: Pick<UiState, 'view'>, { agent }: PersonalityView): AgentView | undefined {
  return view === undefined ? undefined : agentsByName(view.agents).get(agent);
}

const promptsByRef = lastOf(
  (prompts: ReadonlyMap<string, PromptView>): ReadonlyMap<string, PromptView> =>
    new Map([...prompts.values()].map((prompt) => [prompt.ref, prompt])),
);

export function promptAt({ view }: Pick<UiState, 'view'>, ref: string): PromptView | undefined {
  return view === undefined ? undefined : promptsByRef(view.prompts).get(ref);
}

/** Its bindings as they are shown: an order that is not saved comes before the live one. */
export function bindingsOf({ personalities }: Pick<UiState, 'personalities'>, row: PersonalityView): readonly string[] {
  return personalities.order?.of === row.id ? personalities.order.prompts : row.prompts;
}

/** The row of the binding that the keys are about. */
export function bindingAt(state: Pick<UiState, 'personalities'>, row: PersonalityView): number {
  const { binding } = state.personalities;
  const last = Math.max(0, bindingsOf(state, row).length - 1);
  return binding.of === row.id ? Math.min(binding.at, last) : 0;
}

/** What an agent that wears it would be sent, the order that is not saved included. */
export function composeTarget(state: Pick<UiState, 'view' | 'personalities'>, row: PersonalityView): ComposeTarget {
  const { order } = state.personalities;
  const project = agentOf(state, row)?.project;
  return {
    ...(project === undefined ? {} : { project }),
    agent: row.agent,
    personality: row.name,
    ...(order?.of === row.id ? { prompts: order.prompts } : {}),
  };
}

/** What an agent is sent that names no personality. */
export function defaultTarget(state: Pick<UiState, 'view'>, row: PersonalityView): ComposeTarget {
  const project = agentOf(state, row)?.project;
  return { ...(project === undefined ? {} : { project }), agent: row.agent };
}
