/** Ids that sort by time: `ins_01J…`. Passed in, so that tests can number things. */
import { monotonicFactory } from 'ulid';
import type { Clock } from './clock.ts';

export interface Ids {
  /** `prefix` is a short lower-case noun without an underscore. */
  next(prefix: string): string;
}

export function ulidIds(clock: Clock): Ids {
  const ulid = monotonicFactory();
  return { next: (prefix) => `${prefix}_${ulid(clock.now())}` };
}
