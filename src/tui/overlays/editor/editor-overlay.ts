/** Lays the inline editor over the body: what each key does at each step from typing to a save. */
import { bind, type Binding, type Focus } from '../../kit/keymap.ts';
import { guardMs, type OverlayKind } from '../../kit/overlay.ts';
import type { Ui } from '../../kit/ui.ts';
import { withoutPatterns } from '../../kit/viewer/reading.ts';
import type { EditorState, EditorStep } from '../../state/overlays.ts';
import { nextBump } from '../../state/save-choice.ts';
import { pasteText, redo, undo } from '../../state/text-buffer.ts';
import type { UiState } from '../../state/ui-store.ts';
import { askToSave, change, handOver, inText, leaveEditor, save, showChanges, step } from './editor-acts.ts';
import { editText } from './editor-keys.ts';
import { editorHint, editorOverlayRows } from './editor-paint.ts';
import { editorText, roomOf } from './editor-state.ts';
import { insertText } from '../../kit/field.ts';

const focuses: Readonly<Record<EditorStep['kind'], Focus>> = {
  text: 'editor',
  save: 'editor-save',
  diff: 'editor-diff',
  leave: 'editor-leave',
  busy: 'editor-busy',
};

type At<K extends EditorStep['kind']> = EditorState & { readonly step: Extract<EditorStep, { readonly kind: K }> };

/** The editor on top while it is at this step. */
const at =
  <K extends EditorStep['kind']>(kind: K) =>
  ({ overlay }: UiState): At<K> | string =>
    overlay?.kind === 'editor' && overlay.step.kind === kind ? (overlay as At<K>) : 'no text is edited';

const text = (draft: {
  readonly id: string;
  readonly keys: readonly string[];
  readonly help: string;
  readonly repeats?: boolean;
  readonly run: (editor: EditorState, ui: Ui) => void;
}): Binding => bind<EditorState>({ ...draft, focus: 'editor', target: at('text') });

const goOn = (kind: 'save' | 'diff' | 'leave' | 'busy', keys: readonly string[]): Binding =>
  bind<EditorState>({
    id: `${focuses[kind]}.back`,
    keys,
    focus: focuses[kind],
    help: 'go on editing',
    repeats: true,
    target: at(kind),
    run(editor, ui) {
      const read = editorText(ui.state, editor);
      const whole = read === undefined ? undefined : withoutPatterns(read);
      if (read !== undefined && whole !== undefined) read.put(ui, whole);
      else step(ui, editor, inText);
    },
  });

/** A key that throws text away, or may, counts once the question has been there for a moment. */
const leaving = (id: string, key: string, help: string, run: (editor: EditorState, ui: Ui) => void): Binding =>
  bind<At<'leave'>>({
    id: `editor-leave.${id}`,
    keys: [key],
    focus: 'editor-leave',
    help,
    target: at('leave'),
    run(editor, ui) {
      if (ui.clock.monotonicMs() - editor.step.openedAt >= guardMs) run(editor, ui);
    },
  });

const keymap: readonly Binding[] = [
  text({
    id: 'editor.save',
    keys: ['ctrl-s'],
    help: 'save: asks for the bump and a note',
    run: (editor, ui) => askToSave(ui, editor),
  }),
  text({
    id: 'editor.diff',
    keys: ['ctrl-t'],
    help: 'what a save would change',
    run: (editor, ui) => showChanges(ui, editor),
  }),
  text({
    id: 'editor.external',
    keys: ['ctrl-g'],
    help: 'hand it to $EDITOR, take back what it saves',
    run: (editor, ui) => handOver(ui, editor),
  }),
  text({
    id: 'editor.undo',
    keys: ['ctrl-z'],
    help: 'undo',
    repeats: true,
    run: (editor, ui) => change(ui, editor, undo(editor.buffer)),
  }),
  text({
    id: 'editor.redo',
    keys: ['ctrl-r'],
    help: 'redo',
    repeats: true,
    run: (editor, ui) => change(ui, editor, redo(editor.buffer)),
  }),
  text({
    id: 'editor.leave',
    keys: ['esc'],
    help: 'leave; asks when something is not saved',
    run: (editor, ui) => leaveEditor(ui, editor),
  }),
  bind<At<'save'>>({
    id: 'editor-save.confirm',
    keys: ['enter'],
    focus: 'editor-save',
    help: 'save it with this bump and note',
    target: at('save'),
    run: (editor, ui) => save(ui, editor, editor.step),
  }),
  bind<At<'save'>>({
    id: 'editor-save.bump',
    keys: ['tab', 'up', 'down'],
    focus: 'editor-save',
    help: 'raise another part of the version',
    repeats: true,
    target: at('save'),
    run: (editor, ui) => step(ui, editor, { ...editor.step, bump: nextBump(editor.step.bump) }),
  }),
  goOn('save', ['esc']),
  bind<At<'diff'>>({
    id: 'editor-diff.save',
    keys: ['ctrl-s'],
    focus: 'editor-diff',
    help: 'save: asks for the bump and a note',
    target: at('diff'),
    run: (editor, ui) => askToSave(ui, editor),
  }),
  goOn('diff', ['esc', 'ctrl-t', 'q']),
  leaving('save', 's', 'save it', (editor, ui) => askToSave(ui, editor)),
  leaving('discard', 'd', 'discard what was typed', (_editor, ui) => ui.close()),
  goOn('leave', ['esc', 'n', 'enter']),
  goOn('busy', ['esc']),
];

export const editorOverlay: OverlayKind<EditorState> = {
  keymap,
  focuses: ({ step: { kind } }) => (kind === 'diff' ? [focuses.diff, 'diff', 'viewer', 'move'] : [focuses[kind]]),
  text: editorText,
  view: (state, editor) => ({ top: 0, rows: editorOverlayRows(state, editor) }),
  hint: editorHint,
  line(editor) {
    const now = editor.step;
    if (now.kind !== 'save') return undefined;
    return { field: now.note, put: (ui, note) => step(ui, editor, { ...now, note }) };
  },
  onKey(ui, editor, key) {
    if (editor.step.kind !== 'text') return;
    const buffer = editText(editor.buffer, key, roomOf(ui.state, editor));
    if (buffer !== undefined) change(ui, editor, buffer);
  },
  onPaste(ui, editor, pasted) {
    const now = editor.step;
    if (now.kind === 'text') return change(ui, editor, pasteText(editor.buffer, pasted));
    if (now.kind !== 'save') return;
    step(ui, editor, { ...now, note: insertText(now.note, pasted.split(/[\r\n]/, 1)[0] ?? '') });
  },
  // What was typed is never thrown away by it.
  onInterrupt(ui, editor) {
    leaveEditor(ui, editor);
    return true;
  },
};
