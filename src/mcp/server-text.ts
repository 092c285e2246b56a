/** Cuts what servers say to what is kept of it: masked first, so that no part of a secret is left at the cut. Pure. */
import { cutText } from '../foreign.ts';

/** Longer than any secret: what comes after is cut before it is masked, so that a long text costs no more. */
export const MASKED_CHARS = 128 * 1024;

/** A server's words as people see them: masked, then cut to 500 characters. */
export function quoted(text: string, mask: (text: string) => string): string {
  return cutText(mask(text.length > MASKED_CHARS ? text.slice(0, MASKED_CHARS) : text));
}
