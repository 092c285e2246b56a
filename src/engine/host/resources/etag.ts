/** Names the state of a resource in `ETag`, and compares it with `If-Match` (RFC 9110). */
import { hash } from 'node:crypto';
import { RequestError } from './problem.ts';

/** Of what has neither a hash nor a version. */
export function stateOf(answer: unknown): string {
  return hash('sha256', JSON.stringify(answer) ?? '', 'hex').slice(0, 32);
}

export function quoted(state: string): string {
  return `"${state}"`;
}

/** Tags that would do; `*` = any state, undefined = none is named. @throws RequestError `malformed` */
export function wantedStates(header: string | null): readonly string[] | '*' | undefined {
  if (header === null) return undefined;
  if (header.trim() === '*') return '*';
  const tags = header.split(',').map((tag) => tag.trim());
  if (tags.some((tag) => !/^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    throw new RequestError('malformed', 'If-Match holds no entity tag', {
      hint: 'give the ETag as it came, with its quotes',
    });
  }
  // A weak one never matches.
  return tags.filter((tag) => tag.startsWith('"')).map((tag) => tag.slice(1, -1));
}
