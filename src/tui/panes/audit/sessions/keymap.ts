/** Keys of the Audit pane while the sessions are shown. */
import { bind, type Binding } from '../../../kit/keymap.ts';
import { openSaw } from '../../../overlays/saw.ts';
import { selectedEvent } from '../rows.ts';

export const auditSessionsKeymap: readonly Binding[] = [
  bind({
    id: 'audit.saw',
    keys: ['W'],
    focus: 'audit-sessions',
    help: 'what the agent had been shown, now or by the selected event: instructions, lists, prompts',
    hint: 'what it saw',
    target({ audit, ...state }) {
      const { session } = audit.list;
      if (session === undefined) return 'no session is chosen';
      // While the newest event is followed, now is meant.
      const n = audit.follow ? undefined : selectedEvent({ ...state, audit })?.n;
      return { session, ...(n === undefined ? {} : { n }) };
    },
    run: ({ session, n }, ui) => openSaw(ui, session, n),
  }),
];
