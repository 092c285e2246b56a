/** Sorts an agent's messages into requests, notifications and answers, and answers what is none of them. */
import { bodyOfRead } from '../wire/answer-body.ts';
import { largeAnswer } from '../wire/answers.ts';
import { judgeScan, scanned } from '../wire/judge-scan.ts';
import { endsOf, readEnvelope } from '../wire/envelope.ts';
import { allowsBatches } from '../eras/legacy.ts';
import { decodeParts } from '../wire/framing.ts';
import { readLongCall } from '../wire/long-call.ts';
import { isWireId, type WireMap } from '../wire/message.ts';
import { prepare, readMessage, type ReadMessage, type Unreadable } from '../wire/read-message.ts';
import { Batch, OneReply, type ReplySink } from '../wire/reply-sink.ts';
import {
  answerLine,
  errorLine,
  INTERNAL,
  invalidRequest,
  RPC,
  tooLargeError,
  type RpcError,
} from '../wire/rpc-errors.ts';
import type { ServerRequest } from './server-request.ts';
import { failureOfMessage } from '../wire/call-failure.ts';
import { idText } from '../wire/wire-id.ts';

/** The session whose agent it is. */
export interface AgentInboxHost {
  /** As agreed on; undefined before `initialize`. */
  version(): string | undefined;
  /** For the message about one that is over it. */
  readonly maxMessageBytes: number;
  /** By the id that the agent knows. */
  readonly serverRequests: Map<number, ServerRequest>;
  /** Something was received. */
  seen(): void;
  request(message: WireMap, bytes: number, sink: ReplySink): void;
  notification(method: string, message: WireMap): void;
  /** The request with this id has ended in an error of ours. */
  failed(id: string | number): void;
  /** A message could not be handled: a bug. */
  report(error: unknown): void;
}

export class AgentInbox {
  readonly #host: AgentInboxHost;

  constructor(host: AgentInboxHost) {
    this.#host = host;
  }

  text(text: string, sink: ReplySink): void {
    this.#guard(() => this.#text(text, sink));
  }

  large(parts: readonly Buffer[], bytes: number, sink: ReplySink): void {
    this.#guard(() => this.#large(parts, bytes, sink));
  }

  /** True when it is answered. */
  overflow(head: string, sink: ReplySink): boolean {
    const { id, isResponse } = readEnvelope(head, '');
    if (id === undefined || isResponse) return false;
    const error = tooLargeError('request', undefined, this.#host.maxMessageBytes);
    sink.send(errorLine(idText(id), error));
    return true;
  }

  oversize(head: string, tail: string, bytes: number, sink: ReplySink): void {
    this.#guard(() => this.#oversize(head, tail, bytes, sink));
  }

  /** One request or notification that has been read; whatever happens, a request is answered. */
  message(message: WireMap, bytes: number, sink: ReplySink): void {
    const { id, method } = message;
    if (typeof method !== 'string') return sink.send(errorLine('null', invalidRequest('no method')));
    if (id === undefined) return this.#guard(() => this.#host.notification(method, message));
    if (!isWireId(id)) return sink.send(errorLine('null', invalidRequest('id must be a string or a number')));
    const reply = new OneReply(sink);
    try {
      sink.begin?.(id);
      this.#host.request(message, bytes, reply);
    } catch (error) {
      this.#host.report(error);
      reply.send(errorLine(idText(id), INTERNAL));
      this.#host.failed(id);
    }
  }

  /** One message that we cannot handle must not end the session. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#host.report(error);
    }
  }

  #text(text: string, sink: ReplySink): void {
    const read = readMessage(text);
    this.#host.seen();
    if (read.kind !== 'batch') return this.#read(read, sink);
    const { items } = read;
    const version = this.#host.version();
    if (!allowsBatches(version) || items.length === 0) {
      const why = items.length === 0 ? 'empty batch' : `revision ${version ?? '(none yet)'} has no batches`;
      return sink.send(errorLine('null', invalidRequest(why)));
    }
    const all = items.map((item) => {
      const one = readMessage(item);
      return one.kind === 'batch' ? NOT_AN_OBJECT : one;
    });
    const batch = new Batch(sink, all.filter(isAnswered).length);
    for (const one of all) this.#guard(() => this.#read(one, batch));
  }

  #read(read: ReadMessage | Unreadable, sink: ReplySink): void {
    if (read.kind === 'unreadable') return this.#unreadable(read, sink);
    const { message, text } = read;
    if (isAnswer(read)) return this.#response(message['id'] as number, read);
    if (typeof message['method'] !== 'string') {
      const { id } = message;
      const known = isWireId(id) ? idText(id) : 'null';
      return sink.send(errorLine(known, invalidRequest('neither a request nor an answer')));
    }
    const fault = prepare(read);
    if (fault === undefined) return this.message(message, Buffer.byteLength(text), sink);
    // Nobody is told of a notification.
    if (message['id'] !== undefined) this.#unreadable(fault, sink);
  }

  /** It is answered where its sender waits for an answer; a server that waits for this one is told. */
  #unreadable({ id, hasMethod, error }: Unreadable, sink: ReplySink): void {
    const request = typeof id === 'number' && !hasMethod ? this.#take(id) : undefined;
    if (request === undefined) return sink.send(errorLine(id === undefined ? 'null' : idText(id), error));
    refuse(request, error.message);
    sink.skip?.();
  }

  #response(id: number, { message, text, members }: ReadMessage): void {
    const request = this.#take(id);
    if (request === undefined) return;
    const body = bodyOfRead(text, members);
    if (typeof body === 'string') return refuse(request, body);
    const failure = failureOfMessage({ [body.key]: message[body.key] });
    request.trace.end(failure === undefined ? 'ok' : 'error', failure?.error);
    request.upstream.send(answerLine(request.upstreamIdText, body.key, text.slice(body.start, body.end)));
  }

  #take(id: number): ServerRequest | undefined {
    const { serverRequests } = this.#host;
    const request = serverRequests.get(id);
    serverRequests.delete(id);
    return request;
  }

  #large(parts: readonly Buffer[], bytes: number, sink: ReplySink): void {
    const { head, tail } = endsOf(parts);
    const { id, isResponse } = readEnvelope(head, tail);
    if (!isResponse || typeof id !== 'number') return this.#largeRequest(parts, bytes, sink);
    this.#host.seen();
    const request = this.#take(id);
    if (request === undefined) return;
    const scan = scanned(parts);
    const body = judgeScan(scan);
    if (typeof body === 'string') return refuse(request, body);
    request.trace.end(body.key === 'error' ? 'error' : 'ok');
    request.upstream.send(largeAnswer(parts, bytes, scan, body).withId(request.upstreamIdText));
  }

  #largeRequest(parts: readonly Buffer[], bytes: number, sink: ReplySink): void {
    const call = readLongCall(parts, bytes);
    if (call === undefined) return this.#text(decodeParts(parts, bytes), sink);
    this.#host.seen();
    this.message(call, bytes, sink);
  }

  #oversize(head: string, tail: string, bytes: number, sink: ReplySink): void {
    const { id, isResponse } = readEnvelope(head, tail);
    const { maxMessageBytes } = this.#host;
    if (isResponse && typeof id === 'number') {
      const request = this.#take(id);
      const error = tooLargeError('answer of the client', bytes, maxMessageBytes);
      request?.trace.end('error', error.message);
      request?.upstream.send(errorLine(request.upstreamIdText, error));
      return;
    }
    const error = tooLargeError('request', bytes, maxMessageBytes);
    sink.send(errorLine(id === undefined ? 'null' : idText(id), error));
  }
}

function refuse({ trace, upstream, upstreamIdText }: ServerRequest, why: string): void {
  const error: RpcError = { code: RPC.internalError, message: `the client's answer is invalid: ${why}` };
  trace.end('error', error.message);
  upstream.send(errorLine(upstreamIdText, error));
}

const NOT_AN_OBJECT: Unreadable = {
  kind: 'unreadable',
  error: invalidRequest('not an object'),
  id: undefined,
  hasMethod: false,
};

/** Whether one message of a batch leads to an answer: a request, or what is nothing valid. */
function isAnswered(read: ReadMessage | Unreadable): boolean {
  if (read.kind === 'unreadable') return true;
  return typeof read.message['method'] === 'string' ? read.message['id'] !== undefined : !isAnswer(read);
}

function isAnswer({ message }: ReadMessage): boolean {
  const { id, method } = message;
  return typeof method !== 'string' && typeof id === 'number' && ('result' in message || 'error' in message);
}
