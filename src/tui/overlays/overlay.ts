/** What lies over a pane: questions, palette, help and the copy menu, as whole rows that replace the pane's. */
import { bindings } from '../bindings.ts';
import { box } from '../box.ts';
import { clean, fit, widthOf } from '../clean.ts';
import { fieldSpans } from '../field-spans.ts';
import { plural } from '../format.ts';
import { focusTitle, keyLabel, type Focus } from '../keymap.ts';
import type { Span } from '../theme.ts';
import type { PaletteState, Question, UiState } from '../ui-store.ts';
import { copyItems } from './copy.ts';
import { paletteEntries } from './palette.ts';

type Line = readonly Span[];

export interface OverlayRows {
  /** First row of the body that is replaced. */
  readonly top: number;
  readonly rows: readonly string[];
}

export function overlayRows(state: UiState, body: number): OverlayRows | undefined {
  const { overlay, style, size } = state;
  switch (overlay?.kind) {
    case undefined:
    case 'filter':
      return undefined;
    case 'question': {
      const lines = questionLines(overlay.question, state.host.hosting);
      const height = Math.min(body, lines.length + 2);
      return {
        top: body - height,
        rows: box(style, size.columns, height, [[questionTitle(overlay.question), 'strong']], '', lines),
      };
    }
    case 'copy': {
      const lines = copyItems(state).map(({ key, name, text }): Line => [
        ` `,
        [key, 'accent'],
        ` ${fit(name, 16)}`,
        [clean(text), 'dim'],
      ]);
      const height = Math.min(body, lines.length + 2);
      return { top: body - height, rows: box(style, size.columns, height, [['Copy', 'strong']], '', lines) };
    }
    case 'palette':
      return paletteRows(state, overlay, body);
    case 'help':
      return { top: 0, rows: helpRows(state, body) };
  }
}

function questionTitle(question: Question): string {
  switch (question.kind) {
    case 'stop':
      return `Stop ${clean(question.name)}?`;
    case 'restart':
      return `Restart ${clean(question.name)}?`;
    case 'delete':
      return `Delete server ${clean(question.serverName)}?`;
    case 'quit':
      return 'Quit?';
  }
}

function questionLines(question: Question, hosting: boolean): readonly Line[] {
  switch (question.kind) {
    case 'stop':
      return [
        [' Calls in flight fail; agents lose its tools until it is started again.'],
        [' ', ['y', 'accent'], ' stop it   ', ['n', 'strong'], [' no, leave it (default)', 'strong']],
      ];
    case 'restart':
      return [
        [' Calls in flight fail; its tools are back once it is running again.'],
        [' ', ['y', 'accent'], ' restart it   ', ['n', 'strong'], [' no, leave it (default)', 'strong']],
      ];
    case 'delete':
      return [
        [` Stops and forgets the server and its ${plural(question.instances, 'instance')}.`],
        [' The audit log keeps what it did.'],
        [` Type ${clean(question.serverName)} to confirm: `, ...fieldSpans(question.field, 40)],
      ];
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
    const reason = entry.refusal === undefined ? '' : ` · ${clean(entry.refusal)}`;
    const tone = entry.refusal === undefined ? 'plain' : 'dim';
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

const helpOrder = (state: UiState): readonly Focus[] => [state.pane, 'move', 'global'];

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
  shown.push([[' ● healthy  ◐ starting  ▲ unhealthy  ✗ error  ○ stopped', 'dim']]);
  const range = `${top + 1}-${Math.min(lines.length, top + room)} of ${lines.length}`;
  return box(style, size.columns, body, [['Help', 'strong']], `pane first, then everywhere · ${range}`, shown);
}
