/** Measures the inline editor: the room of its text and of the panel below it. Keys and painting use the same. */
import { diffDraft } from '../../kit/diff/text.ts';
import type { ShownText } from '../../kit/viewer/reading.ts';
import { layoutOf, type Placed } from '../../kit/layout.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { Room } from './editor-keys.ts';
import { editorRoom } from './editor-view.ts';
import type { EditorStep, EditorState } from '../../state/overlays.ts';

/** Rows of the box below the text: the question of the step, the error. */
const panelRows: Readonly<Record<EditorStep['kind'], number>> = { text: 0, diff: 0, save: 2, leave: 1, busy: 1 };
export const errorRows = 2;

export function panelHeight({ step, error }: Pick<EditorState, 'step' | 'error'>): number {
  const rows = panelRows[step.kind] + (error === undefined ? 0 : errorRows);
  return rows === 0 ? 0 : rows + 1;
}

/** Measures the room of the text on this screen; keys and painting use the same. */
export function roomOf(state: Placed, editor: EditorState): Room {
  const { columns, body } = layoutOf(state);
  return editorRoom(editor.buffer, columns - 2, Math.max(1, body - 2 - panelHeight(editor)));
}

/** Shows what a save would change, as a text; undefined while something else is on screen. */
export function editorText(state: UiState, editor: EditorState): ShownText | undefined {
  const { step } = editor;
  if (step.kind !== 'diff') return undefined;
  return {
    ...diffDraft(state, step.view),
    view: step.read,
    width: state.size.columns - 4,
    rows: Math.max(1, layoutOf(state).body - 2 - panelHeight(editor)),
    name: `${editor.document.title}.diff`,
    put(ui, read) {
      const opened = ui.opened<EditorState>(editor);
      if (opened?.step.kind === 'diff') ui.put({ ...opened, step: { ...opened.step, read } });
    },
  };
}
