/** Lists prompts or skills, and tells what is loaded and chosen of the selected one. */
import type { LinkHealth, PersonalityView, PromptView, SkillView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { anything } from '../../state/filter.ts';
import { byNaturalOrder } from '../../kit/natural-order.ts';
import { lastOf } from '../../state/memo.ts';
import type { UiState } from '../../state/ui-store.ts';
import {
  noHistory,
  promptTabs,
  type HistoryState,
  type LoadedPrompt,
  type PromptsState,
  type PromptTab,
  type Shelf,
} from '../../state/panes/prompts.ts';
import { projectOfAgent } from '../../kit/projects.ts';
import { sliceSource, type SliceSpec } from '../../kit/list-source.ts';

/** A row of either list. */
export type Shelved = PromptView | SkillView;

/** `global`, `project:ops`, `agent:reviewer`. */
export function scopeOf({ scope, project, agent }: Shelved): string {
  const owner = project ?? agent;
  return owner === undefined ? scope : `${scope}:${owner}`;
}

/** What the engine brings along comes after what people wrote. */
const isOwn = ({ updatedBy }: Shelved): number => (updatedBy === 'engine' ? 1 : 0);
const byName = (a: Shelved, b: Shelved): number =>
  isOwn(a) - isOwn(b) || byNaturalOrder(a.name, b.name) || byNaturalOrder(a.ref, b.ref);

export const isBroken = (row: Shelved): boolean => row.kind === 'prompt' && row.linkState === 'broken';

function stateOf(row: Shelved): string {
  return isBroken(row) ? 'broken' : healthOf(row) === 'unknown' ? 'unknown' : 'ok';
}

/** The worst of a prompt's links; undefined without any. */
export function healthOf(row: Shelved): LinkHealth | undefined {
  if (row.kind !== 'prompt' || row.linkState === 'none') return undefined;
  if (row.linkState === 'broken') return 'dead';
  return row.links?.some(({ health }) => health === 'unknown') === true ? 'unknown' : 'alive';
}

export const priorityOf = (row: Shelved): number => (row.kind === 'prompt' ? row.priority : 0);

export const promptOrders: SliceSpec<'prompts', Shelved>['orders'] = [
  { by: 'NAME', compare: byName },
  { by: 'SCOPE', compare: (a, b) => byNaturalOrder(scopeOf(a), scopeOf(b)) || byName(a, b) },
  { by: 'PRI', compare: (a, b) => priorityOf(b) - priorityOf(a) || byName(a, b) },
  { by: 'AGE', compare: (a, b) => b.updatedAt - a.updatedAt || byName(a, b) },
];

const shelved = sliceSource<'prompts', Shelved>({
  slice: 'prompts',
  all: ({ view, prompts }): ReadonlyMap<string, Shelved> | undefined =>
    prompts.shelf === 'skill' ? view?.skills : view?.prompts,
  projectOf: ({ project, agent }, agents) =>
    project ?? (agent === undefined ? undefined : projectOfAgent(agent, agents)),
  filterFields: {
    name: anything,
    scope: anything,
    project: anything,
    agent: anything,
    state: ['ok', 'broken', 'unknown'],
    link: anything,
    summary: ['own', 'model', 'rules'],
    by: anything,
  },
  filterable: (row) => ({
    text: clean(`${row.ref} ${row.semver} ${row.summary} ${isBroken(row) ? 'broken' : ''}`).toLowerCase(),
    fields: {
      name: row.name,
      scope: scopeOf(row),
      project: row.project ?? '',
      agent: row.agent ?? '',
      state: stateOf(row),
      link: (row.kind === 'prompt' ? row.link : undefined) ?? 'none',
      summary: (row.kind === 'prompt' ? row.summaryBy : undefined) ?? 'own',
      by: row.updatedBy.toLowerCase(),
    },
  }),
  orders: promptOrders,
  narrow: ({ problemsOnly, shelf }) => (problemsOnly && shelf === 'prompt' ? isBroken : undefined),
  startOver: { historyTop: 0 },
  unhide: () => ({ problemsOnly: false }),
});

export const promptList: typeof shelved = {
  ...shelved,
  withSelected(state, id) {
    const shelf: Shelf = state.view?.skills.has(id) === true ? 'skill' : 'prompt';
    return shelved.withSelected({ ...state, prompts: onShelf(state.prompts, shelf) }, id);
  },
};

/** The other list, as the operator left it. */
export function onShelf(prompts: PromptsState, shelf: Shelf): PromptsState {
  if (prompts.shelf === shelf) return prompts;
  const { selected, at, top, filter, other, tab } = prompts;
  const shown = tabsOf(shelf).includes(tab) ? tab : 'Body';
  return { ...prompts, ...other, shelf, other: { selected, at, top, filter }, tab: shown, historyTop: 0 };
}

/** Nothing binds or links to a skill. */
export function tabsOf(shelf: Shelf): readonly PromptTab[] {
  return shelf === 'skill' ? promptTabs.filter((tab) => tab !== 'Bindings') : promptTabs;
}

export const brokenCount: (rows: ReadonlyMap<string, PromptView>) => number = lastOf(
  (rows: ReadonlyMap<string, PromptView>) => [...rows.values()].filter(isBroken).length,
);

/** Finds what is loaded of the selected row. */
export function loadedOf({ prompts }: Pick<UiState, 'prompts'>, prompt: Shelved): LoadedPrompt | undefined {
  return prompts.loaded?.of === prompt.id ? prompts.loaded : undefined;
}

/** Finds what is chosen in the history of the selected row. */
export function historyOf({ prompts }: Pick<UiState, 'prompts'>, prompt: Shelved): HistoryState {
  const { id, semver } = prompt;
  const { history } = prompts;
  if (history.of !== id) return { ...noHistory, of: id, live: semver };
  return history.live === semver ? history : { ...history, live: semver, marks: [] };
}

function linksTo({ link, links }: PromptView, ref: string): boolean {
  return link === ref || links?.some((one) => one.ref === ref) === true;
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
    for (const prompt of prompts.values())
      if (linksTo(prompt, ref)) users.push({ ref: prompt.ref, how: 'links to it' });
    return users;
  },
);
