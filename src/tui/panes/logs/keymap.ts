/** Keys of the Logs pane. */
import { always, bind, type Binding } from '../../kit/keymap.ts';
import { listedInstances, selectedInstance } from '../../kit/instances.ts';
import type { UiState } from '../../state/ui-store.ts';
import { selectInstance } from '../instances/move.ts';

const step = (way: 1 | -1): Binding =>
  bind<UiState>({
    id: way === 1 ? 'logs.next' : 'logs.previous',
    keys: [way === 1 ? ')' : '('],
    focus: 'logs',
    help: way === 1 ? 'the log of the next instance' : 'the log of the instance before',
    hint: () => (way === 1 ? 'next instance' : undefined),
    target: (state) => (listedInstances(state).length === 0 ? 'there is no instance' : state),
    run(state, ui) {
      const rows = listedInstances(state);
      const current = selectedInstance(state);
      const at = current === undefined ? 0 : rows.indexOf(current);
      const next = rows[(at + way + rows.length) % rows.length];
      if (next !== undefined) selectInstance(ui, next.id);
    },
  });

export const logsKeymap: readonly Binding[] = [
  bind({
    id: 'logs.follow',
    keys: ['f'],
    focus: 'logs',
    help: 'follow the newest line',
    hint: 'follow',
    target: always,
    run: ({ logs }, ui) => ui.set({ logs: { ...logs, top: 'end' } }),
  }),
  step(-1),
  step(1),
];
