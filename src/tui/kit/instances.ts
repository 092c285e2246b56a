/** Lists instances, and tells the one that the keys are about; computed once per change. */
import type { InstanceView, Server } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { instanceSeverity, isProblem, rankOf } from '../../text/severity.ts';
import { parseFilter, type Filter, type Filterable } from '../state/filter.ts';
import { lastOf } from '../state/memo.ts';
import type { InstancesState } from '../state/panes/instances.ts';
import type { UiState } from '../state/ui-store.ts';
import type { Order } from './list-source.ts';

type From = Pick<UiState, 'view' | 'instances' | 'tables'>;

export const instanceFields = ['name', 'server', 'state', 'health', 'via', 'project'] as const;
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

export const instanceFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, instanceFields),
);

const noInstances: readonly InstanceView[] = [];

const rowsOf = lastOf(
  (
    instances: ReadonlyMap<string, InstanceView>,
    filter: Filter,
    problemsOnly: boolean,
    sort: string,
    reverse: boolean,
    selected: string | undefined,
  ): readonly InstanceView[] => {
    // A key that is being pressed must not meet another row: the selected one stays until the operator leaves it.
    const rows = [...instances.values()].filter(
      (instance) => instance.id === selected || isListed(instance, filter, problemsOnly),
    );
    rows.sort((instanceOrders.find(({ by }) => by === sort) ?? instanceOrders[0]).compare);
    if (reverse) rows.reverse();
    return rows;
  },
);

function isListed(instance: InstanceView, filter: Filter, problemsOnly: boolean): boolean {
  return (!problemsOnly || isProblem(instance)) && (!filter.ok || filter.matches(instanceFilterable(instance)));
}

/** The list with another filter: what it does not list is not selected any more, its first row is. */
export function narrowed(
  { view, instances, tables }: From,
  change: Partial<Pick<InstancesState, 'filter' | 'problemsOnly'>>,
): InstancesState {
  const next = { ...instances, ...change, top: 0 };
  const selected = view?.instances.get(next.selected ?? '');
  if (selected !== undefined && isListed(selected, instanceFilter(next.filter), next.problemsOnly)) return next;
  const [first] = listedInstances({ view, tables, instances: { ...next, selected: undefined } });
  return { ...next, selected: first?.id };
}

/** What needs an operator most first. */
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
  if (state.view === undefined) return noInstances;
  const { filter, problemsOnly, selected } = state.instances;
  const { sort, reverse } = state.tables.instances;
  return rowsOf(state.view.instances, instanceFilter(filter), problemsOnly, sort, reverse, selected);
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

export function serverOf(state: Pick<UiState, 'view'>, instance: InstanceView): Server | undefined {
  return state.view?.servers.get(instance.serverId);
}
