/** Says how far models are with summing up prompts. */
export interface DigestProgress {
  /** Of those that a model may sum up. */
  readonly done: number;
  readonly of: number;
  readonly failed: number;
  /** Why the last of those has none. */
  readonly why?: string;
  /** Why it does not go on just now. */
  readonly waits?: string;
}
