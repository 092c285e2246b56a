/** Ids that sort by time: `ins_01J…`. Passed in, so that tests can number things. */
import { randomBytes } from 'node:crypto';
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

/** Nobody can guess it: 192 random bits, safe in headers and URLs. What sorts by time is not for this. */
export function randomNonce(): string {
  return randomBytes(24).toString('base64url');
}
