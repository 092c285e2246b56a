/** Paints a form: a field a row, and below them what is known of the one under the keys. */
import { border, framed } from '../../kit/box.ts';
import { clean, cut, fit, widthOf, wrap } from '../../../text/clean.ts';
import type { Room } from '../editor/editor-keys.ts';
import { editorRoom, editorRows, editorStart, windowFor } from '../editor/editor-view.ts';
import type { TextBuffer } from '../../state/text-buffer.ts';
import { emptyField, type Field } from '../../state/field.ts';
import { fieldSpans } from '../../kit/field-spans.ts';
import { layoutOf, windowTop, type Placed } from '../../kit/layout.ts';
import { plural } from '../../../text/format.ts';
import { row, type Span, type Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { FormState } from '../../state/overlays.ts';
import type { FormField } from '../../state/form-field.ts';
import { schemaLines } from './schema-lines.ts';

/** Rows that what is said about the field under the keys has at least. */
const leastAbout = 4;

type From = Placed;

/** Rows of the upper part; what fields do not need goes to what is said about them. */
function upperRows(state: From, { json, fields }: Pick<FormState, 'json' | 'fields'>): number {
  const most = Math.max(3, layoutOf(state).body - 3 - leastAbout);
  return json === undefined ? Math.min(most, fields.length + 2) : most;
}

/** What the JSON has on this screen; keys and painting use the same. */
export function jsonRoom(state: From, { fields }: FormState, buffer: TextBuffer): Room {
  const json = { buffer, top: editorStart };
  return editorRoom(buffer, layoutOf(state).columns - 2, upperRows(state, { fields, json }));
}

export function formRows(state: UiState, form: FormState): readonly string[] {
  const { style } = state;
  const { columns, body } = layoutOf(state);
  const inner = columns - 2;
  const { title, fields, json } = form;
  const room = upperRows(state, form);
  const aboutRows = Math.max(0, body - 3 - room);
  const required = fields.filter((field) => field.required).length;
  const counted =
    json === undefined ? `${plural(fields.length, 'field')} · * ${required} required` : 'arguments as JSON';
  const lines = json === undefined ? fieldLines(form, inner, room) : jsonLines(state, form, json);
  const paint = (line: Line | undefined): string => framed(style, row(style, inner, line ?? []));
  const rows = [border(style, columns, 'top', [[title, 'strong']], counted)];
  for (let slot = 0; slot < room; slot += 1) rows.push(paint(lines[slot]));
  rows.push(border(style, columns, 'middle'));
  const about = json === undefined ? aboutLines(form, inner, aboutRows) : jsonAbout(form, inner);
  for (let slot = 0; slot < aboutRows; slot += 1) rows.push(paint(about[slot]));
  return [
    ...rows.slice(0, body - 1),
    border(style, columns, 'bottom', [], `as ${state.host.user}, recorded in the audit log`),
  ];
}

export function formHint({ json, fields, does, schema }: FormState): string {
  if (json === undefined) {
    const asJson = schema === undefined ? '' : ' · ctrl-t JSON';
    return `Tab ↑ ↓ field · ← → choose${asJson} · ctrl-s ${does} · Esc leaves · ctrl-g $EDITOR`;
  }
  return `ctrl-s ${does} · ctrl-g $EDITOR · ${fields.length > 0 ? 'ctrl-t Esc back to the fields' : 'Esc leaves'}`;
}

function fieldLines(form: FormState, inner: number, room: number): readonly Line[] {
  const { fields, index, problems, texts, sends } = form;
  const widest = fields.reduce((longest, { name }) => Math.max(longest, widthOf(clean(name))), 8);
  const nameWidth = Math.min(widest + 1, Math.max(12, Math.floor(inner * 0.3)));
  const typeWidth = inner >= 90 ? 18 : 10;
  const total = fields.length + 1;
  const top = windowTop(index - Math.floor(room / 2), index, room, total);
  const lines: Line[] = [];
  for (let at = top; at < Math.min(total, top + room); at += 1) {
    const field = fields[at];
    const isHere = at === index;
    const mark = isHere ? '▸ ' : '  ';
    if (field === undefined) {
      lines.push([mark, [` ${sends} `, isHere ? 'mark' : 'strong'], ['  enter or ctrl-s', 'dim']]);
      continue;
    }
    const problem = problems.get(field.name);
    const told: Line = problem === undefined ? [] : [[`  ✗ ${clean(problem)}`, 'bad']];
    const toldWidth = problem === undefined ? 0 : Math.min(widthOf(clean(problem)) + 4, Math.floor(inner / 3));
    const value = inner - 4 - nameWidth - typeWidth - toldWidth;
    lines.push([
      mark,
      [field.required ? '* ' : '  ', 'accent'],
      [`${fit(clean(field.name), nameWidth - 1)} `, isHere ? 'strong' : 'plain'],
      [`${fit(clean(field.type), typeWidth - 1)} `, 'dim'],
      ...valueSpans(field, texts.get(field.name) ?? emptyField, isHere, Math.max(8, value)),
      ...told,
    ]);
  }
  return lines;
}

function valueSpans(field: FormField, typed: Field, isHere: boolean, width: number): readonly Span[] {
  const { kind } = field;
  if (kind === 'const') return [[fit(clean(typed.text), width), 'dim']];
  if (kind === 'choice' || kind === 'boolean') {
    const label = typed.text === '' ? '-' : clean(typed.text);
    return [[fit(isHere ? `‹ ${cut(label, width - 4)} ›` : `  ${label}`, width), isHere ? 'accent' : 'plain']];
  }
  const shown = field.secret ? masked(typed) : near(typed, width);
  if (isHere) return padded(fieldSpans(shown, width), width);
  return [fit(clean(shown.text.slice(0, width * 2)), width)];
}

function padded(spans: readonly Span[], width: number): readonly Span[] {
  const used = spans.reduce((sum, span) => sum + widthOf(typeof span === 'string' ? span : span[0]), 0);
  return [...spans, ' '.repeat(Math.max(0, width - used))];
}

/** A dot a character, and nothing more of it. */
function masked({ text, cursor }: Field): Field {
  const dots = (part: string): string => '•'.repeat(Math.min(64, part.length));
  const before = dots(text.slice(0, cursor));
  return { text: before + dots(text.slice(cursor)), cursor: before.length };
}

/** The part of a long text around the insertion point that can be on screen. */
function near({ text, cursor }: Field, width: number): Field {
  const from = Math.max(0, cursor - width * 2);
  return { text: text.slice(from, cursor + width * 2), cursor: cursor - from };
}

function aboutLines({ fields, index, note, schema, words }: FormState, inner: number, rows: number): readonly Line[] {
  const field = fields[index];
  const said = words.flatMap(({ tone, text }) => wrap(text, inner - 4).map((line): Line => [[`  ${line}`, tone]]));
  if (field === undefined) {
    const why = note === undefined ? [] : wrap(clean(note), inner - 4).map((text): Line => [[`  ${text}`, 'warn']]);
    return [...why.slice(0, 2), ...said];
  }
  const facts = [field.required ? 'required' : 'may be left empty', ...field.facts].join(' · ');
  const described = field.description
    .slice(0, inner * rows)
    .split(/\r?\n/)
    .map(clean)
    .join(' ');
  const about = described === '' ? [] : wrap(described, inner - 4).map((text): Line => [`  ${text}`]);
  const inside = field.kind === 'json' ? schemaLines(field.schema, inner - 4, schema?.root) : [];
  const lines: readonly Line[] = [[[`  ${facts}`, 'dim']], ...about, ...inside.map((line): Line => ['  ', ...line])];
  // What is said of the whole stays in sight.
  return [...lines.slice(0, Math.max(1, rows - said.length)), ...said];
}

function jsonAbout({ note, error }: FormState, inner: number): readonly Line[] {
  const told = error === undefined ? [] : wrap(clean(error), inner - 6).slice(0, 2);
  const noted = note === undefined ? [] : wrap(clean(note), inner - 4).slice(0, 2);
  return [
    ...told.map((text, at): Line => [[` ${at === 0 ? '✗' : ' '} ${text}`, 'bad']]),
    ...noted.map((text): Line => [[`  ${text}`, 'dim']]),
  ];
}

function jsonLines(state: UiState, form: FormState, { buffer, top }: NonNullable<FormState['json']>): readonly Line[] {
  const room = jsonRoom(state, form, buffer);
  return editorRows(buffer, windowFor(buffer, top, room), room);
}
