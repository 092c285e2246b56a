/** Sends one request to a server of 2026-07-28, which may ask for input before it answers: asked as often as it takes. */
import type { Clock, Timer } from '../../../kernel/clock.ts';
import { isMap, mapAt, type WireId, type WireMap } from '../../wire/message.ts';
import { RPC, type RpcError } from '../../wire/rpc-errors.ts';
import type { Answer } from '../../wire/outcome.ts';
import type { PendingCall } from '../upstream.ts';
import { inputRequired, withoutResultType } from './modern-wire.ts';

/** A server that is never content is stopped here. */
const MAX_ROUNDS = 20;
/** Pause between two rounds when the server asks for nothing but the request once more. */
const PACE_MS = 500;

export interface RoundOwner {
  readonly clock: Clock;
  /** Sends the request, or sends it again; returns the id on the connection. */
  sendRound(message: WireMap, call: PendingCall, wantsProgress: boolean): number;
  /** Asks the client of `call` for something; `answered` is called later with the response to this id. */
  ask(id: WireId, request: WireMap, call: PendingCall): void;
  /** Takes the question back. */
  withdraw(id: WireId): void;
  nextAskId(): string;
  /** The request has ended. */
  finished(rounds: InputRounds): void;
}

export class InputRounds implements PendingCall {
  readonly sessionId: string | undefined;
  readonly requestId: WireId | undefined;
  readonly isProbe: boolean;
  readonly capabilities: WireMap | undefined;
  /** Of the request as the server knows it now; undefined while the client is asked. */
  innerId: number | undefined;
  readonly call: PendingCall;
  readonly #owner: RoundOwner;
  readonly #message: WireMap;
  readonly #wantsProgress: boolean;
  /** Questions without an answer: id → the server's key. */
  readonly #open = new Map<WireId, string>();
  readonly #responses = new Map<string, unknown>();
  #state: unknown;
  #rounds = 0;
  #pause: Timer | undefined;
  #isOver = false;

  /** `message` is not changed. */
  constructor(owner: RoundOwner, message: WireMap, call: PendingCall, wantsProgress: boolean) {
    this.#owner = owner;
    this.#message = message;
    this.call = call;
    this.sessionId = call.sessionId;
    this.requestId = call.requestId;
    this.isProbe = call.isProbe;
    this.capabilities = call.capabilities;
    this.#wantsProgress = wantsProgress;
  }

  start(): void {
    this.#send({});
  }

  progress(params: WireMap): void {
    this.call.progress(params);
  }

  settle(answer: Answer): void {
    this.innerId = undefined;
    if (this.#isOver) return;
    let wanted: WireMap | undefined;
    try {
      wanted = inputRequired(answer);
    } catch {
      wanted = undefined;
    }
    if (wanted === undefined) return this.#end(withoutResultType(answer));
    this.#rounds += 1;
    if (this.#rounds > MAX_ROUNDS) {
      return this.#fail({ code: RPC.internalError, message: `the server asked for input ${MAX_ROUNDS} times` });
    }
    this.#state = wanted['requestState'];
    this.#responses.clear();
    const asked = Object.entries(mapAt(wanted, 'inputRequests') ?? {});
    if (asked.length === 0) {
      this.#pause = this.#owner.clock.after(PACE_MS, () => this.#again(), { unref: true });
      return;
    }
    const questions = asked.map(([key, request]) => ({ id: this.#owner.nextAskId(), key, request }));
    for (const { id, key } of questions) this.#open.set(id, key);
    for (const { id, request } of questions) {
      if (this.#open.has(id)) this.#owner.ask(id, isMap(request) ? request : {}, this.call);
    }
  }

  /** True when the response was to one of this request's questions. */
  answered(id: WireId, response: WireMap): boolean {
    const key = this.#open.get(id);
    if (key === undefined) return false;
    this.#open.delete(id);
    const error = mapAt(response, 'error');
    if (error !== undefined) {
      this.#withdrawAll();
      this.#fail(asRpcError(error));
      return true;
    }
    this.#responses.set(key, response['result']);
    if (this.#open.size === 0) this.#again();
    return true;
  }

  /** Nobody waits any more: the client is not to answer either. */
  drop(): void {
    this.#isOver = true;
    this.#pause?.cancel();
    this.#withdrawAll();
    this.#owner.finished(this);
  }

  /** The connection is gone, in whatever round. */
  fail(error: RpcError): void {
    if (this.#isOver) return;
    this.#withdrawAll();
    this.#end({ kind: 'failed', error, isLost: true });
  }

  #again(): void {
    if (this.#isOver) return;
    this.#send({
      ...(this.#responses.size === 0 ? {} : { inputResponses: Object.fromEntries(this.#responses) }),
      ...(this.#state === undefined ? {} : { requestState: this.#state }),
    });
  }

  #send(more: WireMap): void {
    const params = isMap(this.#message['params']) ? this.#message['params'] : {};
    const message = { ...this.#message, params: { ...params, ...more } };
    this.innerId = this.#owner.sendRound(message, this, this.#wantsProgress);
  }

  #withdrawAll(): void {
    for (const id of this.#open.keys()) this.#owner.withdraw(id);
    this.#open.clear();
  }

  #fail(error: RpcError): void {
    this.#end({ kind: 'failed', error, isLost: false });
  }

  #end(answer: Answer): void {
    this.#isOver = true;
    this.#pause?.cancel();
    this.#owner.finished(this);
    try {
      this.call.settle(answer);
    } catch (error) {
      // Whoever brought the answer says in its place that it could not be handled.
      this.#isOver = false;
      throw error;
    }
  }
}

function asRpcError(error: WireMap): RpcError {
  const { code, message, data } = error;
  return {
    code: typeof code === 'number' ? code : RPC.internalError,
    message: typeof message === 'string' ? message : 'the client did not answer',
    ...(data === undefined ? {} : { data }),
  };
}
