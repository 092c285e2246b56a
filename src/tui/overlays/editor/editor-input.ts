/** What keys and pastes do in the inline editor. */
import { McptuiError } from '../../../kernel/errors.ts';
import { failureText, type Ui } from '../../kit/ui.ts';
import { editField, insertText } from '../../kit/field.ts';
import { fieldOf } from '../../state/field.ts';
import { bind, type Binding } from '../../kit/keymap.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { EditJob } from './edit-content.ts';
import { editText } from './editor-keys.ts';
import { target, type Move } from '../../kit/scroll.ts';
import { editorDiffRows, roomOf } from './editor-state.ts';
import { nextBump } from '../../state/save-choice.ts';
import type { EditorState, EditorStep, EditedDocument } from '../../state/overlays.ts';
import { editorStart, frontMatterEnd, windowFor } from './editor-view.ts';
import {
  bufferOf,
  isModified,
  moveTo,
  pasteText,
  redo,
  replaceText,
  textOfBuffer,
  undo,
  type TextBuffer,
} from '../../state/text-buffer.ts';

/** A key that throws text away counts no sooner than this after the question appeared. */
const guardMs = 250;
const inText: EditorStep = { kind: 'text' };

/** Opens it where the text begins, below the front matter. */
export function openEditor(ui: Ui, job: EditJob): void {
  const buffer = bufferOf(job.text);
  const body = frontMatterEnd(buffer.lines) + 1;
  const hasBody = buffer.lines.slice(body).some((line) => line !== '');
  const placed = hasBody ? moveTo(buffer, { line: body, at: 0 }) : buffer;
  const key = {};
  jobs.set(key, job);
  ui.open({
    kind: 'editor',
    key,
    document: documentOf(job),
    buffer: placed,
    top: editorStart,
    step: inText,
    error: undefined,
  });
}

/** What becomes of a text, by key of its editor. */
const jobs = new WeakMap<object, EditJob>();

function documentOf({ title, fileName, choice, versions }: EditJob): EditedDocument {
  return { title, fileName, choice, ...(versions === undefined ? {} : { versions }) };
}

/** The editor on screen while its text has the keys. */
function editing({ overlay }: UiState): EditorState | string {
  return overlay?.kind === 'editor' && overlay.step.kind === 'text' ? overlay : 'no text is edited';
}

function change(ui: Ui, editor: EditorState, buffer: TextBuffer): void {
  const top = windowFor(buffer, editor.top, roomOf(ui.state, editor));
  ui.set({ overlay: { ...editor, buffer, top } });
}

function step(ui: Ui, editor: EditorState, next: EditorStep): void {
  ui.set({ overlay: { ...editor, step: next } });
}

/** What was typed and is not saved, with the name of a file for it; undefined when nothing would be lost. */
export function unsavedText({ overlay }: Pick<UiState, 'overlay'>): { text: string; name: string } | undefined {
  if (overlay?.kind !== 'editor' || !isModified(overlay.buffer)) return undefined;
  return { text: textOfBuffer(overlay.buffer), name: overlay.document.fileName };
}

/** Closes it, or asks when that would lose something. */
export function leaveEditor(ui: Ui, editor: EditorState): void {
  if (editor.step.kind !== 'text') return step(ui, editor, inText);
  if (!isModified(editor.buffer)) return ui.close();
  step(ui, editor, { kind: 'leave', openedAt: ui.clock.monotonicMs() });
}

function askToSave(ui: Ui, editor: EditorState): void {
  if (!isModified(editor.buffer)) return ui.notify('info', 'nothing was changed: nothing to save');
  const { bump, note } = editor.document.choice;
  step(ui, editor, { kind: 'save', bump, note: fieldOf(note) });
}

/** Keys that are no binding of the editor: text, and the answers of its questions. */
export function typeInEditor(ui: Ui, editor: EditorState, key: string, alone: boolean): void {
  switch (editor.step.kind) {
    case 'busy':
      return key === 'esc' ? step(ui, editor, inText) : undefined;
    case 'diff':
      return keyInDiff(ui, editor, editor.step, key, alone);
    case 'leave':
      if (!alone) return;
      if (key === 'esc' || key === 'n' || key === 'enter') return step(ui, editor, inText);
      if (ui.clock.monotonicMs() - editor.step.openedAt < guardMs) return;
      if (key === 's') return askToSave(ui, editor);
      if (key === 'd') return ui.close();
      return;
    case 'save': {
      if (key === 'esc') return step(ui, editor, inText);
      if (key === 'enter') return alone ? save(ui, editor, editor.step) : undefined;
      if (key === 'tab' || key === 'up' || key === 'down') {
        return step(ui, editor, { ...editor.step, bump: nextBump(editor.step.bump) });
      }
      const note = editField(editor.step.note, key);
      return note === undefined ? undefined : step(ui, editor, { ...editor.step, note });
    }
    case 'text': {
      const buffer = editText(editor.buffer, key, roomOf(ui.state, editor));
      if (buffer !== undefined) change(ui, editor, buffer);
    }
  }
}

const scrolls: Readonly<Record<string, Move>> = {
  up: { by: -1 },
  k: { by: -1 },
  down: { by: 1 },
  j: { by: 1 },
  pgup: { pages: -1 },
  pgdn: { pages: 1 },
};

function keyInDiff(
  ui: Ui,
  editor: EditorState,
  { view, top }: EditorStep & { readonly kind: 'diff' },
  key: string,
  alone: boolean,
): void {
  const move = scrolls[key];
  if (move === undefined) {
    if (key === 'ctrl-s') return alone ? askToSave(ui, editor) : undefined;
    return key === 'esc' || key === 'ctrl-t' || key === 'q' ? step(ui, editor, inText) : undefined;
  }
  const { rows } = roomOf(ui.state, editor);
  const last = Math.max(0, editorDiffRows(ui.state, view).total - rows);
  step(ui, editor, { kind: 'diff', view, top: Math.min(last, target(move, top, last + 1, rows)) });
}

/** What a save would change, before it is made. */
function showChanges(ui: Ui, editor: EditorState): void {
  const { key, buffer } = editor;
  const diff = jobs.get(key)?.diff;
  if (diff === undefined) return ui.notify('info', 'there is nothing to compare it with');
  diff(textOfBuffer(buffer)).then(
    (view) => {
      const now = still(ui, key);
      if (now?.buffer === buffer && now.step.kind === 'text') {
        step(ui, { ...now, error: undefined }, { kind: 'diff', view, top: 0 });
      }
    },
    (error: unknown) => {
      const now = still(ui, key);
      if (now !== undefined) ui.set({ overlay: { ...now, error: failureText(error) } });
    },
  );
}

export function pasteInEditor(ui: Ui, editor: EditorState, text: string): void {
  if (editor.step.kind === 'text') return change(ui, editor, pasteText(editor.buffer, text));
  if (editor.step.kind !== 'save') return;
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  step(ui, editor, { ...editor.step, note: insertText(editor.step.note, line) });
}

/** This editor as it is by now; undefined when it was closed. */
function still(ui: Ui, key: object): EditorState | undefined {
  const { overlay } = ui.state;
  return overlay?.kind === 'editor' && overlay.key === key ? overlay : undefined;
}

function save(ui: Ui, editor: EditorState, { bump, note }: EditorStep & { readonly kind: 'save' }): void {
  const { key, buffer } = editor;
  const job = jobs.get(key);
  if (job === undefined) return;
  step(ui, { ...editor, error: undefined }, { kind: 'busy', what: 'saving' });
  job.save(textOfBuffer(buffer), { bump, note: note.text.trim() }).then(
    (said) => {
      // Who went on typing meanwhile goes on.
      if (still(ui, key)?.buffer === buffer) ui.close();
      ui.notify(...said);
    },
    (error: unknown) => failed(ui, key, job, error),
  );
}

/** Nothing is lost: the text stays, and after a conflict the next save goes over what is live by then. */
function failed(ui: Ui, key: object, job: EditJob, failure: unknown): void {
  const now = still(ui, key);
  if (now === undefined) return;
  const error = failureText(failure);
  if (!(failure instanceof McptuiError) || failure.code !== 'conflict') {
    return ui.set({ overlay: { ...now, step: inText, error } });
  }
  job.renew().then(
    (renewed) => {
      const open = still(ui, key);
      if (open === undefined) return;
      jobs.set(key, renewed);
      const told = `${error} · ctrl-s again saves yours over it`;
      ui.set({ overlay: { ...open, document: documentOf(renewed), step: inText, error: told } });
    },
    () => ui.set({ overlay: { ...now, step: inText, error } }),
  );
}

/** Hands the text to the operator's own editor and takes back what that saved. */
function handOver(ui: Ui, editor: EditorState): void {
  const { edit } = ui.terminal;
  const { key, document, buffer } = editor;
  if (edit === undefined) return ui.notify('info', 'no other editor can be opened here');
  step(ui, editor, { kind: 'busy', what: 'the text is in your editor' });
  edit(textOfBuffer(buffer), { name: document.fileName }).then(
    (text) => {
      const now = still(ui, key);
      if (now === undefined) return;
      change(ui, { ...now, step: inText }, text === undefined ? now.buffer : replaceText(now.buffer, text));
      if (text === undefined) ui.notify('info', 'nothing was changed there');
    },
    (error: unknown) => {
      const now = still(ui, key);
      if (now !== undefined) ui.set({ overlay: { ...now, step: inText, error: failureText(error) } });
    },
  );
}

export const editorKeymap: readonly Binding[] = [
  bind({
    id: 'editor.save',
    keys: ['ctrl-s'],
    focus: 'editor',
    help: 'save: asks for the bump and a note',
    target: editing,
    run: (editor, ui) => askToSave(ui, editor),
  }),
  bind({
    id: 'editor.diff',
    keys: ['ctrl-t'],
    focus: 'editor',
    help: 'what a save would change',
    target: editing,
    run: (editor, ui) => showChanges(ui, editor),
  }),
  bind({
    id: 'editor.external',
    keys: ['ctrl-g'],
    focus: 'editor',
    help: 'hand it to $EDITOR, take back what it saves',
    target: editing,
    run: (editor, ui) => handOver(ui, editor),
  }),
  bind({
    id: 'editor.undo',
    keys: ['ctrl-z'],
    focus: 'editor',
    help: 'undo',
    repeats: true,
    target: editing,
    run: (editor, ui) => change(ui, editor, undo(editor.buffer)),
  }),
  bind({
    id: 'editor.redo',
    keys: ['ctrl-r'],
    focus: 'editor',
    help: 'redo',
    repeats: true,
    target: editing,
    run: (editor, ui) => change(ui, editor, redo(editor.buffer)),
  }),
  bind({
    id: 'editor.leave',
    keys: ['esc'],
    focus: 'editor',
    help: 'leave; asks when something is not saved',
    target: editing,
    run: (editor, ui) => leaveEditor(ui, editor),
  }),
];
