/** Holds where the operator stands in the log of an instance. */
import type { LogLine } from '../../../engine/index.ts';
import type { Viewport } from '../viewport.ts';

export interface LogsState extends Viewport {
  readonly of: string | undefined;
  readonly lines: readonly LogLine[] | undefined;
  readonly error: string | undefined;
  readonly filter: string;
}

export const newLogs: LogsState = {
  of: undefined,
  lines: undefined,
  error: undefined,
  filter: '',
  top: 'end',
  left: 0,
};
