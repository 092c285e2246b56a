/** Frames a list with its detail beside it or below it, or the detail alone. */
import { border, framed } from './box.ts';
import type { PaneFrame } from './pane.ts';
import { layoutOf, type Placed } from './layout.ts';
import { row, toned, type Line } from './theme.ts';
import type { UiState } from '../state/ui-store.ts';

export interface SplitParts {
  readonly title: string;
  readonly note: string;
  /** The heading and `height` rows, each `width` columns. */
  list(width: number, height: number): readonly string[];
  readonly detailTitle: Line;
  readonly detailNote: string;
  /** At most as many lines as `detailRoom` tells. */
  detail(): readonly Line[];
  /** At the end of the last border. */
  readonly foot: string;
}

export interface DetailRoom {
  readonly width: number;
  readonly rows: number;
  /** A few lines below the list that only hint at the whole. */
  readonly isPeek: boolean;
}

type From = Placed;

/** Measures the room of the detail on this screen, its title apart; 0 rows when there is none. */
export function detailRoom(state: From): DetailRoom {
  const { beside, detail, columns } = layoutOf(state);
  if (beside > 0) return { width: beside - 2, rows: detail - 1, isPeek: false };
  return { width: columns - 4, rows: detail, isPeek: !state.zoomed && detail <= 3 };
}

/** Whether the keys of movement are about the detail. */
export function isInDetail({ zoomed, focus }: Pick<UiState, 'zoomed' | 'focus'>): boolean {
  return zoomed || focus === 'detail';
}

/** Gives the detail the focus, and the whole screen where there is only a peek of it. */
export function enterDetail(state: UiState): Partial<UiState> {
  const { rows, isPeek } = detailRoom(state);
  return { focus: 'detail', zoomed: state.zoomed || isPeek || rows === 0 };
}

export function paintSplit(state: UiState, parts: SplitParts): PaneFrame {
  const { style } = state;
  const { columns, list, beside, detail } = layoutOf(state);
  const focused = state.focus === 'detail';
  const listTone = focused ? 'dim' : 'accent';
  const detailTone = focused ? 'accent' : 'dim';
  const bottom = border(style, columns, 'bottom', [], parts.foot);
  const title: Line = [focused && !state.zoomed ? ['▸ ', 'accent'] : '', ...parts.detailTitle];
  if (state.zoomed) {
    const top = border(style, columns, 'top', title, parts.detailNote);
    return { rows: [top, ...detailRows(state, parts, columns - 2, detail), bottom] };
  }
  const top = border(style, columns, 'top', [[parts.title, focused ? 'plain' : 'strong']], parts.note, listTone);
  if (beside > 0) {
    const left = parts.list(columns - 3 - beside, list);
    const side = toned(style, '│', detailTone);
    const right = [row(style, beside, [' ', ...title]), ...lineRows(state, parts, beside)];
    return {
      rows: [
        top,
        ...left.map((text, index) => framed(style, text + side + (right[index] ?? ' '.repeat(beside)))),
        bottom,
      ],
    };
  }
  const rows = parts.list(columns - 2, list).map((text) => framed(style, text));
  if (detail === 0) return { rows: [top, ...rows, bottom] };
  const middle = border(style, columns, 'middle', title, parts.detailNote, detailTone);
  return { rows: [top, ...rows, middle, ...detailRows(state, parts, columns - 2, detail), bottom] };
}

function lineRows(state: UiState, parts: SplitParts, width: number): readonly string[] {
  return parts.detail().map((line) => row(state.style, width, [' ', ...line]));
}

function detailRows(state: UiState, parts: SplitParts, width: number, height: number): readonly string[] {
  const rows = lineRows(state, parts, width).slice(0, height);
  return Array.from({ length: height }, (_, index) => framed(state.style, rows[index] ?? ' '.repeat(width)));
}
