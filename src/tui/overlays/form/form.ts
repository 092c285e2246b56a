/** Fills in a form, as fields or as JSON: what it is for is its job. */
import type { JsonObject } from '../../../kernel/json.ts';
import { failureText, type Ui } from '../../kit/ui.ts';
import { bufferOf, pasteText, textOfBuffer, type TextBuffer } from '../../state/text-buffer.ts';
import { editText } from '../editor/editor-keys.ts';
import { editorStart, windowFor } from '../editor/editor-view.ts';
import type { EditorTop, FormState } from '../../state/overlays.ts';
import { editField } from '../../kit/field.ts';
import { fieldOf, type Field } from '../../state/field.ts';
import type { FormField } from '../../state/form-field.ts';
import { jsonRoom } from './form-view.ts';
import { fill, parseArgs, roughly, type Texts } from './values.ts';

/** Longest text of a field. */
const maxText = 64 * 1024;

/** What a form is for. */
export interface FormJob {
  /** Looks at what was typed: the form as it is then. */
  readonly typed?: (ui: Ui, form: FormState) => FormState;
  /** The field that enter leads to; default: the next. */
  readonly after?: (form: FormState) => number;
  /** Every field can be read; what it does not like, it puts into the form. */
  readonly send: (ui: Ui, form: FormState, args: JsonObject) => void;
  /** Remembers for the next time what was typed and is neither secret nor proposed; `json` stands for a form without fields. */
  readonly keep: (ui: Ui, texts: Texts, json: string | undefined) => void;
}

export type FormDraft = Pick<
  FormState,
  'title' | 'sends' | 'does' | 'fields' | 'note' | 'texts' | 'words' | 'schema'
> & {
  readonly json?: TextBuffer;
};

/** By key of the form. */
const jobs = new WeakMap<object, FormJob>();

export function openForm(ui: Ui, draft: FormDraft, job: FormJob): void {
  const key = {};
  jobs.set(key, job);
  const form: FormState = {
    ...draft,
    kind: 'form',
    key,
    index: 0,
    proposed: new Map(),
    problems: new Map(),
    json: draft.json === undefined ? undefined : { buffer: draft.json, top: editorStart },
    error: undefined,
    openedAt: ui.clock.monotonicMs(),
  };
  ui.open(looked(ui, form));
}

function looked(ui: Ui, form: FormState): FormState {
  return jobs.get(form.key)?.typed?.(ui, form) ?? form;
}

/** Enter in a field: what sends it counts no return that was pressed before it was there. */
export function advance(ui: Ui, form: FormState): void {
  const index = jobs.get(form.key)?.after?.(form) ?? form.index + 1;
  ui.put({ ...form, index, ...(index < form.fields.length ? {} : { openedAt: ui.clock.monotonicMs() }) });
}

export function move(ui: Ui, form: FormState, by: number): void {
  const total = form.fields.length + 1;
  const next =
    Math.abs(by) === 1 ? (form.index + by + total) % total : Math.min(total - 1, Math.max(0, form.index + by));
  ui.put({ ...form, index: next });
}

export function typeField(ui: Ui, form: FormState, key: string): void {
  const field = form.fields[form.index];
  if (field === undefined) return;
  const now = form.texts.get(field.name) ?? fieldOf('');
  if (field.kind === 'const') return ui.notify('info', `${field.name} is always ${field.initial}`);
  if (isChosen(field)) {
    const next = chosen(field, now.text, key);
    return next === undefined ? undefined : put(ui, form, field, fieldOf(next));
  }
  const edited = editField(now, key);
  if (edited !== undefined) put(ui, form, field, edited);
}

/** Its value is one of a few: it is chosen, not typed. */
export function isChosen({ kind }: FormField): boolean {
  return kind === 'choice' || kind === 'boolean';
}

/** The choice that a key leads to: the next, the one before, none, or the next that begins with a letter. */
function chosen({ choices, required }: FormField, text: string, key: string): string | undefined {
  const labels = [...(required ? [] : ['']), ...choices.map(({ label }) => label)];
  const at = labels.indexOf(text);
  if (key === 'right' || key === 'space') return labels[(at + 1) % labels.length];
  if (key === 'left') return labels[(Math.max(at, 0) - 1 + labels.length) % labels.length];
  if (key === 'backspace' || key === 'delete' || key === 'ctrl-u') return '';
  if (key.length !== 1) return undefined;
  const later = [...labels.slice(at + 1), ...labels.slice(0, at + 1)];
  return later.find((label) => label.toLowerCase().startsWith(key.toLowerCase()));
}

export function put(ui: Ui, form: FormState, { name }: FormField, field: Field): void {
  const problems = new Map(form.problems);
  problems.delete(name);
  ui.put(looked(ui, { ...form, texts: new Map(form.texts).set(name, field), problems }));
}

export function typeJson(ui: Ui, form: FormState, json: NonNullable<FormState['json']>, key: string): void {
  const room = jsonRoom(ui.state, form, json.buffer);
  const buffer = editText(json.buffer, key, room);
  if (buffer !== undefined) putJson(ui, form, buffer, json.top);
}

function putJson(ui: Ui, form: FormState, buffer: TextBuffer, from: EditorTop): void {
  const top = windowFor(buffer, from, jsonRoom(ui.state, form, buffer));
  ui.put({ ...form, json: { buffer, top }, error: undefined });
}

export function pasteInForm(ui: Ui, form: FormState, text: string): void {
  const { json } = form;
  if (json !== undefined) return putJson(ui, form, pasteText(json.buffer, text), json.top);
  const field = form.fields[form.index];
  if (field === undefined || field.kind === 'const') return;
  if (isChosen(field)) {
    const found = field.choices.find(({ label }) => label === text.trim());
    return found === undefined ? undefined : put(ui, form, field, fieldOf(found.label));
  }
  put(ui, form, field, inserted(form.texts.get(field.name) ?? fieldOf(''), text));
}

/** New lines and tabs stay: a text may be a file. */
function inserted({ text, cursor }: Field, typed: string): Field {
  const kept = typed
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '')
    .slice(0, Math.max(0, maxText - text.length));
  return { text: text.slice(0, cursor) + kept + text.slice(cursor), cursor: cursor + kept.length };
}

export function textsOf(form: FormState): Texts {
  return new Map([...form.texts].map(([name, { text }]) => [name, text]));
}

function keep(ui: Ui, form: FormState): void {
  const secret = new Set(form.fields.filter((field) => field.secret).map(({ name }) => name));
  const isTyped = (name: string, text: string): boolean => !secret.has(name) && form.proposed.get(name) !== text;
  const kept = new Map([...textsOf(form)].filter(([name, text]) => isTyped(name, text)));
  const json = form.fields.length === 0 && form.json !== undefined ? textOfBuffer(form.json.buffer) : undefined;
  jobs.get(form.key)?.keep(ui, kept, json);
}

export function leave(ui: Ui, form: FormState): void {
  // From JSON back to the fields first, where there are any.
  if (form.json !== undefined && form.fields.length > 0) {
    const back = asFields(form, form.json);
    if (typeof back !== 'string') return ui.put(back);
    ui.put({ ...form, json: undefined, error: undefined });
    return ui.notify('warn', `the JSON was left out: ${back}`);
  }
  keep(ui, form);
  ui.close();
}

export function submit(ui: Ui, form: FormState): void {
  const { fields, json } = form;
  if (json !== undefined) {
    const parsed = parseArgs(textOfBuffer(json.buffer));
    if ('problem' in parsed) return ui.put({ ...form, error: parsed.problem });
    const back = fields.length === 0 ? undefined : asFields(form, json);
    keep(ui, back === undefined || typeof back === 'string' ? form : back);
    return send(ui, form, parsed.args);
  }
  const filled = fill(fields, textsOf(form));
  if (filled.kind === 'args') {
    keep(ui, form);
    return send(ui, form, filled.args);
  }
  const first = fields.findIndex(({ name }) => filled.problems.has(name));
  ui.put({ ...form, problems: filled.problems, index: first });
}

function send(ui: Ui, form: FormState, args: JsonObject): void {
  jobs.get(form.key)?.send(ui, form, args);
}

export function toggleJson(ui: Ui, form: FormState): void {
  const { fields, json } = form;
  if (json === undefined) {
    const texts = textsOf(form);
    const filled = fill(fields, texts);
    const left = filled.kind === 'args' ? [] : [...filled.problems.keys()].filter((name) => texts.get(name) !== '');
    if (left.length > 0) ui.notify('warn', `left out, since it cannot be read: ${left.join(', ')}`);
    const buffer = bufferOf(JSON.stringify(roughly(fields, texts), null, 2));
    return ui.put({ ...form, json: { buffer, top: editorStart }, error: undefined });
  }
  if (fields.length === 0) return ui.notify('info', form.note ?? 'there is no form for it');
  const back = asFields(form, json);
  ui.put(typeof back === 'string' ? { ...form, error: back } : back);
}

/** The form filled from the JSON, or why that cannot be. */
function asFields(form: FormState, json: NonNullable<FormState['json']>): FormState | string {
  const { fields } = form;
  const parsed = parseArgs(textOfBuffer(json.buffer));
  if ('problem' in parsed) return parsed.problem;
  const { args } = parsed;
  const strange = Object.keys(args).filter((name) => !fields.some((field) => field.name === name));
  if (strange.length > 0) return `the form has no field for ${strange.slice(0, 5).join(', ')}`;
  const texts = new Map(
    fields.map(({ name, kind, initial }) => {
      const value = Object.hasOwn(args, name) ? args[name] : undefined;
      if (value === undefined) return [name, fieldOf(kind === 'const' ? initial : '')] as const;
      return [name, fieldOf(typeof value === 'string' && kind !== 'json' ? value : JSON.stringify(value))] as const;
    }),
  );
  return { ...form, texts, json: undefined, error: undefined, problems: new Map() };
}

/** The field under the keys, or all arguments as JSON, in the operator's editor. */
export function editOutside(ui: Ui, form: FormState): void {
  const { edit } = ui.terminal;
  if (edit === undefined) return ui.notify('info', 'no editor can be opened here');
  const { json } = form;
  const field = json === undefined ? form.fields[form.index] : undefined;
  if (json === undefined && (field === undefined || field.secret || !['text', 'json'].includes(field.kind))) {
    return ui.notify('info', 'this one is typed here');
  }
  const text = json === undefined ? (form.texts.get(field?.name ?? '')?.text ?? '') : textOfBuffer(json.buffer);
  const name = field?.kind === 'text' ? 'argument.txt' : 'arguments.json';
  edit(text, { name }).then(
    (saved) => {
      const now = ui.opened<FormState>(form);
      if (saved === undefined || now === undefined) return;
      if (now.json !== undefined) return putJson(ui, now, bufferOf(saved), editorStart);
      if (field !== undefined) put(ui, now, field, fieldOf(saved.replace(/\n$/, '').slice(0, maxText)));
    },
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}
