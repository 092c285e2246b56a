/** Selects a row of a list by its id, and moves the selection. Pure. */
import { windowTop } from './layout.ts';
import { target, type Move } from './scroll.ts';
import type { ListState } from '../state/list.ts';

interface Row {
  readonly id: string;
}

/** The row the keys are about: the selected one, else the one in its place. */
export function selectedOf<T extends Row>(rows: readonly T[], list: ListState): T | undefined {
  return rows[selectedIndex(rows, list)];
}

/** 0 for an empty list. */
export function selectedIndex(rows: readonly Row[], { selected, at }: ListState): number {
  if (rows[at]?.id === selected) return at;
  const index = selected === undefined ? 0 : rows.findIndex(({ id }) => id === selected);
  return index === -1 ? Math.max(0, Math.min(at, rows.length - 1)) : index;
}

/** The selection on `id`, kept on a screen of `page` rows. */
export function selectIn(rows: readonly Row[], list: ListState, id: string, page: number): ListState {
  const index = Math.max(
    0,
    rows.findIndex((row) => row.id === id),
  );
  return { ...list, selected: id, at: index, top: windowTop(list.top, index, page, rows.length) };
}

export function movedIn(rows: readonly Row[], list: ListState, move: Move, page: number): ListState {
  const next = rows[target(move, selectedIndex(rows, list), rows.length, page)];
  return next === undefined ? list : selectIn(rows, list, next.id, page);
}
