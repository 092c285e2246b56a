/**
 * Links to a server by HTTP with SSE as of 2024-11-05: one event stream brings everything, a POST to the address that
 * it names sends.
 */
import { unawaited } from '../../../kernel/unawaited.ts';
import { parseUrl } from '../../../kernel/url.ts';
import { decodeParts } from '../../wire/framing.ts';
import { stringAt } from '../../wire/message.ts';
import { mediaTypeOf, readEvents, type StreamEnd } from './event-stream.ts';
import { exchange } from './http-exchange.ts';
import { countQueued, type LinkOptions, type OutgoingRequest, type RemoteLink } from './link.ts';
import { quoted } from '../../wire/server-text.ts';
import { failureBy, RemoteFailure } from './remote-failure.ts';
import { watchSilence } from './silence.ts';
import { failureFrom } from './streamable-link.ts';
import type { HttpAnswer } from './http-answer.ts';

interface Stream {
  /** Where to POST; rejects when the stream cannot be had. */
  readonly endpoint: Promise<URL>;
  readonly ended: AbortController;
}

export class SseLink implements RemoteLink {
  protocolVersion: string | undefined;
  readonly #o: LinkOptions;
  /** Sent, not yet answered. */
  readonly #waiting = new Set<number>();
  #stream: Stream | undefined;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#o = options;
  }

  request({ id, text, method }: OutgoingRequest): void {
    if (this.#isClosed) return;
    if (method === 'initialize') {
      this.#stream?.ended.abort();
      this.#stream = undefined;
      this.protocolVersion = undefined;
    }
    this.#waiting.add(id);
    this.#send(text).catch((error: unknown) => {
      if (this.#waiting.delete(id)) this.#o.listener.failed(id, failureFrom(error));
    });
  }

  async post(body: string | readonly Buffer[]): Promise<RemoteFailure | undefined> {
    try {
      await this.#send(body);
      return undefined;
    } catch (error) {
      const failure = failureFrom(error);
      if (!this.#isClosed) this.#o.listener.trouble(failure);
      return failure;
    }
  }

  /** The stream is there from the start. */
  listen(): void {}

  abandon(id: number): void {
    this.#waiting.delete(id);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#stream?.ended.abort();
    this.#waiting.clear();
    this.#o.client.close();
    return Promise.resolve();
  }

  /** @throws RemoteFailure */
  async #send(body: string | readonly Buffer[]): Promise<void> {
    if (this.#isClosed) throw new RemoteFailure('UNREACHABLE', 'the connection is closed');
    const stream = (this.#stream ??= this.#open());
    const sent = countQueued(this.#o.listener, body);
    try {
      const url = await stream.endpoint;
      await this.#post(url, stream, body, sent);
    } finally {
      sent();
    }
  }

  async #post(url: URL, stream: Stream, body: string | readonly Buffer[], onSent: () => void): Promise<void> {
    const version = this.protocolVersion;
    const reply = await exchange(this.#o, {
      method: 'POST',
      url,
      body,
      onSent,
      signal: stream.ended.signal,
      isOfSession: version !== undefined,
      headers: {
        'content-type': 'application/json',
        ...(version === undefined ? {} : { 'mcp-protocol-version': version }),
      },
    });
    if (reply.kind === 'success') return void reply.response.resume();
    if (reply.kind === 'refused') throw reply.failure;
    const { error } = reply.message;
    const what = `answered HTTP ${reply.status}: ${quoted(stringAt(error, 'message') ?? '', this.#o.mask)}`;
    throw failureBy(url, 'HTTP_STATUS', what, { status: reply.status, bare: `it ${what}` });
  }

  #open(): Stream {
    const ended = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<URL>();
    const stream = { endpoint: promise, ended };
    // Whoever sends looks at it too; nobody may.
    promise.catch(() => undefined);
    void this.#run(ended.signal, resolve).then(
      (end) => this.#ended(stream, end, reject),
      (error: unknown) => {
        if (this.#stream === stream) this.#stream = undefined;
        reject(failureFrom(error));
      },
    );
    return stream;
  }

  async #run(signal: AbortSignal, endpoint: (url: URL) => void): Promise<StreamEnd> {
    const { listener, url } = this.#o;
    const reply = await exchange(this.#o, { method: 'GET', url, headers: { accept: 'text/event-stream' }, signal });
    if (reply.kind === 'refused') throw reply.failure;
    if (reply.kind === 'rpc-error' || mediaTypeOf(reply.response) !== 'text/event-stream') {
      if (reply.kind === 'success') reply.response.destroy();
      const brief = 'has no event stream';
      throw failureBy(url, 'HTTP_STATUS', brief, { status: 405, bare: `it ${brief}` });
    }
    const response: HttpAnswer = reply.response;
    const position = { lastEventId: undefined, retryMs: undefined };
    const unwatch = watchSilence(this.#o.clock, response, () => {
      unawaited(listener.isAlive().then((isAlive) => isAlive || response.destroy()));
    });
    response.once('close', unwatch);
    return readEvents(response, position, this.#o, ({ type, parts, bytes }) => {
      if (type === 'endpoint') {
        const target = endpointOf(decodeParts(parts, bytes).trim(), url);
        if (target !== undefined) return endpoint(target);
        response.destroy(failureBy(url, 'REDIRECT_REFUSED', 'names an endpoint of another origin'));
      } else if (type === 'message' && !signal.aborted) {
        listener.message(parts, bytes);
        for (const id of this.#waiting) if (!listener.isWaiting(id)) this.#waiting.delete(id);
      }
    });
  }

  /** The session ends with its stream. */
  #ended(stream: Stream, end: StreamEnd, reject: (failure: RemoteFailure) => void): void {
    const cause = end.kind === 'broken' && end.error instanceof RemoteFailure ? end.error : undefined;
    reject(cause ?? new RemoteFailure('BAD_ANSWER', 'the stream ended before it named an endpoint'));
    if (this.#stream !== stream || this.#isClosed) return;
    this.#stream = undefined;
    stream.ended.abort();
    if (end.kind === 'oversize') this.#o.listener.oversizeOther(end.head, end.bytes);
    const failure = new RemoteFailure('SESSION_GONE', 'its event stream ended');
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#o.listener.trouble(failure);
    for (const id of waiting) this.#o.listener.failed(id, failure);
  }
}

/** What is posted may hold secrets: only the origin that the operator named gets it. */
function endpointOf(text: string, base: URL): URL | undefined {
  const url = parseUrl(text, base.href);
  return url?.origin === base.origin ? url : undefined;
}
