/** Paints the inline editor over the whole body: the text, and below it what is asked or what went wrong. */
import { border, framed } from '../../kit/box.ts';
import { clean, wrap } from '../../../text/clean.ts';
import { fieldSpans } from '../../kit/field-spans.ts';
import { layoutOf } from '../../kit/layout.ts';
import { row, type Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { viewerRows, viewerWords } from '../../kit/viewer/paint.ts';
import type { Room } from './editor-keys.ts';
import { editorRows, editorStatus, windowFor } from './editor-view.ts';
import type { EditorTop, EditorState, EditedDocument } from '../../state/overlays.ts';
import { bumps, nextBump } from '../../state/save-choice.ts';
import { editorText, errorRows, panelHeight, roomOf } from './editor-state.ts';
import type { Bump } from '../../../text/versions.ts';

/** Rows of the whole body, borders included. */
export function editorOverlayRows(state: UiState, editor: EditorState): readonly string[] {
  const { style } = state;
  const { columns, body } = layoutOf(state);
  const inner = columns - 2;
  const room = roomOf(state, editor);
  const top = windowFor(editor.buffer, editor.top, room);
  const text = shownRows(state, editor, top, room);
  const line = (spans: Line | undefined): string => framed(style, row(style, inner, spans ?? []));
  const rows = [
    border(style, columns, 'top', [[`Edit ${clean(editor.document.title)}`, 'strong']], noteOf(state, editor)),
  ];
  for (let slot = 0; slot < room.rows; slot += 1) rows.push(line(text[slot]));
  if (panelHeight(editor) > 0) rows.push(border(style, columns, 'middle'), ...panelLines(editor, inner).map(line));
  return [...rows.slice(0, body - 1), border(style, columns, 'bottom')];
}

/** Where the operator stands in the text, or in what a save would change. */
function noteOf(state: UiState, editor: EditorState): string {
  const read = editorText(state, editor);
  return read === undefined ? editorStatus(editor.buffer) : viewerWords(read, 'line');
}

/** The text, or in its place what a save would change. */
function shownRows(state: UiState, editor: EditorState, top: EditorTop, room: Room): readonly Line[] {
  const { step } = editor;
  const read = editorText(state, editor);
  if (step.kind !== 'diff' || read === undefined) return editorRows(editor.buffer, top, room);
  if (step.view.added === 0 && step.view.removed === 0) return [[' nothing differs from what is live']];
  return viewerRows(read).map((line): Line => [' ', ...line]);
}

function panelLines(editor: EditorState, width: number): readonly Line[] {
  const errors = editor.error === undefined ? [] : wrap(clean(editor.error), width - 4).slice(0, errorRows);
  const told = errors.map((text, index): Line => [[` ${index === 0 ? '✗' : ' '} ${text}`, 'bad']]);
  while (editor.error !== undefined && told.length < errorRows) told.push([]);
  return [...told, ...stepLines(editor, width)];
}

function stepLines({ step, document }: EditorState, width: number): readonly Line[] {
  switch (step.kind) {
    case 'text':
    case 'diff':
      return [];
    case 'busy':
      return [[` ${clean(step.what)} …`]];
    case 'leave':
      return [
        [
          ' Not saved.  ',
          ['s', 'accent'],
          ' save it   ',
          ['d', 'accent'],
          ' discard what was typed   ',
          ['Esc', 'strong'],
          [' go on editing (default)', 'strong'],
        ],
      ];
    case 'save':
      return [saveLine(document.versions, step.bump), [' note: ', ...fieldSpans(step.note, width - 10)]];
  }
}

function saveLine(versions: EditedDocument['versions'], bump: Bump): Line {
  if (versions === undefined) return [' ', ['enter', 'accent'], ' saves it'];
  const others = bumps.filter((other) => other !== bump).map((other) => `${other} ${versions[other]}`);
  return [
    ' ',
    ['enter', 'accent'],
    ' saves ',
    [`${versions[bump]} (${bump})`, 'strong'],
    '   ',
    ['tab', 'accent'],
    ` ${nextBump(bump)}`,
    [`   ${others.join(' · ')}`, 'dim'],
  ];
}

export function editorHint({ step }: EditorState): string {
  switch (step.kind) {
    case 'text':
      return 'ctrl-s save · ctrl-t diff · ctrl-g $EDITOR · ctrl-z undo · ctrl-r redo · ctrl-k ctrl-y cut, put back · Esc leaves';
    case 'diff':
      return 'what a save would change · n N change · / find · & - lines · w wrap · ctrl-s save · Esc goes on editing';
    case 'save':
      return 'type a note · tab changes the bump · enter saves · Esc goes on editing';
    case 'leave':
      return 's saves · d discards · Esc goes on editing';
    case 'busy':
      return '';
  }
}
