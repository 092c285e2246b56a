/** One figure of a bench, as `npm run bench` prints and keeps it. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  /** `records/s`, `ms`, `MiB`, `x`. */
  readonly unit: string;
  /** What it must reach, such as `>= 1500`. */
  readonly bar?: string;
  /** What it was measured beside, in the same run. */
  readonly baseline?: string;
  /** Value over the baseline's. */
  readonly ratio?: number;
  readonly pass?: boolean;
}
