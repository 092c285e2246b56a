/**
 * Stands between a byte stream of either era and its session. The first request decides: one that names a modern
 * revision makes the connection modern, any other one of an older revision. `server/discover` decides nothing, since
 * clients probe with it.
 */
import { claimsModern, isModernVersion, META, readEnvelope, unsupportedVersion } from '../eras/modern.ts';
import type { Cancel, ModernDownstream } from './modern/modern-downstream.ts';
import type { ModernReply } from './modern/modern-reply.ts';
import { decodeParts } from '../wire/framing.ts';
import { isWireId, mapAt, type WireId, type WireMap } from '../wire/message.ts';
import { prepare, readMessage, type ReadMessage } from '../wire/read-message.ts';
import { OneReply, type ReplySink } from '../wire/reply-sink.ts';
import { errorLine, INTERNAL, type RpcError } from '../wire/rpc-errors.ts';
import type { LinkReceiver, SessionLink } from './session-link.ts';
import { idText } from '../wire/wire-id.ts';

export class EraLink implements SessionLink {
  readonly #inner: SessionLink;
  readonly #modern: ModernDownstream;
  #era: 'open' | 'legacy' | 'modern' = 'open';
  /** How to end each modern request that has no answer, by the agent's id. */
  readonly #cancels = new Map<WireId, Cancel>();
  #receiver: LinkReceiver | undefined;

  constructor(inner: SessionLink, modern: ModernDownstream) {
    this.#inner = inner;
    this.#modern = modern;
  }

  open(receiver: LinkReceiver): void {
    this.#receiver = receiver;
    this.#modern.open(receiver);
    this.#inner.open({
      id: receiver.id,
      flow: receiver.flow,
      get waiting() {
        return receiver.waiting;
      },
      text: (text, sink) => this.#text(text, sink),
      large: (parts, bytes, sink) => this.#large(parts, bytes, sink),
      overflow: (head, sink) => receiver.overflow(head, sink),
      oversize: (head, tail, bytes, sink) => receiver.oversize(head, tail, bytes, sink),
      message: (message, bytes, sink) => receiver.message(message, bytes, sink),
      unhandled: (error) => receiver.unhandled(error),
      introduce: (client) => receiver.introduce(client),
      inputEnded: () => receiver.inputEnded(),
      end: (reason) => receiver.end(reason),
    });
  }

  send(message: string | readonly Buffer[], related?: WireId): void {
    if (this.#era === 'legacy') this.#inner.send(message, related);
    else this.#modern.send(message, related);
  }

  notify(text: string, related?: WireId): void {
    if (this.#era === 'legacy') this.#inner.notify(text, related);
    else this.#modern.notify(text, related);
  }

  close(): void {
    this.#modern.close();
    this.#inner.close();
  }

  #large(parts: readonly Buffer[], bytes: number, sink: ReplySink): void {
    if (this.#era === 'legacy') this.#receiver?.large(parts, bytes, sink);
    else this.#text(decodeParts(parts, bytes), sink);
  }

  #text(text: string, sink: ReplySink): void {
    const receiver = this.#receiver;
    if (this.#era === 'legacy' || receiver === undefined) return receiver?.text(text, sink);
    const read = readMessage(text);
    if (read.kind !== 'message' || typeof read.message['method'] !== 'string') return receiver.text(text, sink);
    const isClaimed = claimsModern(read.message);
    if (this.#era === 'open' && !isClaimed) {
      if (read.message['id'] !== undefined) this.#era = 'legacy';
      return receiver.text(text, sink);
    }
    const reply = new OneReply(sink);
    try {
      this.#take(read, isClaimed, receiver, reply);
    } catch (error) {
      receiver.unhandled(error);
      const { id } = read.message;
      if (!isWireId(id)) return;
      this.#cancels.delete(id);
      reply.send(errorLine(idText(id), INTERNAL));
    }
  }

  #take(read: ReadMessage, isClaimed: boolean, receiver: LinkReceiver, sink: ReplySink): void {
    const { message, text } = read;
    // What is wrong with it is said by the session.
    if (prepare(read) !== undefined) return receiver.text(text, sink);
    const { id } = message;
    if (id === undefined) return this.#notification(message, text.length);
    if (!isWireId(id)) return receiver.text(text, sink);
    const envelope = isClaimed ? readEnvelope(message['params']) : bareFault(message);
    if ('code' in envelope) return sink.send(errorLine(idText(id), envelope));
    if (message['method'] !== 'server/discover') this.#era = 'modern';
    let isAnswered = false;
    const done = (): void => {
      isAnswered = true;
      this.#cancels.delete(id);
    };
    const reply: ModernReply = {
      send: (answer) => {
        done();
        sink.send(answer);
      },
      event: (event) => this.#inner.notify(event),
      skip: done,
    };
    const cancel = this.#modern.request(message, envelope, text.length, reply);
    if (!isAnswered) this.#cancels.set(id, cancel);
  }

  #notification(message: WireMap, bytes: number): void {
    if (message['method'] !== 'notifications/cancelled') return this.#modern.notification(message, bytes);
    const params = mapAt(message, 'params');
    const id = params?.['requestId'];
    if (!isWireId(id)) return;
    const reason = params?.['reason'];
    this.#cancels.get(id)?.(typeof reason === 'string' ? reason : undefined);
    this.#cancels.delete(id);
  }
}

/** What is wrong with a request that names no revision on a modern connection. */
function bareFault(message: WireMap): RpcError {
  const requested = mapAt(message, 'params')?.['protocolVersion'];
  if (message['method'] === 'initialize' && typeof requested === 'string' && !isModernVersion(requested)) {
    return unsupportedVersion(requested);
  }
  return { code: -32602, message: `Invalid params: missing _meta["${META.version}"]` };
}
