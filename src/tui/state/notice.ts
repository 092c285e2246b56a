/** Holds the line that tells what was done, and whether it can be taken back. */
import type { EpochMs } from '../../kernel/clock.ts';

/** An act that can be taken back, or done again: by a new one, never by rewriting what happened. */
export interface Undo {
  /** `z` takes back what was done, `Z` does again what was taken back. */
  readonly key: 'z' | 'Z';
  /** What was done, as it is named in a question: `approval of p7f3`. */
  readonly label: string;
  /** Until then the key asks nothing; later it asks first. */
  readonly until: EpochMs;
  /** What is said once that is done. */
  readonly said: string;
}

export interface Notice {
  readonly tone: 'ok' | 'info' | 'warn' | 'bad';
  readonly text: string;
  /** Undefined: stays until Esc. */
  readonly until: EpochMs | undefined;
  /** When it was said. */
  readonly at: EpochMs;
  /** It can be taken back or done again by a key. */
  readonly undo?: Undo;
}
