/** Shares out the rows of the screen. Painting and paging use the same numbers. */
import type { PaneId } from '../state/pane-id.ts';
import type { Size, UiState } from '../state/ui-store.ts';

export const smallest: Size = { columns: 60, rows: 16 };

export type Width = 'wide' | 'full' | 'compact' | 'narrow';

export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly width: Width;
  /** Rows between tabs and hints, borders included. */
  readonly body: number;
  /** Rows of the table without its heading; 0 when the detail is zoomed. */
  readonly list: number;
  /** Rows inside the detail box; 0 when there is none on this screen. */
  readonly detail: number;
  /** Columns of the detail when it stands beside the list; 0 when it does not. */
  readonly beside: number;
}

export function isTooSmall(size: Size): boolean {
  return size.columns < smallest.columns || size.rows < smallest.rows;
}

export function widthClass(columns: number): Width {
  if (columns >= 140) return 'wide';
  if (columns >= 120) return 'full';
  return columns >= 80 ? 'compact' : 'narrow';
}

/** Where a pane's detail goes: below the list; beside it from 120 columns on; or there is none. */
const arrangements: Readonly<Record<PaneId, 'below' | 'beside' | 'none'>> = {
  instances: 'below',
  prompts: 'beside',
  personalities: 'beside',
  inbox: 'beside',
  audit: 'beside',
  sessions: 'beside',
  secrets: 'below',
  logs: 'none',
  tools: 'beside',
};

/** Columns of the detail beside the list, without the line between them. */
function besideOf(pane: PaneId, columns: number): number {
  if (pane === 'audit') return Math.max(44, Math.floor(columns * 0.38));
  // What a list does not need goes to the text beside it.
  if (pane === 'inbox') return columns - 3 - (columns >= 200 ? 76 : 63);
  if (pane === 'sessions') return Math.min(90, Math.max(58, Math.floor(columns * 0.5)));
  const list = Math.min(76, Math.max(60, Math.floor(columns * 0.46)));
  return columns - 3 - list;
}

/** Columns by which a step moves the line between list and detail where they stand beside each other; else it is a row. */
const splitColumns = 4;
/** What each keeps, however far the line is moved. */
const leastBeside = 32;
const leastList = 4;
/** Of a detail on a short screen. */
const peekRows = 3;

/** The least wins where both cannot be. */
function between(least: number, wanted: number, most: number): number {
  return Math.max(least, Math.min(wanted, most));
}

/** What the layout depends on. */
export type Placed = Pick<UiState, 'size' | 'zoomed' | 'pane' | 'tables'>;

/** Header, tabs, hints and status take four rows; the body has two borders, the table's heading and a divider. */
export function layoutOf(state: Placed): Layout {
  const { columns, rows } = state.size;
  const width = widthClass(columns);
  const body = Math.max(0, rows - 4);
  const base = { columns, rows, width, body, beside: 0 };
  if (state.zoomed) return { ...base, list: 0, detail: body - 2 };
  // Beside a timeline there is no room for its messages until the screen is this wide.
  const arrangement = state.pane === 'audit' && columns < 160 ? 'below' : arrangements[state.pane];
  const { wide: isWide, split } = state.tables[state.pane];
  if (arrangement === 'beside' && !isWide && (width === 'full' || width === 'wide')) {
    const beside = between(
      leastBeside,
      besideOf(state.pane, columns) - split * splitColumns,
      columns - 3 - leastBeside,
    );
    return { ...base, list: body - 3, detail: body - 2, beside };
  }
  if (width === 'narrow' || arrangement === 'none') return { ...base, list: body - 3, detail: 0 };
  // A short screen keeps a peek of three lines; a tall one gives the detail half of what is left.
  const share = state.pane === 'audit' ? 0.35 : 0.55;
  const usual = rows < 30 ? peekRows : Math.floor((body - 4) * share);
  const detail = between(peekRows, usual - split, body - 4 - leastList);
  return { ...base, list: body - 4 - detail, detail };
}

/** The first row shown so that `selected` is on screen, moved as little as possible from `top`. */
export function windowTop(top: number, selected: number, shown: number, total: number): number {
  const last = Math.max(0, total - shown);
  let next = Math.min(Math.max(0, top), last);
  if (selected < next) next = selected;
  if (selected >= next + shown) next = selected - shown + 1;
  return Math.min(Math.max(0, next), last);
}
