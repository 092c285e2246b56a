/**
 * Answers one POST: with 202 when nothing is asked, with one JSON body when only the answer comes, and with a stream of
 * events as soon as something else has to come first.
 */
import type { ServerResponse } from 'node:http';
import type { WireId } from '../../wire/message.ts';
import type { ReplySink } from '../../wire/reply-sink.ts';
import { errorLine, RPC, type RpcError } from '../../wire/rpc-errors.ts';
import { idText } from '../../wire/wire-id.ts';
import type { AnswerForm } from './checks.ts';
import { sizeOf } from './event-store.ts';
import type { MessageStream } from './message-stream.ts';

/** The session's side of its exchanges. */
export interface ExchangeOwner {
  /** A request of this exchange has been seen. */
  begun(id: WireId, exchange: Exchange): void;
  /** Opens a stream on the exchange's response. */
  openStream(exchange: Exchange): MessageStream;
  /** Sends what belongs to no request, or cannot be sent with it. */
  send(message: string | readonly Buffer[]): void;
  done(exchange: Exchange): void;
}

export class Exchange implements ReplySink {
  readonly response: ServerResponse;
  /** Of the requests in its body. */
  readonly ids: WireId[] = [];
  readonly startedMs: number;
  /** Whether the client's revision allows events without data. */
  readonly primes: boolean;
  readonly #owner: ExchangeOwner;
  /** Goes with a plain answer, such as the new session's id. */
  readonly #headers: Readonly<Record<string, string>>;
  readonly #form: AnswerForm;
  #stream: MessageStream | undefined;
  #isDone = false;

  constructor(
    owner: ExchangeOwner,
    response: ServerResponse,
    options: {
      readonly startedMs: number;
      readonly primes: boolean;
      readonly headers: Readonly<Record<string, string>>;
      readonly form: AnswerForm;
    },
  ) {
    this.#owner = owner;
    this.response = response;
    this.startedMs = options.startedMs;
    this.primes = options.primes;
    this.#headers = options.headers;
    this.#form = options.form;
  }

  get stream(): MessageStream | undefined {
    return this.#stream;
  }

  begin(id: WireId): void {
    this.ids.push(id);
    this.#owner.begun(id, this);
  }

  /** The body has been taken. */
  received(): void {
    if (this.#isDone || this.ids.length > 0) return;
    this.#finish();
    if (this.response.headersSent) return;
    this.response.writeHead(202, this.#headers);
    this.response.end();
  }

  /** A message that belongs to a request of this exchange: from now on it is a stream. */
  event(message: string | readonly Buffer[]): void {
    if (this.#form === 'json') return this.#owner.send(message);
    this.#openStream().send(message, sizeOf(message));
  }

  /** The answer has been long in coming: a stream, so that the connection is seen to live. */
  keepAlive(): void {
    if (this.#form !== 'json') this.#openStream().keepAlive();
  }

  send(message: string | readonly Buffer[]): void {
    if (this.#isDone) return;
    if (this.#form === 'events' && this.ids.length > 0) this.#openStream();
    this.#finish();
    if (this.#stream === undefined) return this.#plain(message);
    const bytes = sizeOf(message);
    this.#stream.send(message, bytes, this.#standIn(bytes));
    this.#stream.finish();
  }

  skip(): void {
    if (this.#isDone) return;
    this.#finish();
    if (this.#stream !== undefined) return this.#stream.finish();
    if (this.response.headersSent) return;
    this.response.writeHead(202, this.#headers);
    this.response.end();
  }

  /** The session has ended before the answer. */
  fail(error: RpcError): void {
    const lines = this.ids.map((id) => errorLine(idText(id), error));
    this.send(lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(',')}]`);
  }

  #openStream(): MessageStream {
    this.#stream ??= this.#owner.openStream(this);
    return this.#stream;
  }

  #finish(): void {
    this.#isDone = true;
    this.#owner.done(this);
  }

  #plain(message: string | readonly Buffer[]): void {
    const { response } = this;
    if (response.headersSent || response.destroyed) return;
    // What is answered without being a request was no valid message.
    const status = this.ids.length === 0 ? 400 : 200;
    const headers = { ...this.#headers, 'content-type': 'application/json', 'content-length': sizeOf(message) };
    response.writeHead(status, headers);
    if (typeof message === 'string') return void response.end(message);
    response.cork();
    for (const piece of message) response.write(piece);
    response.end();
    response.uncork();
  }

  /** What an agent that comes back gets of an answer that is too long to keep. */
  #standIn(bytes: number): string {
    const message = `the answer of ${bytes} bytes was sent on a connection that was lost, and is too long to be kept`;
    const [id] = this.ids;
    return errorLine(id === undefined ? 'null' : idText(id), { code: RPC.unavailable, message });
  }
}
