/** Holds whose log is read, and what was read of it. */
import type { EpochMs } from '../../../kernel/clock.ts';
import type { LogText } from '../log-text.ts';

export interface LogsState {
  /** Which engine's and whose log `text` and `error` are of. */
  readonly of: string | undefined;
  /** The lines themselves; grows outside the store, `revision` says that it did. */
  readonly text: LogText | undefined;
  readonly revision: number;
  readonly error: string | undefined;
  /** Ids of instances whose logs are read beside that of the selected one. */
  readonly others: readonly string[];
  /** Lines before this are left out. */
  readonly since: { readonly words: string; readonly at: EpochMs } | undefined;
}

export const newLogs: LogsState = {
  of: undefined,
  text: undefined,
  revision: 0,
  error: undefined,
  others: [],
  since: undefined,
};
