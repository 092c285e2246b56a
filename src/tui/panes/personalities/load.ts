/** Asks the engine for the assembled text of a personality, and for its diff to what the agent is sent by default. */
import type { EngineView } from '../../../engine/index.ts';
import type { Wanted } from '../../kit/pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { composeTarget, defaultTarget, personalityList } from './select.ts';
import type { LoadedPersonality } from '../../state/panes/personalities.ts';

const numbers = new WeakMap<object, number>();
let next = 0;

/** A number for a map of the view: another one once anything in it changed. */
function numberOf(rows: object): number {
  let number = numbers.get(rows);
  if (number === undefined) {
    next += 1;
    number = next;
    numbers.set(rows, number);
  }
  return number;
}

/** Whatever the assembled text depends on. */
function contentKey({ agents, prompts, personalities }: EngineView, state: UiState, id: string): string {
  const { order } = state.personalities;
  const pending = order?.of === id ? order.prompts.join(' ') : '';
  return `${id} ${numberOf(agents)} ${numberOf(prompts)} ${numberOf(personalities)} ${pending}`;
}

export function wantsOfPersonalities(state: UiState): Wanted | undefined {
  const row = personalityList.selected(state);
  const { view } = state;
  if (row === undefined || view === undefined) return undefined;
  const { id } = row;
  const { tab, loaded, refreshed } = state.personalities;
  const isDiff = tab === 'Diff';
  const put =
    (found: Partial<LoadedPersonality>) =>
    (now: UiState): Partial<UiState> => {
      if (personalityList.selected(now)?.id !== id) return {};
      const before = now.personalities.loaded;
      const kept = before?.of === id ? before : { of: id, composition: undefined, diff: undefined };
      return { personalities: { ...now.personalities, loaded: { ...kept, error: undefined, ...found } } };
    };
  const target = composeTarget(state, row);
  return {
    key: `personalities ${isDiff} ${contentKey(view, state, id)} ${refreshed}`,
    again: loaded?.of === id && (isDiff ? loaded.diff : loaded.composition) !== undefined,
    async load(commands) {
      if (isDiff) return put({ diff: await commands.diffComposed(defaultTarget(state, row), target) });
      return put({ composition: await commands.compose(target) });
    },
    failed: (message) => put({ error: message }),
  };
}
