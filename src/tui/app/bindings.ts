/** Holds the overlays that exist and the one table of bindings, in the order in which hints and help show them. */
import { diffKeymap } from '../kit/diff/keymap.ts';
import { fieldKeymap } from '../kit/field-keymap.ts';
import { viewerKeymap } from '../kit/viewer/keymap.ts';
import type { ShownText } from '../kit/viewer/reading.ts';
import { overlayFocuses, type Binding, type Focus } from '../kit/keymap.ts';
import type { OverlayKind, Tables } from '../kit/overlay.ts';
import { rebound } from '../kit/rebind.ts';
import { askOverlay } from '../overlays/ask.ts';
import { bindListOverlay } from '../overlays/bind-list.ts';
import { columnsOverlay } from '../overlays/columns.ts';
import { copyOverlay } from '../overlays/copy.ts';
import { editorOverlay } from '../overlays/editor/editor-overlay.ts';
import { filterOverlay } from '../overlays/filter.ts';
import { formOverlay } from '../overlays/form/form-overlay.ts';
import { hiddenOverlay } from '../overlays/hidden.ts';
import { importOverlay, openImportKeymap } from '../overlays/import/overlay.ts';
import { pickOverlay } from '../overlays/pick.ts';
import { listingOverlay, openListKeymap } from '../overlays/lists/overlay.ts';
import { onceOverlay } from '../overlays/once.ts';
import { paletteOverlay } from '../overlays/palette.ts';
import { questionOverlay } from '../overlays/question.ts';
import { revisionsOverlay } from '../overlays/revisions.ts';
import { sawOverlay } from '../overlays/saw.ts';
import { textOverlay } from '../overlays/text.ts';
import { auditKeymap } from '../panes/audit/keymap.ts';
import { auditSessionsKeymap } from '../panes/audit/sessions/keymap.ts';
import { inboxKeymap } from '../panes/inbox/keymap.ts';
import { instancesKeymap } from '../panes/instances/keymap.ts';
import { logsKeymap } from '../panes/logs/keymap.ts';
import { personalitiesKeymap } from '../panes/personalities/keymap.ts';
import { promptsKeymap } from '../panes/prompts/keymap.ts';
import { secretsKeymap } from '../panes/secrets/keymap.ts';
import { sessionsKeymap } from '../panes/sessions/keymap.ts';
import { toolsKeymap } from '../panes/tools/keymap.ts';
import type { Overlay } from '../state/overlays.ts';
import { paneIds } from '../state/pane-id.ts';
import type { UiState } from '../state/ui-store.ts';
import { globalKeymap, moveKeymap } from './global-keymap.ts';
import { listKeymap } from './list-keymap.ts';
import { paneList, paneOf } from './panes.ts';
import { projectKeymap } from './project-keymap.ts';

const tables: Tables = { panes: paneList, paneOf, textOf, bindings: bindingsOf };

const overlays: { readonly [K in Overlay['kind']]: OverlayKind<Extract<Overlay, { readonly kind: K }>> } = {
  question: questionOverlay,
  ask: askOverlay,
  hidden: hiddenOverlay,
  editor: editorOverlay,
  bind: bindListOverlay,
  form: formOverlay,
  filter: filterOverlay(tables),
  palette: paletteOverlay(tables),
  copy: copyOverlay(tables),
  columns: columnsOverlay,
  pick: pickOverlay,
  listing: listingOverlay,
  revisions: revisionsOverlay,
  import: importOverlay,
  text: textOverlay,
  once: onceOverlay,
  saw: sawOverlay,
};

/** Finds the kind of an overlay, which has its keys and its painting. */
export function kindOf({ kind }: Overlay): OverlayKind {
  return overlays[kind];
}

/** The text that has the keys: of the overlay on top, else of the pane. What is typed to find something is about the text below it. */
export function textOf(state: UiState): ShownText | undefined {
  const { overlay, covered } = state;
  const top = overlay?.kind === 'filter' ? covered.at(-1) : overlay;
  return top === undefined ? paneOf(state).text?.(state) : kindOf(top).text?.(state, top);
}

export const bindings: readonly Binding[] = [
  ...instancesKeymap,
  ...promptsKeymap,
  ...personalitiesKeymap,
  ...inboxKeymap,
  ...auditSessionsKeymap,
  ...auditKeymap,
  ...sessionsKeymap,
  ...secretsKeymap,
  ...logsKeymap,
  ...toolsKeymap,
  ...diffKeymap(textOf),
  ...viewerKeymap(textOf),
  ...moveKeymap(textOf),
  ...listKeymap,
  ...globalKeymap(tables),
  ...projectKeymap,
  ...openListKeymap,
  ...openImportKeymap,
  ...Object.values(overlays).flatMap(({ keymap }) => keymap),
  ...fieldKeymap(({ overlay }) => (overlay === undefined ? undefined : kindOf(overlay).line?.(overlay))),
];

/** The same with the keys that the operator chose: what input, hints, `?` and the palette go by. */
export function bindingsOf({ config }: UiState): readonly Binding[] {
  return rebound(bindings, config.keymap);
}

/** Focuses that are active together; within one of these a key means one thing. */
export const places: readonly (readonly Focus[])[] = [
  ...paneIds.map((pane): readonly Focus[] => [pane, 'move', 'list', 'global']),
  // Beside the timeline, the sessions hide the `W` of lists.
  ['audit-sessions', 'move', 'global'],
  // In a diff, its keys come before the pane's and hide the pane's `n`.
  ['diff', 'move', 'list', 'global'],
  // So do those of a text, where the pane has one.
  ['viewer', 'move', 'global'],
  ['text', 'viewer', 'move'],
  ['saw', 'viewer', 'move'],
  ['editor-diff', 'viewer', 'move'],
  ['revisions-diff', 'diff'],
  ['revisions-diff', 'viewer', 'move'],
  ...overlayFocuses.map((focus): readonly Focus[] => [focus]),
  ['form', 'form-fields'],
  ...(['palette', 'filter', 'ask', 'type-name', 'bind', 'pick', 'listing-filter', 'editor-save'] as const).map(
    (focus): readonly Focus[] => [focus, 'field'],
  ),
];
