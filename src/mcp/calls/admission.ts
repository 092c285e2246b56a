/** Decides when a session's requests may go to their servers: at once, in their turn, or not at all because too many wait. */
import type { Bugs } from '../../kernel/bugs.ts';
import type { Delivery } from './delivery.ts';
import { fail, goOn, type Incoming } from './incoming.ts';
import { stringAt, type WireId } from '../wire/message.ts';
import { RPC } from '../wire/rpc-errors.ts';

export class Admission {
  readonly #bugs: Bugs;
  readonly #delivery: Delivery;

  constructor(bugs: Bugs, delivery: Delivery) {
    this.#bugs = bugs;
    this.#delivery = delivery;
  }

  /** Calls `route` now or when it is the request's turn, with the lists as they are then. */
  admit(incoming: Incoming, route: (incoming: Incoming) => void): void {
    const { session, project, message, bytes, sink } = incoming;
    if (session.queue.hasRoom) return route(incoming);
    const { refusal } = session.queue;
    if (refusal !== undefined) {
      fail(incoming, { code: RPC.unavailable, message: refusal });
      return this.#unsent(incoming, 'rpc-error', `${RPC.unavailable} ${refusal}`);
    }
    const id = message['id'] as WireId;
    const go = (): void => {
      goOn(incoming, this.#bugs, () => route({ ...incoming, view: project.viewOf(session) }));
      if (!session.inFlight.has(id)) session.settled(id);
    };
    session.queue.wait(id, bytes, go, (reason) => {
      sink.skip?.();
      // When a session ends, the audit records that end, not each of the thousands of calls that nobody waits for.
      if (!session.isEnded) this.#unsent(incoming, 'cancelled', reason);
      session.settled(id);
    });
  }

  /** A call that reached no server is a call all the same: the audit knows what was asked for. */
  #unsent(incoming: Incoming, outcome: 'rpc-error' | 'cancelled', why?: string): void {
    const name = incoming.method === 'tools/call' ? stringAt(incoming.params, 'name') : undefined;
    if (name === undefined) return;
    const route = incoming.view.tools.routes.get(name);
    const call = this.#delivery.call(incoming, route?.server ?? '-', route ?? { name });
    call.end({ outcome, bytes: 0, error: why });
  }
}
