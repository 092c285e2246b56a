/** Keeps a request that waits for an instance, or for its turn at one. */
import type { Bugs } from '../../kernel/bugs.ts';
import type { InFlight } from '../downstream/in-flight.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { WireId } from '../wire/message.ts';
import type { RpcError } from '../wire/rpc-errors.ts';
import { resume, type Incoming } from './incoming.ts';
import type { ToolCall } from './tool-call.ts';

/** Calls back once, now or later; returns how to take the request back. */
export type Ask = (receive: (outcome: Upstream | RpcError) => void) => () => void;

export class Waiting implements InFlight {
  readonly #bugs: Bugs;
  readonly #incoming: Incoming;
  readonly #call: ToolCall | undefined;
  readonly #then: (outcome: Upstream | RpcError) => void;
  #isWaiting = false;
  #isOver = false;
  #takeBack: (() => void) | undefined;

  constructor(
    bugs: Bugs,
    incoming: Incoming,
    call: ToolCall | undefined,
    then: (outcome: Upstream | RpcError) => void,
  ) {
    this.#bugs = bugs;
    this.#incoming = incoming;
    this.#call = call;
    this.#then = then;
  }

  start(ask: Ask): void {
    const takeBack = ask(this.#receive);
    if (this.#isOver) return;
    this.#isWaiting = true;
    this.#takeBack = takeBack;
    this.#incoming.session.inFlight.set(this.#id, this);
  }

  cancel(reason: string | undefined): void {
    const { session, sink } = this.#incoming;
    this.#isOver = true;
    this.#takeBack?.();
    sink.skip?.();
    this.#call?.end({ outcome: 'cancelled', bytes: 0, error: reason });
    session.settled(this.#id);
  }

  get #id(): WireId {
    return this.#incoming.message['id'] as WireId;
  }

  readonly #receive = (outcome: Upstream | RpcError): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.#isWaiting) return this.#then(outcome);
    resume(this.#incoming, this.#bugs, () => this.#then(outcome));
  };
}
