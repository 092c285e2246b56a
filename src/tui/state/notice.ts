/** Holds the line that tells what was done, and whether it can be taken back. */
import type { EpochMs } from '../../kernel/clock.ts';

/** An act that can be taken back: by a new one, never by rewriting what happened. */
export interface Undo {
  /** What was done, as it is named in a question: `approval of p7f3`. */
  readonly label: string;
  /** Until then `z` asks nothing; later it asks first. */
  readonly until: EpochMs;
  /** What is said once it is taken back. */
  readonly said: string;
}

export interface Notice {
  readonly tone: 'ok' | 'info' | 'warn' | 'bad';
  readonly text: string;
  /** Undefined: stays until Esc. */
  readonly until: EpochMs | undefined;
  /** When it was said. */
  readonly at: EpochMs;
  /** It can be taken back by `z`. */
  readonly undo?: Undo;
}
