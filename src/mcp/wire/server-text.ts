/** Cuts what peers say to what is kept of it: masked first, so that no part of a secret is left at the cut. Pure. */
import { cutName, cutText, MAX_NAME_CHARS } from '../../kernel/foreign.ts';

/** Longer than any secret: what comes after is cut before it is masked, so that a long text costs no more. */
export const MASKED_CHARS = 128 * 1024;

/** A peer's words as people see them: masked, then cut to 500 characters, or `max`. */
export function quoted(text: string, mask: (text: string) => string, max?: number): string {
  return cutText(mask(begin(text)), max);
}

/** A name, method or target as it is kept; short ones are masked where they are written. */
export function keptName(text: string, mask: (text: string) => string): string {
  return text.length <= MAX_NAME_CHARS ? text : cutName(mask(begin(text)));
}

function begin(text: string): string {
  return text.length > MASKED_CHARS ? text.slice(0, MASKED_CHARS) : text;
}
