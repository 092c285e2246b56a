/** Streamable HTTP: a POST a message, answered with JSON or an event stream, and a GET for what the server says by itself. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { sleep, type Timer } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import { unawaited } from '../../unawaited.ts';
import { stringAt } from '../message.ts';
import { onOneLine, readBody } from './body-reader.ts';
import { mediaTypeOf, readEvents, type StreamPosition } from './event-stream.ts';
import { excerpt, exchange, statusFailure, type Reply } from './http-exchange.ts';
import type { LinkOptions, OutgoingRequest, RemoteLink } from './link.ts';
import { RemoteFailure } from './remote-failure.ts';

const DEFAULT_RETRY_MS = 1_000;
/** A server that names a shorter wait, and ends each stream at once, is not asked faster than this. */
const MIN_RETRY_MS = 100;
const MAX_BACKOFF_MS = 30_000;
/** Connections in a row that bring nothing of an answer that broke off. */
const MAX_RESUMES = 5;
/** A server should close the stream after its answer; one that does not is helped. */
const LINGER_MS = 1_000;
const DELETE_MS = 2_000;

export class StreamableLink implements RemoteLink {
  protocolVersion: string | undefined;
  #sessionId: string | undefined;
  readonly #o: LinkOptions;
  readonly #requests = new Map<number, AbortController>();
  readonly #closed = new AbortController();
  #listening = new AbortController();
  #isClosing: Promise<void> | undefined;

  constructor(options: LinkOptions) {
    this.#o = options;
  }

  request(request: OutgoingRequest): void {
    const controller = new AbortController();
    this.#requests.set(request.id, controller);
    // A new handshake begins a new session.
    if (request.method === 'initialize') {
      this.#sessionId = undefined;
      this.protocolVersion = undefined;
      this.#listening.abort();
    }
    void this.#request(request, controller.signal)
      .catch((error: unknown) => {
        if (!controller.signal.aborted) this.#o.listener.failed(request.id, failureFrom(error));
      })
      .finally(() => {
        if (this.#requests.get(request.id) === controller) this.#requests.delete(request.id);
      });
  }

  async post(body: string | readonly Buffer[]): Promise<void> {
    try {
      const reply = await this.#post(body, this.#closed.signal);
      if (reply.kind === 'success') return void reply.response.resume();
      if (reply.kind === 'refused') this.#o.listener.trouble(reply.failure);
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#o.listener.trouble(failureFrom(error));
    }
  }

  listen(): void {
    this.#listening.abort();
    this.#listening = new AbortController();
    unawaited(this.#listen(AbortSignal.any([this.#listening.signal, this.#closed.signal])));
  }

  abandon(id: number): void {
    this.#requests.get(id)?.abort();
    this.#requests.delete(id);
  }

  close(): Promise<void> {
    this.#isClosing ??= this.#close();
    return this.#isClosing;
  }

  async #close(): Promise<void> {
    this.#closed.abort();
    for (const controller of this.#requests.values()) controller.abort();
    this.#requests.clear();
    if (this.#sessionId !== undefined) {
      const ended = new AbortController();
      const timer = this.#o.clock.after(DELETE_MS, () => ended.abort(), { unref: true });
      try {
        const headers = await this.#headers();
        (await this.#o.client.request({ method: 'DELETE', url: this.#o.url, headers, signal: ended.signal })).resume();
      } catch {
        // It is gone already, or does not care.
      }
      timer.cancel();
    }
    this.#o.client.close();
  }

  /** For the DELETE only: requests get theirs from `exchange`. */
  async #headers(): Promise<OutgoingHttpHeaders> {
    const authorization = await this.#o.auth?.authorization();
    return { ...this.#o.headers, ...this.#own(), ...(authorization === undefined ? {} : { authorization }) };
  }

  #own(): OutgoingHttpHeaders {
    return {
      ...(this.#sessionId === undefined ? {} : { 'mcp-session-id': this.#sessionId }),
      ...(this.protocolVersion === undefined ? {} : { 'mcp-protocol-version': this.protocolVersion }),
    };
  }

  async #post(body: string | readonly Buffer[], signal: AbortSignal, extra?: OutgoingHttpHeaders): Promise<Reply> {
    const { listener, url } = this.#o;
    const bytes = typeof body === 'string' ? body.length : body.reduce((sum, { length }) => sum + length, 0);
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    listener.queued(bytes);
    let isSent = false;
    const sent = (): void => {
      if (!isSent) listener.queued(-bytes);
      isSent = true;
    };
    const hadSession = this.#sessionId !== undefined;
    try {
      const request = {
        method: 'POST',
        url,
        body,
        signal,
        onSent: sent,
        headers: { ...headers, ...this.#own(), ...extra },
      };
      return this.#judged(await exchange(this.#o, request as Parameters<typeof exchange>[1]), hadSession);
    } finally {
      sent();
    }
  }

  /** 404 means that the session is gone; some servers say so with 400 and words. */
  #judged(reply: Reply, hadSession: boolean): Reply {
    if (!hadSession || reply.kind === 'success') return reply;
    const status = reply.kind === 'rpc-error' ? reply.status : reply.failure.status;
    const words = reply.kind === 'rpc-error' ? stringAt(reply.message['error'], 'message') : reply.failure.message;
    if (status !== 404 && !(status === 400 && /session/i.test(words ?? ''))) return reply;
    return { kind: 'refused', failure: new RemoteFailure('SESSION_GONE', `its session ended (HTTP ${status})`) };
  }

  async #request({ id, text, method, headers }: OutgoingRequest, signal: AbortSignal): Promise<void> {
    const { listener, maxMessageBytes } = this.#o;
    const reply = await this.#post(text, signal, headers);
    if (reply.kind === 'refused') throw reply.failure;
    if (reply.kind === 'rpc-error') return this.#deliver(Buffer.from(JSON.stringify({ ...reply.message, id })));
    const { response } = reply;
    const sessionId = response.headers['mcp-session-id'];
    if (method === 'initialize' && typeof sessionId === 'string') this.#sessionId = sessionId;
    const type = mediaTypeOf(response);
    if (type === 'text/event-stream') return this.#answerStream(id, response, signal);
    if (type !== 'application/json') {
      response.destroy();
      const what = type === '' ? 'no content' : `content of type ${type}`;
      throw new RemoteFailure('BAD_ANSWER', `it answered HTTP ${response.statusCode} with ${what}`);
    }
    const body = await readBody(response, maxMessageBytes, (parts, bytes) => listener.growing(parts, bytes));
    if (signal.aborted) return;
    if (body.kind === 'oversize') return listener.oversize(id, body.bytes);
    listener.message(onOneLine(body.parts), body.bytes);
    if (listener.isWaiting(id)) throw new RemoteFailure('BAD_ANSWER', 'its answer is not one to this request');
  }

  /** The stream may break off: it is taken up where it ended, as long as the server says where that is. */
  async #answerStream(id: number, first: IncomingMessage, signal: AbortSignal): Promise<void> {
    const { clock, listener } = this.#o;
    const position: StreamPosition = { lastEventId: undefined, retryMs: undefined };
    let response: IncomingMessage | undefined = first;
    let cause = 'the stream ended';
    for (let resumes = 0; resumes <= MAX_RESUMES; resumes += 1) {
      if (response !== undefined) {
        const before: string | undefined = position.lastEventId;
        const stream: IncomingMessage = response;
        let linger: Timer | undefined;
        const end = await readEvents(stream, position, this.#o, ({ type, parts, bytes }) => {
          if (type === 'message') listener.message(parts, bytes);
          if (!listener.isWaiting(id)) linger ??= clock.after(LINGER_MS, () => stream.destroy(), { unref: true });
        });
        linger?.cancel();
        if (signal.aborted || !listener.isWaiting(id)) return;
        if (end.kind === 'oversize') return listener.oversize(id, end.bytes);
        if (end.kind === 'broken') cause = messageOf(end.error);
        if (position.lastEventId !== before) resumes = 0;
      }
      if (position.lastEventId === undefined) break;
      await sleep(clock, retryOf(position), signal);
      if (signal.aborted) return;
      response = await this.#resume(position.lastEventId, signal);
    }
    throw new RemoteFailure('BAD_ANSWER', `its answer broke off: ${cause}`);
  }

  /** Undefined when it cannot be reached just now. @throws RemoteFailure when the server does not resume */
  async #resume(lastEventId: string, signal: AbortSignal): Promise<IncomingMessage | undefined> {
    try {
      return await this.#get(lastEventId, signal);
    } catch (error) {
      const failure = failureFrom(error);
      if (failure.code === 'UNREACHABLE') return undefined;
      if (failure.code !== 'HTTP_STATUS') throw failure;
      throw new RemoteFailure('BAD_ANSWER', `its answer broke off and is not resumed: ${failure.message}`);
    }
  }

  /** @throws RemoteFailure */
  async #get(lastEventId: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const { url } = this.#o;
    const hadSession = this.#sessionId !== undefined;
    const headers = {
      accept: 'text/event-stream',
      ...this.#own(),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    };
    const reply = this.#judged(await exchange(this.#o, { method: 'GET', url, headers, signal }), hadSession);
    if (reply.kind === 'refused') throw reply.failure;
    if (reply.kind === 'rpc-error')
      throw statusFailure(url, reply.status, excerpt(JSON.stringify(reply.message['error']), this.#o.mask));
    if (mediaTypeOf(reply.response) === 'text/event-stream') return reply.response;
    reply.response.destroy();
    throw new RemoteFailure('HTTP_STATUS', 'a GET brought no event stream', { status: 405 });
  }

  /** Until the link closes, the session ends, or the server says that it has no such stream. */
  async #listen(signal: AbortSignal): Promise<void> {
    const { clock, listener } = this.#o;
    const position: StreamPosition = { lastEventId: undefined, retryMs: undefined };
    for (let failures = 0; !signal.aborted;) {
      try {
        const response = await this.#get(position.lastEventId, signal);
        // A stream that brings nothing is opened ever more seldom.
        failures += 1;
        const end = await readEvents(response, position, this.#o, ({ type, parts, bytes }) => {
          failures = 0;
          if (type === 'message' && !signal.aborted) listener.message(parts, bytes);
        });
        if (end.kind === 'oversize') listener.oversizeOther(end.head, end.bytes);
      } catch (error) {
        if (signal.aborted) return;
        const failure = failureFrom(error);
        const isPassing = failure.code === 'UNREACHABLE' || (failure.status ?? 0) >= 500;
        if (!isPassing && failure.code === 'HTTP_STATUS') return;
        listener.trouble(failure);
        if (!isPassing) return;
        failures += 1;
      }
      const backoff = Math.min(DEFAULT_RETRY_MS * 2 ** Math.min(failures, 5), MAX_BACKOFF_MS);
      await sleep(clock, failures <= 1 ? retryOf(position) : backoff, signal);
    }
  }

  #deliver(message: Buffer): void {
    this.#o.listener.message([message], message.length);
  }
}

function retryOf({ retryMs }: StreamPosition): number {
  return Math.max(retryMs ?? DEFAULT_RETRY_MS, MIN_RETRY_MS);
}

export function failureFrom(error: unknown): RemoteFailure {
  if (error instanceof RemoteFailure) return error;
  return new RemoteFailure('BAD_ANSWER', messageOf(error), { cause: error });
}
