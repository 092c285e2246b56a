/** Describes how a code is explained, and the steps that many have. */

export interface Explanation {
  /** One sentence. */
  readonly about: string;
  /** What is usually behind it, the most frequent first. */
  readonly causes: readonly string[];
  /** Commands and steps, in order. `NAME`: what the error names. */
  readonly steps: readonly string[];
}

export const LOGS = 'mcptui logs NAME';
export const EDIT = 'mcptui edit server NAME';
export const RETRY = 'mcptui retry NAME';
