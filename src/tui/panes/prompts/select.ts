/** Rows of Prompts as listed, and the one the keys are about. */
import type { PersonalityView, PromptView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { parseFilter, type Filter, type Filterable } from '../../state/filter.ts';
import { selectedOf } from '../../kit/list.ts';
import { lastOf } from '../../state/memo.ts';
import type { UiState } from '../../state/ui-store.ts';
import { noHistory, type HistoryState, type LoadedPrompt, type PromptSort } from '../../state/panes/prompts.ts';

export const promptsFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, ['name', 'scope', 'project', 'agent', 'state', 'link', 'by']),
);

/** `global`, `project:ops`, `agent:reviewer`. */
export function scopeOf({ scope, project, agent }: PromptView): string {
  const owner = project ?? agent;
  return owner === undefined ? scope : `${scope}:${owner}`;
}

const filterables = new WeakMap<PromptView, Filterable>();

function filterable(row: PromptView): Filterable {
  const known = filterables.get(row);
  if (known !== undefined) return known;
  const state = row.linkState === 'broken' ? 'broken' : 'ok';
  const made = {
    text: clean(`${row.ref} ${row.semver} ${row.summary} ${row.linkState === 'broken' ? 'broken' : ''}`).toLowerCase(),
    fields: {
      name: row.name,
      scope: scopeOf(row),
      project: row.project ?? '',
      agent: row.agent ?? '',
      state,
      link: row.link ?? 'none',
      by: row.updatedBy.toLowerCase(),
    },
  };
  filterables.set(row, made);
  return made;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** What the engine brings along comes after what people wrote. */
const isOwn = ({ updatedBy }: PromptView): number => (updatedBy === 'engine' ? 1 : 0);
const byName = (a: PromptView, b: PromptView): number =>
  isOwn(a) - isOwn(b) || compare(a.name, b.name) || compare(a.ref, b.ref);

const orders: Readonly<Record<PromptSort, (a: PromptView, b: PromptView) => number>> = {
  NAME: byName,
  SCOPE: (a, b) => compare(scopeOf(a), scopeOf(b)) || byName(a, b),
  PRI: (a, b) => b.priority - a.priority || byName(a, b),
  AGE: (a, b) => b.updatedAt - a.updatedAt || byName(a, b),
};

const sorted = lastOf(
  (rows: ReadonlyMap<string, PromptView>, sort: PromptSort, reverse: boolean): readonly PromptView[] => {
    const all = [...rows.values()].sort(orders[sort]);
    return reverse ? all.reverse() : all;
  },
);

const rowsOf = lastOf((rows: readonly PromptView[], filter: Filter, problemsOnly: boolean): readonly PromptView[] =>
  (filter.ok && filter.empty) || !filter.ok
    ? onlyProblems(rows, problemsOnly)
    : onlyProblems(rows, problemsOnly).filter((row) => filter.matches(filterable(row))),
);

const onlyProblems = (rows: readonly PromptView[], problemsOnly: boolean): readonly PromptView[] =>
  problemsOnly ? rows.filter(({ linkState }) => linkState === 'broken') : rows;

export const brokenCount: (rows: ReadonlyMap<string, PromptView>) => number = lastOf(
  (rows: ReadonlyMap<string, PromptView>) => onlyProblems([...rows.values()], true).length,
);

const none: readonly PromptView[] = [];

type From = Pick<UiState, 'view' | 'prompts'>;

export function listedPrompts({ view, prompts }: From): readonly PromptView[] {
  if (view === undefined) return none;
  const { filter, problemsOnly, sort, reverse } = prompts;
  return rowsOf(sorted(view.prompts, sort, reverse), promptsFilter(filter), problemsOnly);
}

export function selectedPrompt(state: From): PromptView | undefined {
  return selectedOf(listedPrompts(state), state.prompts);
}

/** What is loaded of the selected prompt. */
export function loadedOf({ prompts }: Pick<UiState, 'prompts'>, prompt: PromptView): LoadedPrompt | undefined {
  return prompts.loaded?.of === prompt.id ? prompts.loaded : undefined;
}

/** What is chosen in the history of the selected prompt. */
export function historyOf({ prompts }: Pick<UiState, 'prompts'>, prompt: PromptView): HistoryState {
  return prompts.history.of === prompt.id ? prompts.history : { ...noHistory, of: prompt.id };
}

export interface PromptUser {
  /** `reviewer/careful`, `project:web/deploy`. */
  readonly ref: string;
  readonly how: string;
}

/** Personalities that bind it and prompts that link to it. */
export const usersOf: (
  prompts: ReadonlyMap<string, PromptView>,
  personalities: ReadonlyMap<string, PersonalityView>,
  ref: string,
) => readonly PromptUser[] = lastOf(
  (
    prompts: ReadonlyMap<string, PromptView>,
    personalities: ReadonlyMap<string, PersonalityView>,
    ref: string,
  ): readonly PromptUser[] => {
    const users: PromptUser[] = [];
    for (const personality of personalities.values()) {
      const at = personality.prompts.indexOf(ref);
      if (at === -1) continue;
      const place = `binds it as number ${at + 1} of ${personality.prompts.length}`;
      users.push({ ref: personality.ref, how: `${place}${personality.isDefault ? ' ★ default' : ''}` });
    }
    for (const prompt of prompts.values()) if (prompt.link === ref) users.push({ ref: prompt.ref, how: 'links to it' });
    return users;
  },
);
