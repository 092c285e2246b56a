/** Decides what opens, widens and closes the gate of a session: one pure step for each event. */
import type { GateDecision, GateEffect, GateEvent, GateState, OpenTools } from './types.ts';

export const GATED: GateState = Object.freeze({ kind: 'gated' });

/** Decisions of one gate that are kept: the first, and the newest. */
export const MAX_DECISIONS = 10;
/** Decisions of one gate that are written down: an agent that begins again and again fills no disk. */
export const MAX_WRITTEN = 100;

export interface GateStep {
  readonly state: GateState;
  readonly effects: readonly GateEffect[];
}

export function gate(state: GateState, event: GateEvent): GateStep {
  if (event.kind === 'ended') return { state: GATED, effects: state.kind === 'open' ? ['forget'] : [] };
  if (event.kind === 'found') return found(state, event.names);
  const { decision } = event;
  if (state.kind === 'gated') return { state: opened(decision), effects: ['keep', 'lists'] };
  // A call needs no gate that is open already.
  if (decision.by === 'call') return { state, effects: [] };
  const tools = widened(state.tools, toolsOf(decision));
  const given = new Set([...state.given, ...fullRefs(decision)]);
  const [first = decision, ...later] = state.decisions;
  const decisions = [first, ...later.slice(-(MAX_DECISIONS - 2)), decision];
  const made = state.made + 1;
  return {
    state: { kind: 'open', tools, given, decisions, made },
    effects: [
      ...(made > MAX_WRITTEN ? [] : (['keep'] as const)),
      ...(tools === state.tools ? [] : (['lists'] as const)),
    ],
  };
}

/** The state that a kept row stands for. */
export function stateOf(decisions: readonly GateDecision[]): GateState {
  let state: GateState = GATED;
  for (const decision of decisions) ({ state } = gate(state, { kind: 'decided', decision }));
  return state;
}

function opened(decision: GateDecision): GateState {
  return { kind: 'open', tools: toolsOf(decision), given: new Set(fullRefs(decision)), decisions: [decision], made: 1 };
}

function toolsOf({ tools }: GateDecision): OpenTools {
  return tools.isAll ? 'all' : new Set(tools.names);
}

/** What was found is listed from now on, for as long as the engine runs: finding it again costs nothing. */
function found(state: GateState, names: readonly string[]): GateStep {
  if (state.kind === 'gated') return { state, effects: [] };
  const tools = widened(state.tools, new Set(names));
  return tools === state.tools ? { state, effects: [] } : { state: { ...state, tools }, effects: ['lists'] };
}

/** The same object when nothing is added. */
function widened(before: OpenTools, more: OpenTools): OpenTools {
  if (before === 'all' || more === 'all') return before === 'all' ? before : more;
  return [...more].every((name) => before.has(name)) ? before : new Set([...before, ...more]);
}

function fullRefs({ prompts }: GateDecision): readonly string[] {
  return prompts.filter(({ isFull }) => isFull).map(({ ref }) => ref);
}
