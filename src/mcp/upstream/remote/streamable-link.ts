/**
 * Links to a server by Streamable HTTP: a POST a message, answered with JSON or an event stream, and a GET for what the
 * server says by itself.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import { sleep, type Timer } from '../../../kernel/clock.ts';
import { messageOf } from '../../../kernel/errors.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import { messageIn, noAnswer } from './answer-body.ts';
import { onOneLine, readBody } from './body-reader.ts';
import { mediaTypeOf, readEvents, type StreamPosition } from './event-stream.ts';
import { excerpt, exchange, statusFailure, type Reply } from './http-exchange.ts';
import { countQueued, type LinkOptions, type OutgoingRequest, type RemoteLink } from './link.ts';
import { isLoggedOut, RemoteFailure } from './remote-failure.ts';
import { watchSilence } from './silence.ts';
import { quoted } from '../../wire/server-text.ts';
import { judgeSession } from './session-fate.ts';
import type { HttpAnswer } from './http-answer.ts';

const DEFAULT_RETRY_MS = 1_000;
/** A server that names a shorter wait, and ends each stream at once, is not asked faster than this. */
const MIN_RETRY_MS = 100;
const MAX_BACKOFF_MS = 30_000;
/** Connections in a row that bring nothing of an answer that broke off. */
const MAX_RESUMES = 5;
/** A server should close the stream after its answer; one that does not is helped. */
const LINGER_MS = 1_000;
const DELETE_MS = 2_000;
/** The server may take a GET later: one stream is open for it still, or it wants fewer requests. */
const BUSY: ReadonlySet<number> = new Set([409, 429]);

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
    if (this.#closed.signal.aborted) return;
    const controller = new AbortController();
    this.#requests.set(request.id, controller);
    void this.#request(request, controller.signal)
      .catch((error: unknown) => {
        if (!controller.signal.aborted) this.#o.listener.failed(request.id, failureFrom(error));
      })
      .finally(() => {
        if (this.#requests.get(request.id) === controller) this.#requests.delete(request.id);
      });
  }

  async post(body: string | readonly Buffer[]): Promise<RemoteFailure | undefined> {
    let failure: RemoteFailure | undefined;
    try {
      const reply = await this.#post(body, this.#closed.signal);
      if (reply.kind === 'success') reply.response.resume();
      if (reply.kind === 'refused') failure = reply.failure;
    } catch (error) {
      failure = failureFrom(error);
    }
    if (failure !== undefined && !this.#closed.signal.aborted) this.#o.listener.trouble(failure);
    return failure;
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
    await this.#end(this.#own());
    this.#o.client.close();
  }

  /** Tells the server that a session is over, which it may have forgotten long ago. `own`: headers that name it. */
  async #end(own: OutgoingHttpHeaders): Promise<void> {
    if (own['mcp-session-id'] === undefined) return;
    const ended = new AbortController();
    const timer = this.#o.clock.after(DELETE_MS, () => ended.abort(), { unref: true });
    try {
      const authorization = await this.#o.auth?.authorization();
      const headers = { ...this.#o.headers, ...own, ...(authorization === undefined ? {} : { authorization }) };
      (await this.#o.client.request({ method: 'DELETE', url: this.#o.url, headers, signal: ended.signal })).resume();
    } catch {
      // It is gone already, or does not care.
    }
    timer.cancel();
  }

  #own(): OutgoingHttpHeaders {
    return {
      ...(this.#sessionId === undefined ? {} : { 'mcp-session-id': this.#sessionId }),
      ...(this.protocolVersion === undefined ? {} : { 'mcp-protocol-version': this.protocolVersion }),
    };
  }

  /** A handshake begins a session of its own. */
  async #post(
    body: string | readonly Buffer[],
    signal: AbortSignal,
    extra: OutgoingHttpHeaders = {},
    isHandshake = false,
  ): Promise<Reply> {
    const { listener, url } = this.#o;
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const sent = countQueued(listener, body);
    const session = this.#sessionId;
    const isOfSession = !isHandshake && this.protocolVersion !== undefined;
    try {
      const request = {
        method: 'POST',
        url,
        body,
        signal,
        onSent: sent,
        headers: { ...headers, ...(isHandshake ? {} : this.#own()), ...extra },
        isOfSession,
      } as const;
      const reply = await exchange(this.#o, request);
      return isHandshake ? reply : judgeSession(reply, { session, isPast: session !== this.#sessionId });
    } finally {
      sent();
    }
  }

  async #request({ id, text, method, headers }: OutgoingRequest, signal: AbortSignal): Promise<void> {
    const { listener, maxMessageBytes } = this.#o;
    const isHandshake = method === 'initialize';
    const reply = await this.#post(text, signal, headers, isHandshake);
    if (reply.kind === 'refused') throw reply.failure;
    if (reply.kind === 'rpc-error') return this.#deliver(Buffer.from(JSON.stringify({ ...reply.message, id })));
    const { response } = reply;
    if (isHandshake) this.#adopt(response.headers['mcp-session-id']);
    const type = mediaTypeOf(response);
    if (type === 'text/event-stream') return this.#answerStream(id, response, signal);
    const body = await readBody(response, maxMessageBytes, (parts, bytes) => listener.growing(parts, bytes));
    if (signal.aborted) return;
    if (body.kind === 'oversize') return listener.oversize(id, body.bytes);
    const message = messageIn(body);
    if (message !== undefined) listener.message(onOneLine(message.parts), message.bytes);
    if (listener.isWaiting(id)) throw new RemoteFailure('BAD_ANSWER', noAnswer(response, body, this.#o.mask));
  }

  /** The handshake was answered: the old session is over, whether or not the server knows that. */
  #adopt(sessionId: string | string[] | undefined): void {
    const before = this.#own();
    this.#sessionId = typeof sessionId === 'string' ? sessionId : undefined;
    this.protocolVersion = undefined;
    this.#listening.abort();
    if (before['mcp-session-id'] !== this.#sessionId) unawaited(this.#end(before));
  }

  /** The stream may break off: it is taken up where it ended, as long as the server says where that is. */
  async #answerStream(id: number, first: HttpAnswer, signal: AbortSignal): Promise<void> {
    const { clock, listener } = this.#o;
    const position: StreamPosition = { lastEventId: undefined, retryMs: undefined };
    let response: HttpAnswer | undefined = first;
    let cause = 'the stream ended';
    for (let resumes = 0; resumes <= MAX_RESUMES; resumes += 1) {
      if (response !== undefined) {
        const before: string | undefined = position.lastEventId;
        const stream: HttpAnswer = response;
        let linger: Timer | undefined;
        const end = await readEvents(stream, position, this.#o, ({ type, parts, bytes }) => {
          if (type === 'message') listener.message(parts, bytes);
          else cause = `the stream ended, with an event named ${quoted(type, this.#o.mask, 60)} in place of a message`;
          if (!listener.isWaiting(id)) linger ??= clock.after(LINGER_MS, () => stream.destroy(), { unref: true });
        });
        linger?.cancel();
        if (signal.aborted || !listener.isWaiting(id)) return;
        if (end.kind === 'oversize') return listener.oversize(id, end.bytes);
        if (end.kind === 'broken') cause = messageOf(end.error);
        else if (end.isOpen) cause = 'the stream ended in the middle of an event';
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
  async #resume(lastEventId: string, signal: AbortSignal): Promise<HttpAnswer | undefined> {
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
  async #get(lastEventId: string | undefined, signal: AbortSignal): Promise<HttpAnswer> {
    const { url } = this.#o;
    const headers = {
      accept: 'text/event-stream',
      ...this.#own(),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    };
    const isOfSession = this.protocolVersion !== undefined;
    const reply = await exchange(this.#o, { method: 'GET', url, headers, signal, isOfSession });
    if (reply.kind === 'refused') throw reply.failure;
    if (reply.kind === 'rpc-error')
      throw statusFailure(url, reply.status, excerpt(JSON.stringify(reply.message['error']), this.#o.mask));
    if (mediaTypeOf(reply.response) === 'text/event-stream') return reply.response;
    reply.response.destroy();
    throw new RemoteFailure('HTTP_STATUS', 'a GET brought no event stream', { status: 405 });
  }

  /** Until the link closes or the session ends, unless the server has no such stream: it may refuse it in any way. */
  async #listen(signal: AbortSignal): Promise<void> {
    const { clock, listener } = this.#o;
    const position: StreamPosition = { lastEventId: undefined, retryMs: undefined };
    let wasOpen = false;
    for (let failures = 0; !signal.aborted;) {
      let askedMs = 0;
      try {
        const response = await this.#get(position.lastEventId, signal);
        wasOpen = true;
        // A stream that brings nothing is opened ever more seldom.
        failures += 1;
        let wasSilent = false;
        const unwatch = watchSilence(clock, response, () => {
          wasSilent = true;
          response.destroy();
        });
        const end = await readEvents(response, position, this.#o, ({ type, parts, bytes }) => {
          failures = 0;
          if (type === 'message' && !signal.aborted) listener.message(parts, bytes);
        });
        unwatch();
        // Opened again at once: it was we who have ended it.
        if (wasSilent) failures = 0;
        if (end.kind === 'oversize') listener.oversizeOther(end.head, end.bytes);
      } catch (error) {
        if (signal.aborted) return;
        const failure = failureFrom(error);
        const isPassing =
          failure.code === 'UNREACHABLE' || (failure.status ?? 0) >= 500 || BUSY.has(failure.status ?? 0);
        if (!isPassing) {
          if (isLoggedOut(failure)) return listener.trouble(failure);
          if (wasOpen) listener.doubtful(failure);
          return;
        }
        listener.trouble(failure);
        failures += 1;
        askedMs = failure.retryAfterMs ?? 0;
      }
      const backoff = Math.min(DEFAULT_RETRY_MS * 2 ** Math.min(failures, 5), MAX_BACKOFF_MS);
      await sleep(clock, Math.max(askedMs, failures <= 1 ? retryOf(position) : backoff), signal);
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
