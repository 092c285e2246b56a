/** Names who acts, as the audit log and proposals have it: an operator, an agent that was launched as one, a client by its own word. */
import { cutName } from '../../kernel/foreign.ts';

export interface Caller {
  readonly client: string;
  readonly agent?: string;
  readonly operator?: string;
}

/** `agent:` is for those whom the operator has named (`--agent`, a token's session); what a client says of itself is `client:`. */
export function actorOf({ operator, agent, client }: Caller): string {
  return operator ?? (agent === undefined ? `client:${cutName(client)}` : `agent:${agent}`);
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
