/** Knows who is behind each session: what its connection has proven, else what its client calls itself. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { Principal } from './need.ts';

/** Holders of tokens that are remembered; each shows its token again at its next request. */
const MAX_KNOWN = 10_000;

export interface Connected {
  readonly client: string;
  /** `token/reviewer` */
  readonly principal?: string | undefined;
}

export class Principals {
  /** By the name of what they have shown: `token/reviewer`. */
  readonly #known = new BoundedMap<string, Principal>(MAX_KNOWN);

  learn(shown: string, principal: Principal): void {
    this.#known.set(shown, principal);
  }

  /** What a client calls itself proves nothing. */
  of({ client, principal }: Connected): Principal {
    if (principal === undefined) return { subject: `client:${cutName(client)}` };
    // One that is not known any more may do nothing, rather than what anybody may.
    return this.#known.get(principal) ?? { subject: `unknown:${principal}` };
  }
}
