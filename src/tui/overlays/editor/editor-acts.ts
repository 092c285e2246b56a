/** Opens the inline editor, and does what its keys ask for: save, compare, hand over, leave. */
import { McptuiError } from '../../../kernel/errors.ts';
import { failureText, type Ui } from '../../kit/ui.ts';
import { fieldOf } from '../../state/field.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { EditJob } from './edit-content.ts';
import { roomOf } from './editor-state.ts';
import type { EditorState, EditorStep, EditedDocument } from '../../state/overlays.ts';
import { editorStart, frontMatterEnd, windowFor } from './editor-view.ts';
import { newViewer } from '../../state/viewer.ts';
import { bufferOf, isModified, moveTo, replaceText, textOfBuffer, type TextBuffer } from '../../state/text-buffer.ts';

export const inText: EditorStep = { kind: 'text' };

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

/** Jobs that say what becomes of a text, by key of its editor. */
const jobs = new WeakMap<object, EditJob>();

function documentOf({ title, fileName, choice, versions }: EditJob): EditedDocument {
  return { title, fileName, choice, ...(versions === undefined ? {} : { versions }) };
}

export function change(ui: Ui, editor: EditorState, buffer: TextBuffer): void {
  const top = windowFor(buffer, editor.top, roomOf(ui.state, editor));
  ui.put({ ...editor, buffer, top });
}

export function step(ui: Ui, editor: EditorState, next: EditorStep): void {
  ui.put({ ...editor, step: next });
}

/** Finds what was typed and is not saved, with the name of a file for it; undefined when nothing would be lost. */
export function unsavedText({ overlay, covered }: Pick<UiState, 'overlay' | 'covered'>): Unsaved | undefined {
  for (const one of [overlay, ...covered]) {
    if (one?.kind === 'editor' && isModified(one.buffer)) {
      return { text: textOfBuffer(one.buffer), name: one.document.fileName };
    }
  }
  return undefined;
}

interface Unsaved {
  readonly text: string;
  readonly name: string;
}

/** Closes it, or asks when that would lose something. */
export function leaveEditor(ui: Ui, editor: EditorState): void {
  if (editor.step.kind !== 'text') return step(ui, editor, inText);
  if (!isModified(editor.buffer)) return ui.close();
  step(ui, editor, { kind: 'leave', openedAt: ui.clock.monotonicMs() });
}

export function askToSave(ui: Ui, editor: EditorState): void {
  if (!isModified(editor.buffer)) return ui.notify('info', 'nothing was changed: nothing to save');
  const { bump, note } = editor.document.choice;
  step(ui, editor, { kind: 'save', bump, note: fieldOf(note) });
}

/** Shows what a save would change, before it is made. */
export function showChanges(ui: Ui, editor: EditorState): void {
  const { key, buffer } = editor;
  const diff = jobs.get(key)?.diff;
  if (diff === undefined) return ui.notify('info', 'there is nothing to compare it with');
  diff(textOfBuffer(buffer)).then(
    (view) => {
      const now = still(ui, key);
      if (now?.buffer === buffer && now.step.kind === 'text') {
        step(ui, { ...now, error: undefined }, { kind: 'diff', view, read: newViewer });
      }
    },
    (error: unknown) => {
      const now = still(ui, key);
      if (now !== undefined) ui.put({ ...now, error: failureText(error) });
    },
  );
}

/** This editor as it is by now; undefined when it was closed. */
function still(ui: Ui, key: object): EditorState | undefined {
  return ui.opened<EditorState>({ kind: 'editor', key });
}

export type SaveStep = EditorStep & { readonly kind: 'save' };

export function save(ui: Ui, editor: EditorState, { bump, note }: SaveStep): void {
  const { key, buffer } = editor;
  const job = jobs.get(key);
  if (job === undefined) return;
  step(ui, { ...editor, error: undefined }, { kind: 'busy', what: 'saving' });
  job.save(textOfBuffer(buffer), { bump, note: note.text.trim() }).then(
    (said) => {
      // Who went on typing meanwhile goes on.
      const now = still(ui, key);
      if (now?.buffer === buffer) ui.close(now);
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
    return ui.put({ ...now, step: inText, error });
  }
  job.renew().then(
    (renewed) => {
      const open = still(ui, key);
      if (open === undefined) return;
      jobs.set(key, renewed);
      const told = `${error} · ctrl-s again saves yours over it`;
      ui.put({ ...open, document: documentOf(renewed), step: inText, error: told });
    },
    () => ui.put({ ...now, step: inText, error }),
  );
}

/** Hands the text to the operator's own editor and takes back what that saved. */
export function handOver(ui: Ui, editor: EditorState): void {
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
      if (now !== undefined) ui.put({ ...now, step: inText, error: failureText(error) });
    },
  );
}
