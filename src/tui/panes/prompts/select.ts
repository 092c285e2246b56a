/** Rows of Prompts as listed. */
import type { PromptView } from '../../../engine/index.ts';
import { clean } from '../../clean.ts';
import { parseFilter, type Filter, type Filterable } from '../../filter.ts';
import { selectedOf } from '../../list.ts';
import { lastOf } from '../../memo.ts';
import type { UiState } from '../../ui-store.ts';

export const promptsFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, ['name', 'scope', 'project', 'agent', 'link']),
);

const filterables = new WeakMap<PromptView, Filterable>();

function filterable(row: PromptView): Filterable {
  const known = filterables.get(row);
  if (known !== undefined) return known;
  const made = {
    text: clean(`${row.ref} ${row.semver} ${row.summary}`).toLowerCase(),
    fields: {
      name: row.name,
      scope: row.scope,
      project: row.project ?? '',
      agent: row.agent ?? '',
      link: row.linkState,
    },
  };
  filterables.set(row, made);
  return made;
}

const rowsOf = lastOf((rows: ReadonlyMap<string, PromptView>, filter: Filter): readonly PromptView[] =>
  [...rows.values()].filter((row) => !filter.ok || filter.matches(filterable(row))),
);

const none: readonly PromptView[] = [];

type From = Pick<UiState, 'view' | 'prompts'>;

export function listedPrompts({ view, prompts }: From): readonly PromptView[] {
  return view === undefined ? none : rowsOf(view.prompts, promptsFilter(prompts.filter));
}

export function selectedPrompt(state: From): PromptView | undefined {
  return selectedOf(listedPrompts(state), state.prompts);
}
