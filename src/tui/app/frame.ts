/** Composes the whole screen as rows of text, once per change of the state. Pure. */
import { chrome } from './chrome.ts';
import { isTooSmall, layoutOf, smallest } from '../kit/layout.ts';
import { kindOf } from './bindings.ts';
import { panes } from './panes.ts';
import { startPage, waitingPage } from './start-page.ts';
import { asciiRow, spokenRow } from '../kit/plain-terminals.ts';
import { plain, row, toned } from '../kit/theme.ts';
import { widthOf } from '../../text/clean.ts';
import type { UiState } from '../state/ui-store.ts';
import type { PaneFrame } from '../kit/pane.ts';

/** Header, tabs, hints and status. */
const CHROME_ROWS = 4;

let last: { readonly state: UiState; readonly frame: PaneFrame } | undefined;

export function frameOf(state: UiState): PaneFrame {
  if (last?.state === state) return last.frame;
  const frame = forTerminal(state, paint(state));
  last = { state, frame };
  return frame;
}

/** As this terminal, or who reads it aloud, can take it. */
function forTerminal({ style }: UiState, frame: PaneFrame): PaneFrame {
  if (!style.ascii && !style.spoken) return frame;
  const rows = [...frame.rows];
  // The component that draws small tables knows only lines of its own.
  if (frame.table !== undefined) {
    const { top, data } = frame.table;
    for (const [index, cells] of data.entries()) rows[top + index] = ` ${Object.values(cells).join('  ')}`;
  }
  return {
    rows: rows.map((text) => {
      const shown = style.spoken ? spokenRow(plain(text)) : text;
      return style.ascii ? asciiRow(shown, widthOf) : shown;
    }),
  };
}

function paint(state: UiState): PaneFrame {
  const { style, size } = state;
  if (isTooSmall(size)) return { rows: tooSmall(state) };
  const { body } = layoutOf(state);
  const { header, tabs, hints, status } = chrome(state);
  const pane = bodyOf(state);
  const overlays = state.overlay === undefined ? [] : [...state.covered, state.overlay];
  const over = overlays.map((one) => kindOf(one).view(state, one)).filter((one) => one !== undefined);
  const rows = pane.rows.slice(0, body);
  while (rows.length < body) rows.push(row(style, size.columns, []));
  const dimmed = state.link.state === 'lost' ? rows.map((text) => toned(style, plain(text), 'dim')) : rows;
  // What a question lies over stays readable above it.
  for (const { top, rows: laid } of over) dimmed.splice(top, laid.length, ...laid);
  const tableEnd = pane.table === undefined ? 0 : pane.table.top + pane.table.height;
  const covered = over.some(({ top }) => top < tableEnd);
  return {
    rows: [header, tabs, ...dimmed, hints, status],
    ...(pane.table === undefined || covered ? {} : { table: { ...pane.table, top: pane.table.top + 2 } }),
  };
}

function bodyOf(state: UiState): PaneFrame {
  if (state.engine !== 'ready' || state.view === undefined) return { rows: waitingPage(state) };
  const { servers, instances } = state.view;
  const isEmpty = servers.size === 0 && instances.size === 0;
  if (isEmpty && state.pane === 'instances') return { rows: startPage(state) };
  return panes[state.pane].paint(state);
}

/** What waits for an answer is drawn at any size; its last lines, which say what to press, are the last to go. */
export function overlayWhenSmall(state: UiState): readonly string[] | undefined {
  const { size, overlay } = state;
  if (overlay === undefined) return undefined;
  return kindOf(overlay)
    .view({ ...state, size: { ...size, rows: size.rows + CHROME_ROWS } }, overlay)
    ?.rows.slice(-size.rows);
}

function tooSmall(state: UiState): readonly string[] {
  const { style, size } = state;
  const { columns, rows } = size;
  const shown = overlayWhenSmall(state);
  if (shown !== undefined) {
    return [...Array.from({ length: rows - shown.length }, () => row(style, columns, [])), ...shown];
  }
  const lines = [
    `mcptui needs ${smallest.columns}×${smallest.rows}, have ${columns}×${rows}`,
    state.host.hosting ? 'the engine keeps running · q asks and quits' : 'the engine keeps running · q quits',
  ];
  const top = Math.max(0, Math.floor((rows - lines.length) / 2));
  return Array.from({ length: rows }, (_, index) => {
    const line = lines[index - top] ?? '';
    return row(style, columns, [' '.repeat(Math.max(0, Math.floor((columns - line.length) / 2))), line]);
  });
}
