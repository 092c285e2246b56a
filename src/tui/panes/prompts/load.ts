/** Asks the engine for the tab of a prompt or skill that is shown. */
import type { EngineCommands } from '../../../engine/index.ts';
import type { Wanted } from '../../kit/pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { historyOf, loadedOf, promptList, type Shelved } from './select.ts';
import type { LoadedPrompt } from '../../state/panes/prompts.ts';

type Found = Partial<Omit<LoadedPrompt, 'of'>>;

export function wantsOfPrompts(state: UiState): Wanted | undefined {
  const prompt = promptList.selected(state);
  const { tab } = state.prompts;
  // Who uses it is in the view.
  if (prompt === undefined || tab === 'Bindings') return undefined;
  const { id, kind, ref, revisionId } = prompt;
  const linkState = prompt.kind === 'prompt' ? prompt.linkState : '';
  const loaded = loadedOf(state, prompt);
  const { pair } = historyOf(state, prompt);
  const has = { Body: loaded?.detail, Diff: loaded?.diff, History: loaded?.revisions }[tab];
  const put =
    (found: Found) =>
    (now: UiState): Partial<UiState> => {
      if (promptList.selected(now)?.id !== id) return {};
      const kept = now.prompts.loaded?.of === id ? now.prompts.loaded : { ...nothing, of: id };
      return { prompts: { ...now.prompts, loaded: { ...kept, error: undefined, ...found } } };
    };
  return {
    key: `prompts ${tab} ${id} ${revisionId} ${linkState} ${pair?.join(' ') ?? ''} ${state.prompts.refreshed}`,
    again: has !== undefined,
    async load(commands) {
      return put(await loadTab(commands, tab, { kind, ref }, pair));
    },
    failed: (message) => put({ error: { tab, message } }),
  };
}

const nothing: Omit<LoadedPrompt, 'of'> = {
  detail: undefined,
  revisions: undefined,
  diff: undefined,
  error: undefined,
};

async function loadTab(
  commands: EngineCommands,
  tab: 'Body' | 'Diff' | 'History',
  { kind, ref }: Pick<Shelved, 'kind' | 'ref'>,
  pair: readonly [string, string] | undefined,
): Promise<Found> {
  switch (tab) {
    case 'Body':
      return { detail: await commands.contentDetail(kind, ref) };
    case 'History':
      return { revisions: await commands.revisions(kind, ref) };
    case 'Diff':
      return { diff: { pair, view: await commands.diffContent(kind, ref, pair?.[0], pair?.[1]) } };
  }
}
