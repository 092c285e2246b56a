/** Counts revisions: MAJOR.MINOR.PATCH, compared as numbers. Pure. */
import semver from 'semver';
import { McptuiError } from '../../kernel/errors.ts';

/** The version of a new resource, and of a stored one that is not MAJOR.MINOR.PATCH. */
export const FIRST_SEMVER = '0.1.0';

const PLAIN = /^\d+\.\d+\.\d+$/;

/** The number itself, or 0.1.0 when it is none: an odd value never blocks a save. */
export function readSemver(text: string): string {
  return PLAIN.test(text) && semver.valid(text) !== null ? text : FIRST_SEMVER;
}

/** Below 0 when `a` is older; 1.10.0 is newer than 1.9.0. */
export function compareSemver(a: string, b: string): number {
  return semver.compare(readSemver(a), readSemver(b));
}

export interface Bump {
  readonly bump?: 'major' | 'minor' | 'patch';
  readonly semver?: string;
}

/**
 * The number of the next revision: 0.1.0 for a new resource, else one patch on, unless something else is asked for.
 * @throws McptuiError `invalid` when the number is none or not above the live one
 */
export function nextSemver(live: string | undefined, { bump, semver: wanted }: Bump): string {
  if (wanted !== undefined) {
    if (bump !== undefined) throw new McptuiError('invalid', 'bump and semver exclude each other: give one of them');
    if (!PLAIN.test(wanted) || semver.valid(wanted) === null) {
      throw new McptuiError('invalid', `semver ${wanted} is not MAJOR.MINOR.PATCH`, { hint: 'such as 1.4.2' });
    }
    if (live !== undefined && compareSemver(wanted, live) <= 0) {
      throw new McptuiError('invalid', `semver ${wanted} is not above the live ${readSemver(live)}`);
    }
    return wanted;
  }
  if (live === undefined) return FIRST_SEMVER;
  return semver.inc(readSemver(live), bump ?? 'patch') ?? FIRST_SEMVER;
}
