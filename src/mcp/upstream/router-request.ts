/** Sends requests of the router itself to an upstream: `initialize`, lists, probes, log levels, subscriptions. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { parseLarge } from '../wire/answers.ts';
import { isMap, mapAt, stringAt, type WireMap } from '../wire/message.ts';
import { quoted } from '../wire/server-text.ts';
import type { Answer } from '../wire/outcome.ts';
import type { Refusal } from '../wire/outcome.ts';
import type { PendingCall, Upstream } from './upstream.ts';

/** More is in no answer that the router asks for itself. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export type BuiltinOutcome =
  | { readonly kind: 'result'; readonly result: WireMap; readonly bytes: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string; readonly data?: unknown }
  /** Over `maxBytes`; it was not parsed. */
  | { readonly kind: 'too-large'; readonly message: string }
  /** Refused by the transport, HTTP. */
  | ({ readonly kind: 'refused' } & Refusal)
  | { readonly kind: 'lost'; readonly message: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' };

export interface BuiltinRequest {
  readonly method: string;
  readonly params?: WireMap;
  readonly timeoutMs: number;
  /** Of its answer. Default 16 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** A probe's `tools/call`. */
  readonly isProbe?: boolean;
  /** `initialize` must not be cancelled on the wire. */
  readonly isUncancellable?: boolean;
}

/** Never rejects. After a timeout or an abort the upstream is told, and a late answer is ignored. */
export function ask(clock: Clock, upstream: Upstream, request: BuiltinRequest): Promise<BuiltinOutcome> {
  return new Promise((resolve) => new BuiltinCall(clock, upstream, request, resolve));
}

class BuiltinCall implements PendingCall {
  readonly sessionId = undefined;
  readonly requestId = undefined;
  readonly isProbe: boolean;
  readonly #upstream: Upstream;
  readonly #request: BuiltinRequest;
  readonly #resolve: (outcome: BuiltinOutcome) => void;
  readonly #timer: Timer;
  readonly #id: number;
  #isDone = false;

  constructor(clock: Clock, upstream: Upstream, request: BuiltinRequest, resolve: (outcome: BuiltinOutcome) => void) {
    this.#upstream = upstream;
    this.#request = request;
    this.#resolve = resolve;
    this.isProbe = request.isProbe ?? false;
    this.#timer = clock.after(request.timeoutMs, () => this.#giveUp({ kind: 'timeout' }));
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    const { method, params } = request;
    this.#id = upstream.request({ jsonrpc: '2.0', id: 0, method, ...(params === undefined ? {} : { params }) }, this);
    if (request.signal?.aborted === true) this.#onAbort();
  }

  progress(): void {}

  settle(answer: Answer): void {
    const { maxBytes = MAX_ANSWER_BYTES } = this.#request;
    this.#finish(outcomeOf(answer, maxBytes, this.#upstream.mask));
  }

  readonly #onAbort = (): void => this.#giveUp({ kind: 'aborted' });

  #giveUp(outcome: BuiltinOutcome): void {
    if (this.#isDone) return;
    if (this.#request.isUncancellable === true) this.#upstream.forget(this.#id);
    else this.#upstream.cancel(this.#id, outcome.kind === 'timeout' ? 'deadline passed' : 'no longer needed');
    this.#finish(outcome);
  }

  #finish(outcome: BuiltinOutcome): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#timer.cancel();
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#resolve(outcome);
  }
}

/** A server's words are masked and cut here, for all who keep or show them. */
function outcomeOf(answer: Answer, maxBytes: number, mask: (text: string) => string): BuiltinOutcome {
  if (answer.kind === 'failed') {
    const { code, message } = answer.error;
    const { refusal } = answer;
    if (refusal !== undefined && !answer.isLost) {
      return { kind: 'refused', code: refusal.code, message: refusal.message, retryAfterMs: refusal.retryAfterMs };
    }
    return answer.isLost ? { kind: 'lost', message } : { kind: 'error', code, message };
  }
  const bytes = answer.kind === 'small' ? answer.text.length : answer.bytes;
  if (bytes > maxBytes)
    return { kind: 'too-large', message: `its answer of ${bytes} bytes is over the limit of ${maxBytes}` };
  const message = answer.kind === 'small' ? answer.message : parseLarge(answer);
  const error = mapAt(message, 'error');
  if (error !== undefined) {
    const code = typeof error['code'] === 'number' ? error['code'] : 0;
    const { data } = error;
    const words = quoted(stringAt(error, 'message') ?? 'no message', mask);
    return { kind: 'error', code, message: words, ...(data === undefined ? {} : { data }) };
  }
  const { result } = message;
  return isMap(result)
    ? { kind: 'result', result, bytes }
    : { kind: 'error', code: 0, message: 'the result is no object' };
}
