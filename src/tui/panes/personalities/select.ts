/** Rows of Personas as listed. */
import type { PersonalityView } from '../../../engine/index.ts';
import { clean } from '../../clean.ts';
import { parseFilter, type Filter, type Filterable } from '../../filter.ts';
import { selectedOf } from '../../list.ts';
import { lastOf } from '../../memo.ts';
import type { UiState } from '../../ui-store.ts';

export const personalitiesFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, ['name', 'agent']),
);

const filterables = new WeakMap<PersonalityView, Filterable>();

function filterable(row: PersonalityView): Filterable {
  const known = filterables.get(row);
  if (known !== undefined) return known;
  const made = {
    text: clean(`${row.ref} ${row.semver} ${row.summary}`).toLowerCase(),
    fields: { name: row.name, agent: row.agent },
  };
  filterables.set(row, made);
  return made;
}

const rowsOf = lastOf((rows: ReadonlyMap<string, PersonalityView>, filter: Filter): readonly PersonalityView[] =>
  [...rows.values()].filter((row) => !filter.ok || filter.matches(filterable(row))),
);

const none: readonly PersonalityView[] = [];

type From = Pick<UiState, 'view' | 'personalities'>;

export function listedPersonalities({ view, personalities }: From): readonly PersonalityView[] {
  return view === undefined ? none : rowsOf(view.personalities, personalitiesFilter(personalities.filter));
}

export function selectedPersonality(state: From): PersonalityView | undefined {
  return selectedOf(listedPersonalities(state), state.personalities);
}
