/** Remembers which session each URL elicitation under way is for, so that `elicitation/complete` reaches nobody else. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { mapAt, mapsAt, stringAt, type WireMap } from '../wire/message.ts';
import { RPC } from '../wire/rpc-errors.ts';
import type { Session } from '../downstream/session.ts';

/** The oldest are forgotten first: a person may never come back to one. */
const MAX_KEPT = 1000;

export class Elicitations {
  readonly #sessions = new BoundedMap<string, Session>(MAX_KEPT);

  /** A server asks the session for one. */
  learn(elicitationId: string | undefined, server: string, session: Session): void {
    if (elicitationId === undefined) return;
    this.#sessions.set(keyOf(server, elicitationId), session);
  }

  /** An answer that is the error "URL elicitation required" names those that must be done first. */
  learnFrom(message: WireMap, server: string, session: Session): void {
    const error = mapAt(message, 'error');
    if (error?.['code'] !== RPC.urlElicitationRequired) return;
    for (const one of mapsAt(error['data'], 'elicitations')) {
      this.learn(stringAt(one, 'elicitationId'), server, session);
    }
  }

  /** Whom to tell that it is complete. */
  take(elicitationId: string, server: string): Session | undefined {
    const session = this.#sessions.get(keyOf(server, elicitationId));
    this.#sessions.delete(keyOf(server, elicitationId));
    return session?.isEnded === true ? undefined : session;
  }
}

function keyOf(server: string, elicitationId: string): string {
  return `${server} ${elicitationId}`;
}
