/** What keys and pastes do in the inline editor. */
import { McptuiError } from '../../../kernel/errors.ts';
import { failureText, type Console } from '../../app/console.ts';
import { editField, fieldOf, insertText } from '../../kit/field.ts';
import { bind, type Binding } from '../../kit/keymap.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { EditJob } from './edit-content.ts';
import { editText } from './editor-keys.ts';
import { target, type Move } from '../../kit/scroll.ts';
import { editorDiffRows, nextBump, roomOf, type EditorState, type EditorStep } from './editor-state.ts';
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
} from './text-buffer.ts';

/** A key that throws text away counts no sooner than this after the question appeared. */
const guardMs = 250;
const inText: EditorStep = { kind: 'text' };

/** Opens it where the text begins, below the front matter. */
export function openEditor(console: Console, job: EditJob): void {
  const buffer = bufferOf(job.text);
  const body = frontMatterEnd(buffer.lines) + 1;
  const hasBody = buffer.lines.slice(body).some((line) => line !== '');
  const placed = hasBody ? moveTo(buffer, { line: body, at: 0 }) : buffer;
  console.open({ kind: 'editor', job, buffer: placed, top: editorStart, step: inText, error: undefined });
}

/** The editor on screen while its text has the keys. */
function editing({ overlay }: UiState): EditorState | string {
  return overlay?.kind === 'editor' && overlay.step.kind === 'text' ? overlay : 'no text is edited';
}

function change(console: Console, editor: EditorState, buffer: TextBuffer): void {
  const top = windowFor(buffer, editor.top, roomOf(console.state, editor));
  console.set({ overlay: { ...editor, buffer, top } });
}

function step(console: Console, editor: EditorState, next: EditorStep): void {
  console.set({ overlay: { ...editor, step: next } });
}

/** What was typed and is not saved, with the name of a file for it; undefined when nothing would be lost. */
export function unsavedText({ overlay }: Pick<UiState, 'overlay'>): { text: string; name: string } | undefined {
  if (overlay?.kind !== 'editor' || !isModified(overlay.buffer)) return undefined;
  return { text: textOfBuffer(overlay.buffer), name: overlay.job.fileName };
}

/** Closes it, or asks when that would lose something. */
export function leaveEditor(console: Console, editor: EditorState): void {
  if (editor.step.kind !== 'text') return step(console, editor, inText);
  if (!isModified(editor.buffer)) return console.close();
  step(console, editor, { kind: 'leave', openedAt: console.clock.monotonicMs() });
}

function askToSave(console: Console, editor: EditorState): void {
  if (!isModified(editor.buffer)) return console.notify('info', 'nothing was changed: nothing to save');
  const { bump, note } = editor.job.choice;
  step(console, editor, { kind: 'save', bump, note: fieldOf(note) });
}

/** Keys that are no binding of the editor: text, and the answers of its questions. */
export function typeInEditor(console: Console, editor: EditorState, key: string, alone: boolean): void {
  switch (editor.step.kind) {
    case 'busy':
      return key === 'esc' ? step(console, editor, inText) : undefined;
    case 'diff':
      return keyInDiff(console, editor, editor.step, key, alone);
    case 'leave':
      if (!alone) return;
      if (key === 'esc' || key === 'n' || key === 'enter') return step(console, editor, inText);
      if (console.clock.monotonicMs() - editor.step.openedAt < guardMs) return;
      if (key === 's') return askToSave(console, editor);
      if (key === 'd') return console.close();
      return;
    case 'save': {
      if (key === 'esc') return step(console, editor, inText);
      if (key === 'enter') return alone ? save(console, editor, editor.step) : undefined;
      if (key === 'tab' || key === 'up' || key === 'down') {
        return step(console, editor, { ...editor.step, bump: nextBump(editor.step.bump) });
      }
      const note = editField(editor.step.note, key);
      return note === undefined ? undefined : step(console, editor, { ...editor.step, note });
    }
    case 'text': {
      const buffer = editText(editor.buffer, key, roomOf(console.state, editor));
      if (buffer !== undefined) change(console, editor, buffer);
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
  console: Console,
  editor: EditorState,
  { view, top }: EditorStep & { readonly kind: 'diff' },
  key: string,
  alone: boolean,
): void {
  const move = scrolls[key];
  if (move === undefined) {
    if (key === 'ctrl-s') return alone ? askToSave(console, editor) : undefined;
    return key === 'esc' || key === 'ctrl-t' || key === 'q' ? step(console, editor, inText) : undefined;
  }
  const { rows } = roomOf(console.state, editor);
  const last = Math.max(0, editorDiffRows(console.state, view).total - rows);
  step(console, editor, { kind: 'diff', view, top: Math.min(last, target(move, top, last + 1, rows)) });
}

/** What a save would change, before it is made. */
function showChanges(console: Console, editor: EditorState): void {
  const { job, buffer } = editor;
  if (job.diff === undefined) return console.notify('info', 'there is nothing to compare it with');
  job.diff(textOfBuffer(buffer)).then(
    (view) => {
      const now = still(console, job);
      if (now?.buffer === buffer && now.step.kind === 'text') {
        step(console, { ...now, error: undefined }, { kind: 'diff', view, top: 0 });
      }
    },
    (error: unknown) => {
      const now = still(console, job);
      if (now !== undefined) console.set({ overlay: { ...now, error: failureText(error) } });
    },
  );
}

export function pasteInEditor(console: Console, editor: EditorState, text: string): void {
  if (editor.step.kind === 'text') return change(console, editor, pasteText(editor.buffer, text));
  if (editor.step.kind !== 'save') return;
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  step(console, editor, { ...editor.step, note: insertText(editor.step.note, line) });
}

/** The editor of this job as it is by now; undefined when it was closed. */
function still(console: Console, job: EditJob): EditorState | undefined {
  const { overlay } = console.state;
  return overlay?.kind === 'editor' && overlay.job === job ? overlay : undefined;
}

function save(console: Console, editor: EditorState, { bump, note }: EditorStep & { readonly kind: 'save' }): void {
  const { job, buffer } = editor;
  step(console, { ...editor, error: undefined }, { kind: 'busy', what: 'saving' });
  job.save(textOfBuffer(buffer), { bump, note: note.text.trim() }).then(
    (said) => {
      // Who went on typing meanwhile goes on.
      if (still(console, job)?.buffer === buffer) console.close();
      console.notify(...said);
    },
    (error: unknown) => failed(console, editor, error),
  );
}

/** Nothing is lost: the text stays, and after a conflict the next save goes over what is live by then. */
function failed(console: Console, editor: EditorState, failure: unknown): void {
  const { job } = editor;
  const now = still(console, job);
  if (now === undefined) return;
  const error = failureText(failure);
  if (!(failure instanceof McptuiError) || failure.code !== 'conflict') {
    return console.set({ overlay: { ...now, step: inText, error } });
  }
  job.renew().then(
    (renewed) => {
      const open = still(console, job);
      if (open === undefined) return;
      const told = `${error} · ctrl-s again saves yours over it`;
      console.set({ overlay: { ...open, job: renewed, step: inText, error: told } });
    },
    () => console.set({ overlay: { ...now, step: inText, error } }),
  );
}

/** Hands the text to the operator's own editor and takes back what that saved. */
function handOver(console: Console, editor: EditorState): void {
  const { edit } = console.terminal;
  const { job, buffer } = editor;
  if (edit === undefined) return console.notify('info', 'no other editor can be opened here');
  step(console, editor, { kind: 'busy', what: 'the text is in your editor' });
  edit(textOfBuffer(buffer), { name: job.fileName }).then(
    (text) => {
      const now = still(console, job);
      if (now === undefined) return;
      change(console, { ...now, step: inText }, text === undefined ? now.buffer : replaceText(now.buffer, text));
      if (text === undefined) console.notify('info', 'nothing was changed there');
    },
    (error: unknown) => {
      const now = still(console, job);
      if (now !== undefined) console.set({ overlay: { ...now, step: inText, error: failureText(error) } });
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
    run: (editor, console) => askToSave(console, editor),
  }),
  bind({
    id: 'editor.diff',
    keys: ['ctrl-t'],
    focus: 'editor',
    help: 'what a save would change',
    target: editing,
    run: (editor, console) => showChanges(console, editor),
  }),
  bind({
    id: 'editor.external',
    keys: ['ctrl-g'],
    focus: 'editor',
    help: 'hand it to $EDITOR, take back what it saves',
    target: editing,
    run: (editor, console) => handOver(console, editor),
  }),
  bind({
    id: 'editor.undo',
    keys: ['ctrl-z'],
    focus: 'editor',
    help: 'undo',
    repeats: true,
    target: editing,
    run: (editor, console) => change(console, editor, undo(editor.buffer)),
  }),
  bind({
    id: 'editor.redo',
    keys: ['ctrl-r'],
    focus: 'editor',
    help: 'redo',
    repeats: true,
    target: editing,
    run: (editor, console) => change(console, editor, redo(editor.buffer)),
  }),
  bind({
    id: 'editor.leave',
    keys: ['esc'],
    focus: 'editor',
    help: 'leave; asks when something is not saved',
    target: editing,
    run: (editor, console) => leaveEditor(console, editor),
  }),
];
