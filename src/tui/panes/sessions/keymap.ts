/** Keys of the Sessions pane. */
import { bind, type Binding } from '../../keymap.ts';
import { panes, showPane } from '../../panes.ts';
import { selectedSession } from '../../select.ts';

export const sessionsKeymap: readonly Binding[] = [
  bind({
    id: 'session.timeline',
    keys: ['enter'],
    focus: 'sessions',
    help: 'its events in the audit timeline',
    hint: 'timeline',
    target: (state) => selectedSession(state) ?? 'no session is connected',
    run(session, console) {
      showPane(console, 'audit');
      panes.audit.setFilter(console, `session:${session.id}`);
    },
  }),
];
