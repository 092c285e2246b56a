/** Describes what `doctor` finds: how it is, in one line, and the command that mends it. */
import { defined } from '../../kernel/defined.ts';

export type FindingState = 'ok' | 'warn' | 'fail';

/** What `--fix` may do, and nothing else: none of it loses anything. */
export type Fix =
  | { readonly kind: 'make'; readonly path: string }
  | { readonly kind: 'mode'; readonly path: string; readonly mode: number }
  /** A socket where nobody listens. */
  | { readonly kind: 'unlink'; readonly path: string };

export interface Finding {
  /** What was looked at: `node`, `folders`, `servers` … */
  readonly check: string;
  readonly state: FindingState;
  readonly what: string;
  /** The command, or the next step where there is none. */
  readonly mend?: string;
  readonly fix?: Fix;
}

interface Mending {
  readonly mend?: string | undefined;
  readonly fix?: Fix | undefined;
}

export function ok(check: string, what: string, mending: Mending = {}): Finding {
  return { check, state: 'ok', what, ...defined(mending) };
}

export function warn(check: string, what: string, mend?: string, fix?: Fix): Finding {
  return { check, state: 'warn', what, ...defined({ mend, fix }) };
}

export function fail(check: string, what: string, mend?: string, fix?: Fix): Finding {
  return { check, state: 'fail', what, ...defined({ mend, fix }) };
}

/** `a, b and 3 more`. */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.slice(0, names.length > most + 1 ? most : names.length);
  const more = names.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}
