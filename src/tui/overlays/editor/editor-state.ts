/** The inline editor as it lies over a pane: what is edited, and the step on the way to saving or leaving it. */
import type { DiffView } from '../../../engine/index.ts';
import { diffRows, type DiffRows } from '../../kit/diff/rows.ts';
import { diffMode } from '../../kit/diff/state.ts';
import type { Field } from '../../kit/field.ts';
import { layoutOf } from '../../kit/layout.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { EditJob, SaveChoice } from './edit-content.ts';
import type { Room } from './editor-keys.ts';
import { editorRoom, type EditorTop } from './editor-view.ts';
import type { TextBuffer } from './text-buffer.ts';

export type EditorStep =
  | { readonly kind: 'text' }
  /** The bump and the note are chosen. */
  | { readonly kind: 'save'; readonly bump: SaveChoice['bump']; readonly note: Field }
  /** What was typed is not saved: stay, save or discard. `openedAt` is monotonic. */
  | { readonly kind: 'leave'; readonly openedAt: number }
  /** What a save would change, from this row on. */
  | { readonly kind: 'diff'; readonly view: DiffView; readonly top: number }
  /** The engine or another editor is at it. */
  | { readonly kind: 'busy'; readonly what: string };

export interface EditorState {
  readonly kind: 'editor';
  readonly job: EditJob;
  readonly buffer: TextBuffer;
  readonly top: EditorTop;
  readonly step: EditorStep;
  /** Why the last save failed. */
  readonly error: string | undefined;
}

export const bumps = ['patch', 'minor', 'major'] as const;

export function nextBump(bump: SaveChoice['bump']): SaveChoice['bump'] {
  return bumps[(bumps.indexOf(bump) + 1) % bumps.length] ?? 'patch';
}

/** Rows of the box below the text: the question of the step, the error. */
const panelRows: Readonly<Record<EditorStep['kind'], number>> = { text: 0, diff: 0, save: 2, leave: 1, busy: 1 };
export const errorRows = 2;

export function panelHeight({ step, error }: Pick<EditorState, 'step' | 'error'>): number {
  const rows = panelRows[step.kind] + (error === undefined ? 0 : errorRows);
  return rows === 0 ? 0 : rows + 1;
}

/** What the text has on this screen; keys and painting use the same. */
export function roomOf(state: Pick<UiState, 'size' | 'zoomed' | 'pane'>, editor: EditorState): Room {
  const { columns, body } = layoutOf(state);
  return editorRoom(editor.buffer, columns - 2, Math.max(1, body - 2 - panelHeight(editor)));
}

/** The rows of the diff on this screen; keys and painting use the same. */
export function editorDiffRows(state: Pick<UiState, 'size' | 'diff' | 'style'>, view: DiffView): DiffRows {
  return diffRows(view, {
    width: state.size.columns - 4,
    mode: diffMode(state.diff, state.size.columns),
    wrap: true,
    left: 0,
    context: state.diff.context,
    color: state.style.color,
  });
}
