/** A diff as rows of a screen: what `diffRows(diff: DiffView, options: DiffOptions): DiffRows` gives. */
import type { Span } from '../theme.ts';

export interface DiffOptions {
  /** Columns of a row. */
  readonly width: number;
  readonly mode: 'unified' | 'split';
  /** Without it long lines are cut, and `left` columns of them are scrolled away. */
  readonly wrap: boolean;
  readonly left: number;
  /** Unchanged lines shown around a change; Infinity for all. */
  readonly context: number;
  /** Without colour changed words stand in `[-…-]` and `{+…+}`. */
  readonly color: boolean;
}

export interface DiffRows {
  readonly total: number;
  /** First row of each run of changed lines. */
  readonly hunks: readonly number[];
  /** The rows from `top` on, at most `count`; cleaned text. */
  slice(top: number, count: number): readonly (readonly Span[])[];
}
