/** Tells the keys of viewers about the diff on screen. */
import type { Ui } from '../ui.ts';
import type { DiffRows } from './rows.ts';

export interface ShownDiff {
  readonly rows: DiffRows;
  /** First row on screen. */
  readonly top: number;
  /** Rows on screen. */
  readonly page: number;
  readonly scrollTo: (ui: Ui, top: number) => void;
}
