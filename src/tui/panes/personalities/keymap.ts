/** Keys of Personalities. */
import type { PersonalityView } from '../../../engine/index.ts';
import type { Ui } from '../../kit/ui.ts';
import { otherMode } from '../../state/diff-settings.ts';
import { editContent } from '../../overlays/editor/edit-content.ts';
import { openEditor } from '../../overlays/editor/editor-acts.ts';
import { bind, type Binding } from '../../kit/keymap.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { deletePersonality, dropOrder, editPersonality, makeDefault, newPersonality, saveOrder } from './actions.ts';
import { openBindList } from '../../overlays/bind-list.ts';
import { moveBinding, showPersonalityTab } from './move.ts';
import { agentOf, bindingAt, bindingsOf, personalityList } from './select.ts';
import { personalityTabs, type NewOrder } from '../../state/panes/personalities.ts';
import { tabKeymap, turned } from '../../kit/tab-keymap.ts';

/** The selected personality, or why there is none. */
function current(state: UiState): PersonalityView | string {
  if (state.view === undefined) return 'the engine is still starting';
  const none = state.view.personalities.size === 0 ? 'there is no personality: n adds one' : 'no personality is listed';
  return personalityList.selected(state) ?? none;
}

/** The order of the selected one that is not saved. */
function pendingOrder(state: UiState): NewOrder | undefined {
  const { order } = state.personalities;
  return order !== undefined && order.of === personalityList.selected(state)?.id ? order : undefined;
}

function movable(state: UiState, by: 1 | -1): PersonalityView | string {
  const row = current(state);
  if (typeof row === 'string') return row;
  if (state.personalities.tab !== 'Bindings') return '[ ] goes to its bindings: choose one there';
  if (!isInDetail(state)) return 'tab goes to its bindings (+ shows them alone): choose one there';
  const { order } = state.personalities;
  if (order !== undefined && order.of !== row.id) {
    const other = state.view?.personalities.get(order.of)?.ref ?? 'another one';
    return `save or drop the new order of ${other} first`;
  }
  const total = bindingsOf(state, row).length;
  if (total === 0) return 'no prompt is bound: b binds some';
  const at = bindingAt(state, row) + by;
  return at < 0 || at >= total ? `it is the ${by < 0 ? 'first' : 'last'} one already` : row;
}

const inBindings = (state: UiState): boolean => isInDetail(state) && state.personalities.tab === 'Bindings';

export const personalitiesKeymap: readonly Binding[] = [
  bind({
    id: 'personality.preview',
    keys: ['enter'],
    focus: 'personalities',
    help: 'the text exactly as sent; saves a new order',
    hint: (state) => (pendingOrder(state) === undefined ? 'preview' : 'save order'),
    target(state) {
      const isChange = pendingOrder(state) !== undefined && state.host.readOnly;
      return isChange ? 'the console is read-only' : current(state);
    },
    run(row, ui) {
      const order = pendingOrder(ui.state);
      if (order !== undefined) return saveOrder(ui, row, order);
      ui.set({ ...personalityList.withSelected(ui.state, row.id), zoomed: true, focus: 'detail' });
      showPersonalityTab(ui, 'Preview');
    },
  }),
  bind({
    id: 'personality.bind',
    keys: ['b'],
    focus: 'personalities',
    help: 'bind and unbind prompts',
    hint: 'bind/unbind',
    dangerous: true,
    target: current,
    run: ({ ref }, ui) => openBindList(ui, ref),
  }),
  ...([1, -1] as const).map((by) =>
    bind({
      id: by === 1 ? 'personality.move-down' : 'personality.move-up',
      keys: [by === 1 ? 'J' : 'K'],
      focus: 'personalities',
      help: by === 1 ? 'the chosen binding one place down' : 'the chosen binding one place up',
      hint: (state) => (by === 1 && inBindings(state) ? 'K reorder' : undefined),
      dangerous: true,
      target: (state) => movable(state, by),
      run: (row: PersonalityView, ui: Ui) => void moveBinding(ui, row, by),
    }),
  ),
  bind({
    id: 'personality.drop-order',
    keys: ['X'],
    focus: 'personalities',
    help: 'drop an order that is not saved',
    hint: (state) => (pendingOrder(state) === undefined ? undefined : 'drop order'),
    target: (state) => state.personalities.order ?? 'no order waits to be saved',
    run: (_order, ui) => dropOrder(ui),
  }),
  bind({
    id: 'personality.default',
    keys: ['='],
    focus: 'personalities',
    help: 'make it the default of its agent',
    hint: 'default',
    dangerous: true,
    target(state) {
      const row = current(state);
      if (typeof row === 'string' || !row.isDefault) return row;
      return `${row.name} is the default of ${row.agent} already`;
    },
    run: (row, ui) => makeDefault(ui, row, agentOf(ui.state, row)),
  }),
  bind({
    id: 'personality.diff',
    keys: ['d'],
    focus: 'personalities',
    help: 'diff to what its agent is sent now; its mode',
    hint: (state) => (state.personalities.tab === 'Diff' ? 'unified/split' : 'diff'),
    target: current,
    run(_row, ui) {
      const { state } = ui;
      if (state.personalities.tab !== 'Diff') return showPersonalityTab(ui, 'Diff');
      ui.set({ diff: otherMode(state.diff, state.size.columns) });
    },
  }),
  bind({
    id: 'personality.edit',
    keys: ['e'],
    focus: 'personalities',
    help: 'edit its document in $EDITOR',
    hint: '$EDITOR',
    dangerous: true,
    target: current,
    run: (row, ui) => editPersonality(ui, row, editContent),
  }),
  bind({
    id: 'personality.edit-inline',
    keys: ['E'],
    focus: 'personalities',
    help: 'edit its document here; ctrl-s saves',
    dangerous: true,
    target: current,
    run: (row, ui) => editPersonality(ui, row, openEditor),
  }),
  bind({
    id: 'personality.new',
    keys: ['n'],
    focus: 'personalities',
    help: 'new personality',
    hint: (state) => (isInDetail(state) ? undefined : 'new'),
    dangerous: true,
    target: (state) => (state.view === undefined ? 'the engine is still starting' : state),
    run(state, ui) {
      const [first] = state.view?.agents.values() ?? [];
      newPersonality(ui, personalityList.selected(state)?.agent ?? first?.name ?? '');
    },
  }),
  bind({
    id: 'personality.delete',
    keys: ['D'],
    focus: 'personalities',
    help: 'delete: type its name to confirm',
    hint: 'delete…',
    dangerous: true,
    target: current,
    run: (row, ui) => deletePersonality(ui, row),
  }),
  ...tabKeymap<PersonalityView>({
    id: 'personality',
    focus: 'personalities',
    target: current,
    turn: (ui, by) => showPersonalityTab(ui, turned(personalityTabs, ui.state.personalities.tab, by)),
  }),
];
