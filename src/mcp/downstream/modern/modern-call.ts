/**
 * Follows one request of a modern agent. A server of an older revision that asks the client in its midst is held: the
 * agent gets `input_required` with what is asked, answers by sending its request again, and the call goes on.
 */
import type { Clock, Timer } from '../../../kernel/clock.ts';
import { wordFor } from '../../../kernel/foreign.ts';
import { isMap, stringAt, type WireMap } from '../../wire/message.ts';
import type { ReplySink } from '../../wire/reply-sink.ts';
import { errorLine, type RpcError } from '../../wire/rpc-errors.ts';
import { anyIdText } from '../../wire/wire-id.ts';
import { META, NAMED_BY } from '../../eras/modern.ts';
import type { ModernReply } from './modern-reply.ts';
import { modernAnswer, type ModernAnswer } from './modern-result.ts';

/** An agent that has been asked has this long to send its request again. */
const HELD_MS = 10 * 60_000;

/** Questions that a server asks at once may arrive in several pieces; the longest gap between two of them. */
const TOGETHER_MS = 20;

/** The longest that a server's first question waits for its next ones. */
const TOGETHER_AT_MOST_MS = 200;

/** The agent's side of its calls. */
export interface CallOwner {
  readonly clock: Clock;
  readonly nonce: () => string;
  readonly serverInfo: object;
  /** The call has ended, or nobody waits for it any more. */
  ended(call: ModernCall): void;
  /** Hands the agent's answer to the server's request with this id on. */
  answered(requestId: number, result: WireMap): void;
  /** The server's request will not be answered. */
  refused(requestId: number): void;
  /** Ends the call at the server. */
  cancel(call: ModernCall, reason: string | undefined): void;
}

export class ModernCall implements ReplySink {
  /** The id that the session knows. */
  readonly innerId: number;
  readonly logLevel: string | undefined;
  readonly #owner: CallOwner;
  readonly #method: string;
  /** The tool, prompt or resource. */
  readonly #name: unknown;
  #idText: string;
  #reply: ModernReply | undefined;
  /** What the server has asked and the agent has not answered, by key. */
  readonly #asked = new Map<string, { readonly id: number; readonly request: WireMap }>();
  /** The agent is about to be asked. */
  #gathering: { readonly timer: Timer; readonly sinceMs: number } | undefined;
  /** The answer came while the agent was to answer something. */
  #answer: string | readonly Buffer[] | undefined;
  #held: Timer | undefined;
  /** What the agent must send back with its answers; another one each time. */
  state: string | undefined;

  constructor(owner: CallOwner, innerId: number, message: WireMap, reply: ModernReply, logLevel: string | undefined) {
    this.#owner = owner;
    this.innerId = innerId;
    this.logLevel = logLevel;
    this.#method = stringAt(message, 'method') ?? '';
    this.#name = nameOf(message);
    this.#idText = anyIdText(message['id']);
    this.#reply = reply;
  }

  /** The agent is to send its request again. */
  get isHeld(): boolean {
    return this.#reply === undefined;
  }

  get isAsking(): boolean {
    return this.isHeld || this.#gathering !== undefined;
  }

  /** A notification that belongs to the call; nobody hears it while the agent is to answer. */
  event(text: string): void {
    this.#reply?.event(text);
  }

  /** A server's request, with the session's id. Those that come together are asked together. */
  ask(id: number, request: WireMap): void {
    this.#asked.set(`request-${id}`, { id, request });
    if (this.isHeld) return;
    const { clock } = this.#owner;
    const nowMs = clock.monotonicMs();
    const sinceMs = this.#gathering?.sinceMs ?? nowMs;
    const delayMs = Math.min(TOGETHER_MS, sinceMs + TOGETHER_AT_MOST_MS - nowMs);
    this.#gathering?.timer.cancel();
    this.#gathering = { sinceMs, timer: clock.after(delayMs, () => this.#require()) };
  }

  /** The server takes its request back. */
  withdraw(id: number): void {
    this.#asked.delete(`request-${id}`);
  }

  /** The agent sends its request again, with answers. Returns why that cannot be taken. */
  retry(message: WireMap, reply: ModernReply): RpcError | undefined {
    const params = isMap(message['params']) ? message['params'] : {};
    const responses = params['inputResponses'];
    if (message['method'] !== this.#method || nameOf(message) !== this.#name) {
      return { code: -32602, message: 'Invalid params: requestState is of another request' };
    }
    if (!isMap(responses)) return { code: -32602, message: 'Invalid params: inputResponses must be an object' };
    this.#held?.cancel();
    this.#reply = reply;
    this.#idText = anyIdText(message['id']);
    for (const [key, { id }] of this.#asked) {
      const response = responses[key];
      if (!isMap(response)) continue;
      this.#asked.delete(key);
      this.#owner.answered(id, response);
    }
    if (this.#answer !== undefined) this.send(this.#answer);
    else this.#require();
    return undefined;
  }

  send(answer: string | readonly Buffer[]): void {
    const reply = this.#reply;
    if (reply === undefined) {
      this.#answer = answer;
      return;
    }
    this.#end();
    const { message, status } = this.#answered(answer);
    reply.send(message, status);
  }

  written(answer: string | readonly Buffer[]): string | readonly Buffer[] {
    return this.#answered(answer).message;
  }

  #answered(answer: string | readonly Buffer[]): ModernAnswer {
    const innerIdText = JSON.stringify(this.innerId);
    const { serverInfo } = this.#owner;
    const uri = this.#method === 'resources/read' ? wordFor(this.#name) : undefined;
    return modernAnswer(answer, { method: this.#method, innerIdText, idText: this.#idText, serverInfo, uri });
  }

  skip(): void {
    this.#reply?.skip();
    this.#end();
  }

  /** The agent's connection is gone, or it says so itself: an answer would reach nobody. */
  cancel(reason: string | undefined): void {
    this.#gathered();
    this.#owner.cancel(this, reason);
  }

  /** The session has ended. */
  fail(error: RpcError): void {
    this.#reply?.send(errorLine(this.#idText, error), 200);
    this.#end();
  }

  #require(): void {
    this.#gathered();
    const reply = this.#reply;
    if (reply === undefined || this.#asked.size === 0) return;
    const { clock, nonce, serverInfo } = this.#owner;
    const asked = [...this.#asked].map(([key, { request }]) => {
      const { method, params } = request;
      return [key, { method, ...(params === undefined ? {} : { params }) }] as const;
    });
    this.state = nonce();
    this.#reply = undefined;
    this.#held?.cancel();
    this.#held = clock.after(HELD_MS, () => this.cancel('the client did not answer in time'), { unref: true });
    const result = {
      resultType: 'input_required',
      inputRequests: Object.fromEntries(asked),
      requestState: this.state,
      _meta: { [META.serverInfo]: serverInfo },
    };
    reply.send(`{"jsonrpc":"2.0","id":${this.#idText},"result":${JSON.stringify(result)}}`, 200);
  }

  #gathered(): void {
    this.#gathering?.timer.cancel();
    this.#gathering = undefined;
  }

  #end(): void {
    this.#gathered();
    this.#held?.cancel();
    this.#reply = undefined;
    for (const { id } of this.#asked.values()) this.#owner.refused(id);
    this.#asked.clear();
    this.#owner.ended(this);
  }
}

function nameOf(message: WireMap): unknown {
  const key = NAMED_BY[stringAt(message, 'method') ?? ''];
  return key === undefined || !isMap(message['params']) ? undefined : message['params'][key];
}
