/** Lists personalities, and tells what an agent would be sent with the selected one. */
import type { AgentView, ComposeTarget, PersonalityView, PromptView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { anything } from '../../state/filter.ts';
import { byNaturalOrder } from '../../kit/natural-order.ts';
import { lastOf } from '../../state/memo.ts';
import type { UiState } from '../../state/ui-store.ts';
import { projectOfAgent } from '../../kit/projects.ts';
import { sliceSource, type SliceSpec } from '../../kit/list-source.ts';

const byAgent = (a: PersonalityView, b: PersonalityView): number =>
  byNaturalOrder(a.agent, b.agent) || byNaturalOrder(a.name, b.name);

export const personalityOrders: SliceSpec<'personalities', PersonalityView>['orders'] = [
  { by: 'AGENT', said: 'agent and name', compare: byAgent },
  { by: 'PERSONALITY', said: 'name', compare: (a, b) => byNaturalOrder(a.name, b.name) || byAgent(a, b) },
  {
    by: 'PROMPTS',
    said: 'prompts, most first',
    compare: (a, b) => b.prompts.length - a.prompts.length || byAgent(a, b),
  },
  { by: 'AGE', said: 'age, newest first', compare: (a, b) => b.updatedAt - a.updatedAt || byAgent(a, b) },
];

export const personalityList = sliceSource<'personalities', PersonalityView>({
  slice: 'personalities',
  all: ({ view }) => view?.personalities,
  projectOf: ({ agent }, agents) => projectOfAgent(agent, agents),
  filterFields: { name: anything, agent: anything, prompt: anything, state: ['default'] },
  filterable: (row) => ({
    text: clean(`${row.ref} ${row.semver} ${row.summary} ${row.prompts.join(' ')}`).toLowerCase(),
    fields: { name: row.name, agent: row.agent, prompt: row.prompts.join(' '), state: row.isDefault ? 'default' : '' },
  }),
  orders: personalityOrders,
  startOver: { bindingsTop: 0 },
});

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
export function bindingsOf(state: Pick<UiState, 'personalities'>, row: PersonalityView): readonly string[] {
  const { order } = state.personalities;
  return order?.of === row.id ? order.prompts : row.prompts;
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
