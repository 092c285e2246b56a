/** Makes a pane of the instances: its numbers, what it loads, and how the palette names its rows. */
import type { InstanceView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { describeInstance } from '../../kit/describe.ts';
import { lastOf } from '../../state/memo.ts';
import type { Pane, Resource, Wanted } from '../../kit/pane.ts';
import { problemCount, selectedInstance, instanceOrders } from '../../kit/instances.ts';
import type { UiState } from '../../state/ui-store.ts';
import { wantedLog } from '../logs/load.ts';
import { wantsOlder } from '../logs/reading.ts';
import { detailText, detailView } from './detail.ts';
import { instanceCopyItems } from './copy.ts';
import { instanceList, moveInstances, selectInstance, unfiltered } from './move.ts';
import { paintInstances } from './paint.ts';
import { listParts } from '../../kit/list-pane.ts';
import { instanceTable } from './table.ts';

/** Logs change without notice, so they are asked for every second while shown. */
function wants(state: UiState): Wanted | undefined {
  const instance = selectedInstance(state);
  if (instance === undefined || state.detail.tab === 'Raw') return undefined;
  const { id } = instance;
  const again = state.detail.of === id;
  const show =
    (found: Partial<UiState['detail']>) =>
    (later: UiState): Partial<UiState> => {
      if (selectedInstance(later)?.id !== id) return {};
      const { detail } = later;
      if (detail.of !== id) return { detail: { ...detail, data: undefined, ...found, of: id } };
      return { detail: { ...detail, ...found, of: id } };
    };
  const failed = (error: string) => show({ error });
  if (state.detail.tab === 'Logs') {
    const { read } = detailView(state);
    return wantedLog(state, [id], read !== undefined && wantsOlder(state, read));
  }
  return {
    key: `detail ${id} ${instance.eventCount} ${instance.tools ?? 0} ${again}`,
    again,
    load: async (commands) => show({ data: await commands.instanceDetail(id), error: undefined }),
    failed,
  };
}

function resourceOf(instance: InstanceView): Resource {
  const { id } = instance;
  return {
    name: clean(instance.name),
    about(state) {
      const words = describeInstance(instance, state.now);
      return `instance · ${words.glyph} ${words.state} ${words.reason}`;
    },
    selectedIn: (state) => ({ ...state, instances: { ...unfiltered(state.instances), selected: id } }),
    select(ui) {
      ui.set({ instances: unfiltered(ui.state.instances), zoomed: false });
      selectInstance(ui, id);
    },
  };
}

const resourcesOf = lastOf((instances: ReadonlyMap<string, InstanceView>) => [...instances.values()].map(resourceOf));

export const instancesPane: Pane = {
  id: 'instances',
  number: '1',
  title: 'Instances',
  short: 'Inst',
  legend: '● healthy  ◐ starting  ▲ unhealthy  ✗ error  ○ stopped',
  ...listParts(instanceList, instanceTable),
  orders: instanceOrders,
  badge({ view }) {
    if (view === undefined) return '';
    const problems = problemCount(view.instances);
    return `${view.instances.size}${problems === 0 ? '' : `!${problems}`}`;
  },
  paint: paintInstances,
  text: detailText,
  move: moveInstances,
  selectedName(state) {
    const instance = selectedInstance(state);
    return instance === undefined ? '' : clean(instance.name);
  },
  copyItems: instanceCopyItems,
  back(ui) {
    const { instances } = ui.state;
    if (instances.marked.size > 0) {
      ui.set({ instances: { ...instances, marked: new Set() } });
      return true;
    }
    if (!instances.problemsOnly) return false;
    ui.set({ instances: { ...instances, problemsOnly: false } });
    return true;
  },
  wants,
  refresh: (state) => ({ detail: { ...state.detail, of: undefined, data: undefined } }),
  verbs: {
    retry: 'instance.retry',
    secret: 'instance.secret',
    probe: 'instance.probe',
    logs: 'instance.logs',
    tools: 'instance.tools',
    restart: 'instance.restart',
    hold: 'instance.hold',
    'start-stop': 'instance.start-stop',
    new: 'server.new',
    edit: 'server.edit',
    history: 'server.history',
    delete: 'server.delete',
  },
  resources: ({ instances }) => resourcesOf(instances),
};
