/** The one table of bindings, in the order in which hints and help show them. */
import { diffKeymap } from '../kit/diff/keymap.ts';
import { dialogKeymap } from '../overlays/dialog-keymap.ts';
import { editorKeymap } from '../overlays/editor/editor-input.ts';
import { globalKeymap, moveKeymap } from './global-keymap.ts';
import type { Binding, Focus } from '../kit/keymap.ts';
import { auditKeymap } from '../panes/audit/keymap.ts';
import { inboxKeymap } from '../panes/inbox/keymap.ts';
import { instancesKeymap } from '../panes/instances/keymap.ts';
import { logsKeymap } from '../panes/logs/keymap.ts';
import { personalitiesKeymap } from '../panes/personalities/keymap.ts';
import { promptsKeymap } from '../panes/prompts/keymap.ts';
import { sessionsKeymap } from '../panes/sessions/keymap.ts';
import { toolsKeymap } from '../panes/tools/keymap.ts';
import { paneIds } from '../state/ui-store.ts';
import { paneOf } from './panes.ts';

export const bindings: readonly Binding[] = [
  ...instancesKeymap,
  ...promptsKeymap,
  ...personalitiesKeymap,
  ...inboxKeymap,
  ...auditKeymap,
  ...sessionsKeymap,
  ...logsKeymap,
  ...toolsKeymap,
  ...diffKeymap(paneOf),
  ...editorKeymap,
  ...moveKeymap,
  ...globalKeymap,
  ...dialogKeymap,
];

/** Focuses that are active together; within one of these a key means one thing. */
export const places: readonly (readonly Focus[])[] = [
  ...paneIds.map((pane): readonly Focus[] => [pane, 'move', 'global']),
  // In a diff its keys come before the pane's, of which they hide `n`.
  ['diff', 'move', 'global'],
  ['editor'],
  ['confirm'],
  ['quit'],
];
