/** The one table of bindings, in the order in which hints and help show them. */
import { dialogKeymap, globalKeymap, moveKeymap } from './global-keymap.ts';
import type { Binding, Focus } from './keymap.ts';
import { auditKeymap } from './panes/audit/keymap.ts';
import { instancesKeymap } from './panes/instances/keymap.ts';
import { logsKeymap } from './panes/logs/keymap.ts';
import { sessionsKeymap } from './panes/sessions/keymap.ts';
import { paneIds } from './ui-store.ts';

export const bindings: readonly Binding[] = [
  ...instancesKeymap,
  ...auditKeymap,
  ...sessionsKeymap,
  ...logsKeymap,
  ...moveKeymap,
  ...globalKeymap,
  ...dialogKeymap,
];

/** Focuses that are active together; within one of these a key means one thing. */
export const places: readonly (readonly Focus[])[] = [
  ...paneIds.map((pane): readonly Focus[] => [pane, 'move', 'global']),
  ['confirm'],
  ['quit'],
];
