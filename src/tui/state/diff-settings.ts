/** Holds how diffs are shown, in every pane alike. */

export interface DiffSettings {
  /** `auto`: side by side from 140 columns of screen on. */
  readonly mode: 'auto' | 'unified' | 'split';
  /** Unchanged lines shown around a change. */
  readonly context: number;
}

export const newDiffSettings: DiffSettings = { mode: 'auto', context: 3 };

/** Most context that `}` gives; beyond it everything is shown. */
export const contextSteps: readonly number[] = [0, 1, 3, 6, 12, 25, Infinity];

export function diffMode(settings: DiffSettings, columns: number): 'unified' | 'split' {
  if (settings.mode !== 'auto') return settings.mode;
  return columns >= 140 ? 'split' : 'unified';
}

/** Unified instead of side by side, or the other way round. */
export function otherMode(settings: DiffSettings, columns: number): DiffSettings {
  return { ...settings, mode: diffMode(settings, columns) === 'split' ? 'unified' : 'split' };
}
