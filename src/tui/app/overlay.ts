/** What lies over a pane: questions, palette, help and the copy menu, as whole rows that replace the pane's. */
import { bindings } from './bindings.ts';
import { box } from '../kit/box.ts';
import { clean, fit, widthOf, wrap } from '../../text/clean.ts';
import { editorOverlayRows } from '../overlays/editor/editor-overlay.ts';
import { fieldSpans } from '../kit/field-spans.ts';
import { callFormRows } from '../overlays/form/form-view.ts';
import { plural } from '../../text/format.ts';
import { focusesOf, focusTitle, keyLabel, type Focus } from '../kit/keymap.ts';
import { paneOf, panes } from './panes.ts';
import { bindListRows } from '../overlays/bind-list.ts';
import type { Span } from '../kit/theme.ts';
import type { AskState, PaletteState, Question } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { copyItems } from './copy.ts';
import { paletteEntries } from './palette.ts';

type Line = readonly Span[];

export interface OverlayRows {
  /** First row of the body that is replaced. */
  readonly top: number;
  readonly rows: readonly string[];
}

export function overlayRows(state: UiState, body: number): OverlayRows | undefined {
  const { overlay, size } = state;
  switch (overlay?.kind) {
    case undefined:
    case 'filter':
      return undefined;
    case 'question': {
      const lines = questionLines(overlay.question, state.host.hosting, size.columns);
      return atBottom(state, body, questionTitle(overlay.question), lines);
    }
    case 'ask':
      return atBottom(state, body, overlay.title, askLines(overlay, size.columns));
    case 'editor':
      return { top: 0, rows: editorOverlayRows(state, overlay) };
    case 'bind':
      return { top: 0, rows: bindListRows(state, overlay) };
    case 'call':
      return { top: 0, rows: callFormRows(state, overlay) };
    case 'copy': {
      const lines = copyItems(state).map(({ key, name, text }): Line => [
        ` `,
        [key, 'accent'],
        ` ${fit(name, 17)}`,
        [clean(text), 'dim'],
      ]);
      return atBottom(state, body, 'Copy', lines);
    }
    case 'palette':
      return paletteRows(state, overlay, body);
    case 'help':
      return { top: 0, rows: helpRows(state, body) };
  }
}

/** A box as high as its lines, over the end of the body; of lines without room the last ones are kept, which say what to press. */
function atBottom(state: UiState, body: number, title: string, lines: readonly Line[]): OverlayRows {
  const height = Math.min(body, lines.length + 2);
  const shown = lines.slice(Math.max(0, lines.length - (height - 2)));
  const { style, size } = state;
  return { top: body - height, rows: box(style, size.columns, height, [[clean(title), 'strong']], '', shown) };
}

function questionTitle(question: Question): string {
  return question.kind === 'quit' ? 'Quit?' : question.title;
}

const textLines = (lines: readonly string[], columns: number): Line[] =>
  lines.flatMap((line) => wrap(clean(line), columns - 4)).map((line): Line => [` ${line}`]);

function questionLines(question: Question, hosting: boolean, columns: number): readonly Line[] {
  switch (question.kind) {
    case 'confirm':
      return [
        ...textLines(question.lines, columns),
        [' ', ['y', 'accent'], ` ${question.yes}   `, ['n', 'strong'], [` ${question.no} (default)`, 'strong']],
      ];
    case 'type-name':
      return [...textLines(question.lines, columns), ...nameLines(question, columns)];
    case 'quit':
      return hosting
        ? [
            [' This console runs the engine. What becomes of the instances?'],
            [' ', ['s', 'accent'], ' stop the instances and quit'],
            [' ', ['h', 'accent'], ' hand over to a daemon: agents go on'],
            [' ', ['n', 'strong'], [' stay here (default)', 'strong']],
          ]
        : [];
  }
}

/** A long name has its own line, so that what is typed is always on screen. */
function nameLines({ name, field }: Question & { readonly kind: 'type-name' }, columns: number): readonly Line[] {
  const asked = ` Type ${clean(name)} to confirm: `;
  const room = columns - 4 - widthOf(asked);
  if (room >= Math.min(40, widthOf(clean(name)) + 2)) return [[asked, ...fieldSpans(field, room)]];
  return [...textLines([asked.trim()], columns), [' ', ...fieldSpans(field, columns - 6)]];
}

function askLines({ lines, label, field, required }: AskState, columns: number): readonly Line[] {
  const head = ` ${clean(label)}: `;
  const missing: Line = required === undefined || field.text.trim() !== '' ? [] : [[` ${required}`, 'dim']];
  return [
    ...textLines(lines, columns),
    [head, ...fieldSpans(field, Math.max(8, columns - 4 - widthOf(head)))],
    missing,
  ];
}

function paletteRows(state: UiState, overlay: PaletteState, body: number): OverlayRows {
  const { style, size } = state;
  const entries = paletteEntries(state, overlay.field.text, overlay.actionsOnly);
  const height = Math.min(body, 18);
  const room = height - 4;
  const index = Math.min(overlay.index, Math.max(0, entries.length - 1));
  const top = Math.min(Math.max(0, index - room + 1), Math.max(0, entries.length - room));
  const lines: Line[] = [[' : ', ...fieldSpans(overlay.field, size.columns - 8)], []];
  for (const [slot, entry] of entries.slice(top, top + room).entries()) {
    const chosen = top + slot === index;
    const name = fit(entry.name, Math.max(24, Math.min(40, widthOf(entry.name) + 2)));
    const refusal = entry.refusal();
    const reason = refusal === undefined ? '' : ` · ${clean(refusal)}`;
    const tone = refusal === undefined ? 'plain' : 'dim';
    lines.push([chosen ? ' ▸ ' : '   ', [name, chosen ? 'strong' : tone], [`${entry.about}${reason}`, 'dim']]);
  }
  if (entries.length === 0) lines.push(['   nothing matches']);
  const title = overlay.actionsOnly ? 'Actions here' : 'Command';
  return {
    top: 0,
    rows: box(
      style,
      size.columns,
      height,
      [[title, 'strong']],
      plural(entries.length, 'match').replace('matchs', 'matches'),
      lines,
    ),
  };
}

const helpOrder = (state: UiState): readonly Focus[] => focusesOf({ ...state, overlay: undefined });

/** The bindings that work here, the pane's first; those that do nothing now with their reason. */
export function helpLines(state: UiState, query: string): readonly Line[] {
  const here: UiState = { ...state, overlay: undefined };
  const wanted = query.trim().toLowerCase();
  const lines: Line[] = [];
  for (const focus of helpOrder(state)) {
    const group = bindings.filter(
      ({ focus: own, id, help, keys }) =>
        own === focus && `${id} ${help} ${keys.join(' ')}`.toLowerCase().includes(wanted),
    );
    if (group.length === 0) continue;
    if (lines.length > 0) lines.push([]);
    lines.push([[` ${focusTitle(focus)}`, 'strong']]);
    for (const binding of group) {
      const reason = binding.refusal(here);
      const keys = fit(binding.keys.map(keyLabel).join(' '), 14);
      const tone = reason === undefined ? 'plain' : 'dim';
      const why: Line = reason === undefined ? [] : [[`  not now: ${clean(reason)}`, 'warn']];
      lines.push([
        ` `,
        [keys, reason === undefined ? 'accent' : 'dim'],
        [fit(binding.help, 46), tone],
        ...(why.length === 0 ? [[`  ${binding.id}`, 'dim'] as const] : why),
      ]);
    }
  }
  if (lines.length === 0) lines.push([' no key matches']);
  return lines;
}

function helpRows(state: UiState, body: number): readonly string[] {
  const { overlay, style, size } = state;
  if (overlay?.kind !== 'help') return [];
  const lines = helpLines(state, overlay.field.text);
  const room = Math.max(1, body - 4);
  const top = Math.min(overlay.top, Math.max(0, lines.length - room));
  const shown: Line[] = [
    [' search: ', ...fieldSpans(overlay.field, size.columns - 16)],
    ...lines.slice(top, top + room),
  ];
  while (shown.length < room + 1) shown.push([]);
  shown.push([[` ${paneOf(state).legend ?? panes.instances.legend ?? ''}`, 'dim']]);
  const range = `${top + 1}-${Math.min(lines.length, top + room)} of ${lines.length}`;
  return box(style, size.columns, body, [['Help', 'strong']], `pane first, then everywhere · ${range}`, shown);
}
