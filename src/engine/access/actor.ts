/** Names who acts, as the audit log and proposals have it: an operator, who has shown a token, a client by its own word. */
import { cutName } from '../../kernel/foreign.ts';

export interface Caller {
  readonly client: string;
  /** `agent:reviewer`: proven by a token or a ticket. */
  readonly subject?: string;
  readonly operator?: string;
}

/** What a client says of itself, its agent's name included, is `client:`: nobody becomes an agent by calling itself so. */
export function actorOf({ operator, subject, client }: Caller): string {
  return operator ?? subject ?? `client:${cutName(client)}`;
}

/**
 * Whether two are the same. A client's own word proves nothing: what two clients of one name file is theirs within one
 * session only.
 */
export function isSameAuthor(
  one: { readonly author: string; readonly session?: string | undefined },
  other: { readonly author: string; readonly session?: string | undefined },
): boolean {
  if (one.author !== other.author) return false;
  return !isUnproven(one.author) || (one.session !== undefined && one.session === other.session);
}

/** Of old proposals too, whose authors were all called agents. */
export function isUnproven(author: string): boolean {
  return author.startsWith('client:');
}
