/** A diff on screen, as the keys of viewers see it. */
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
