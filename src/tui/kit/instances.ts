/** Lists instances, and tells the one that the keys are about; computed once per change. */
import type { EngineView, Health, InstanceView, Phase, Server, Via } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { instanceSeverity, isProblem, rankOf } from '../../text/severity.ts';
import {
  anything,
  parseFilter,
  passing,
  settled,
  type Filter,
  type Filterable,
  type FilterFields,
} from '../state/filter.ts';
import { lastOf } from '../state/memo.ts';
import type { InstancesState } from '../state/panes/instances.ts';
import type { UiState } from '../state/ui-store.ts';
import type { Order } from './list-source.ts';

type From = Pick<UiState, 'view' | 'instances' | 'tables' | 'project'>;

const instanceFields: FilterFields = {
  name: anything,
  server: anything,
  state: ['pending', 'starting', 'running', 'error', 'stopping', 'stopped'] satisfies readonly Phase[],
  health: ['healthy', 'degraded', 'unhealthy', 'unknown'] satisfies readonly Health[],
  via: ['img', 'npx', 'uvx', 'cmd', 'http', 'sse', 'llm'] satisfies readonly Via[],
  project: anything,
};
const filterables = new WeakMap<InstanceView, Filterable>();

function instanceFilterable(instance: InstanceView): Filterable {
  let found = filterables.get(instance);
  if (found === undefined) {
    const words = [instance.name, instance.server, instance.phase, instance.health, instance.via, instance.project];
    words.push(instance.failure?.code ?? '', instance.failure?.message ?? '', instance.healthReason ?? '');
    found = {
      text: clean(words.join(' ')).toLowerCase(),
      fields: {
        name: instance.name,
        server: instance.server,
        state: instance.phase,
        health: instance.health,
        via: instance.via,
        project: instance.project,
      },
    };
    filterables.set(instance, found);
  }
  return found;
}

const parsed = lastOf((source: string) => parseFilter(source, instanceFields));

export const instanceFilter = (source: string): Filter => settled(parsed(source));

const noInstances: readonly InstanceView[] = [];

/** Fewer instances of a server are listed one by one. */
const leastFolded = 3;

const rowsOf = lastOf(
  (
    instances: ReadonlyMap<string, InstanceView>,
    filter: Filter,
    problemsOnly: boolean,
    sort: string,
    reverse: boolean,
    selected: string | undefined,
    project: string | undefined,
  ): readonly InstanceView[] => {
    // A key that is being pressed must not meet another row: the selected one stays until the operator leaves it.
    const through = new Set(passing(filter, [...instances.values()], instanceFilterable));
    const rows = [...instances.values()].filter(
      (instance) => instance.id === selected || (through.has(instance) && isShown(instance, problemsOnly, project)),
    );
    rows.sort((instanceOrders.find(({ by }) => by === sort) ?? instanceOrders[0]).compare);
    if (reverse) rows.reverse();
    return rows;
  },
);

interface Folded {
  readonly rows: readonly InstanceView[];
  /** Id of the row that stands for all of its server → these. */
  readonly groups: ReadonlyMap<string, readonly InstanceView[]>;
}

const noGroups: ReadonlyMap<string, readonly InstanceView[]> = new Map();

/** Instances of a server of which each is well become one row: the selected one where it is among them. */
const folded = lastOf(
  (rows: readonly InstanceView[], unfolded: ReadonlySet<string>, selected: string | undefined): Folded => {
    const groups = new Map<string, readonly InstanceView[]>();
    const hidden = new Set<string>();
    for (const [serverId, all] of Map.groupBy(rows, (row) => row.serverId)) {
      const [first] = all;
      const isWell = all.every((row) => instanceSeverity(row) === 'well');
      if (first === undefined || all.length < leastFolded || !isWell || unfolded.has(serverId)) continue;
      const shown = all.find(({ id }) => id === selected) ?? first;
      groups.set(shown.id, all);
      for (const { id } of all) if (id !== shown.id) hidden.add(id);
    }
    return hidden.size === 0 ? { rows, groups: noGroups } : { rows: rows.filter(({ id }) => !hidden.has(id)), groups };
  },
);

/** A filter asks for single instances, and so does an order that compares them. */
function isFolding({ instances, tables }: From): boolean {
  const { sort } = tables.instances;
  return instances.filter === '' && !instances.problemsOnly && (sort === '' || sort === 'STATE' || sort === 'NAME');
}

/** All that a row stands for: the instance itself, or each of its server. */
export function foldedWith(state: From, instance: InstanceView): readonly InstanceView[] {
  return foldOf(state).groups.get(instance.id) ?? [instance];
}

function foldOf(state: From): Folded {
  if (state.view === undefined) return { rows: noInstances, groups: noGroups };
  const { filter, problemsOnly, selected, unfolded } = state.instances;
  const { sort, reverse } = state.tables.instances;
  const rows = rowsOf(
    state.view.instances,
    instanceFilter(filter),
    problemsOnly,
    sort,
    reverse,
    selected,
    state.project,
  );
  return isFolding(state) ? folded(rows, unfolded, selected) : { rows, groups: noGroups };
}

function isShown(instance: InstanceView, problemsOnly: boolean, project: string | undefined): boolean {
  // A model's program belongs to no project.
  const isOfProject = project === undefined || instance.model !== undefined || instance.project === project;
  return (!problemsOnly || isProblem(instance)) && isOfProject;
}

/** The list with another filter: what it does not list is not selected any more, its first row is. */
export function narrowed(
  { view, instances, tables, project }: From,
  change: Partial<Pick<InstancesState, 'filter' | 'problemsOnly'>>,
): InstancesState {
  const next = { ...instances, ...change, top: 0 };
  const selected = view?.instances.get(next.selected ?? '');
  const isThrough = (one: InstanceView): boolean =>
    isShown(one, next.problemsOnly, project) &&
    passing(instanceFilter(next.filter), [one], instanceFilterable).length > 0;
  if (selected !== undefined && isThrough(selected)) return next;
  const [first] = listedInstances({ view, tables, project, instances: { ...next, selected: undefined } });
  return { ...next, selected: first?.id };
}

/** Orders instances: those that need an operator most come first. */
export function byNeed(a: InstanceView, b: InstanceView): number {
  return rankOf(instanceSeverity(a)) - rankOf(instanceSeverity(b)) || byName(a, b);
}

const byName = (a: InstanceView, b: InstanceView): number =>
  a.server === b.server ? ordinal(a.name) - ordinal(b.name) || compare(a.name, b.name) : compare(a.server, b.server);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const ordinal = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);

export const instanceOrders: readonly [Order<InstanceView>, ...Order<InstanceView>[]] = [
  { by: 'STATE', compare: byNeed },
  { by: 'NAME', compare: byName },
  { by: 'AGE', compare: (a, b) => b.createdAt - a.createdAt || byName(a, b) },
  { by: 'RST', compare: (a, b) => b.restarts - a.restarts || byName(a, b) },
];

/** Instances as listed: filtered, failing ones first unless the operator sorts otherwise. */
export function listedInstances(state: From): readonly InstanceView[] {
  return foldOf(state).rows;
}

export const problemCount: (instances: ReadonlyMap<string, InstanceView>) => number = lastOf(
  (instances: ReadonlyMap<string, InstanceView>) => [...instances.values()].filter(isProblem).length,
);

/** The instance the keys are about: the selected one while it exists and is listed, else the first row. */
export function selectedInstance(state: From): InstanceView | undefined {
  const rows = listedInstances(state);
  const { selected } = state.instances;
  if (selected === undefined) return rows[0];
  return rows.find((instance) => instance.id === selected) ?? rows[0];
}

/** Now; while the engine is away, when it was last heard of. */
export function heardAt({ link, now }: Pick<UiState, 'link' | 'now'>): number {
  return link.state === 'lost' ? link.since : now;
}

export function serverOf(state: Pick<UiState, 'view'>, instance: InstanceView): Server | undefined {
  return state.view?.servers.get(instance.serverId);
}

/** An instance fails that did not; one that is tried again and again does not begin anew. */
export function failsAnew(before: EngineView, after: EngineView): boolean {
  if (before.instances === after.instances) return false;
  return [...after.instances.values()].some(
    (instance) => isFailing(instance) && !isFailing(before.instances.get(instance.id)),
  );
}

function isFailing(instance: InstanceView | undefined): boolean {
  if (instance === undefined) return false;
  return instance.phase === 'error' || (instance.phase !== 'running' && instance.retry !== undefined);
}
