/** Moves in the list of instances and in the detail of one. */
import type { Ui } from '../../kit/ui.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { scroll, type Move } from '../../kit/scroll.ts';
import { listedInstances, selectedInstance, instanceFilter, narrowed } from '../../kit/instances.ts';
import type { InstancesState } from '../../state/panes/instances.ts';
import { detailView } from './detail.ts';
import type { InstanceView } from '../../../engine/index.ts';
import { moveInList } from '../../kit/list-pane.ts';
import type { ListSource } from '../../kit/list-source.ts';
import { isInDetail } from '../../kit/split-pane.ts';

export const instanceList: ListSource<InstanceView> = {
  listed: listedInstances,
  index(state) {
    const current = selectedInstance(state);
    return current === undefined ? 0 : listedInstances(state).indexOf(current);
  },
  top: ({ instances }) => instances.top,
  filter: ({ instances }) => ({ text: instances.filter, parsed: instanceFilter(instances.filter) }),
  setFilter: (ui, text) => ui.set({ instances: narrowed(ui.state, { filter: text }) }),
  selectAt(ui, index) {
    const instance = listedInstances(ui.state)[index];
    if (instance !== undefined) selectInstance(ui, instance.id);
  },
};

export function moveInstances(ui: Ui, move: Move): void {
  const { state } = ui;
  if (!isInDetail(state)) return moveInList(ui, instanceList, move);
  const { total, page } = detailView(state);
  const { top } = scroll({ top: state.detail.top, left: 0 }, move, total, page);
  ui.set({ detail: { ...state.detail, top: top === 'end' ? Math.max(0, total - page) : top } });
}

/** Selects an instance and keeps it on screen; its detail starts at the top again. */
export function selectInstance(ui: Ui, id: string): void {
  const { state } = ui;
  const rows = listedInstances(state);
  const index = rows.findIndex((instance) => instance.id === id);
  const top = windowTop(state.instances.top, Math.max(0, index), layoutOf(state).list, rows.length);
  const same = state.detail.of === id;
  ui.set({
    instances: { ...state.instances, selected: id, top },
    detail: same ? state.detail : { ...state.detail, top: 0 },
  });
}

/** A filter that hides the instance would make the next key act on another one. */
export const unfiltered = (instances: InstancesState): InstancesState => ({
  ...instances,
  filter: '',
  problemsOnly: false,
});

/** Goes to Instances, with this one selected. */
export function showInstance(ui: Ui, id: string): void {
  ui.showPane('instances');
  ui.set({ instances: unfiltered(ui.state.instances), zoomed: false });
  selectInstance(ui, id);
}
