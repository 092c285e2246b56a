/** An instance on a pair of byte streams: newline-delimited JSON-RPC. */
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { endsOf, readEnvelope, spliceId, stringifyWithId, type Envelope } from './envelope.ts';
import { decodeParts, LineReader } from './framing.ts';
import { isMap, mapAt, type WireMap } from './message.ts';
import { Outbox } from './outbox.ts';
import { errorLine, lostError, tooLargeError, type RpcError } from './rpc-errors.ts';
import type { UpstreamInfo, UpstreamStream } from './types.ts';
import type { Answer, PendingCall, Upstream, UpstreamListener } from './upstream.ts';

/** Bad lines are for people: enough to recognise them. */
const SHOWN_LINE_CHARS = 500;

/** Stand-in until `initialize` is answered. */
const NO_INFO: UpstreamInfo = { protocolVersion: '', serverInfo: { name: '', version: '' }, capabilities: {} };

export interface StdioUpstreamOptions {
  readonly id: string;
  readonly server: string;
  readonly maxMessageBytes: number;
  readonly listener: UpstreamListener;
  readonly logger: Logger;
}

export class StdioUpstream implements Upstream {
  readonly id: string;
  readonly server: string;
  info: UpstreamInfo = NO_INFO;
  isLost = false;
  readonly pending = new Map<number, PendingCall>();
  readonly #stream: UpstreamStream;
  readonly #options: StdioUpstreamOptions;
  readonly #outbox: Outbox;
  readonly #reader: LineReader;
  #nextId = 1;

  constructor(stream: UpstreamStream, options: StdioUpstreamOptions) {
    this.id = options.id;
    this.server = options.server;
    this.#stream = stream;
    this.#options = options;
    this.#outbox = new Outbox(stream.input);
    this.#reader = new LineReader(options.maxMessageBytes, {
      small: (text) => this.#guard(() => this.#small(text)),
      large: (parts, bytes) => this.#guard(() => this.#large(parts, bytes)),
      oversize: (head, tail, bytes) => this.#guard(() => this.#oversize(head, tail, bytes)),
    });
    stream.output.on('data', this.#onData);
    stream.output.once('end', this.#onEnd);
    stream.output.once('close', this.#onEnd);
    stream.output.on('error', this.#onError);
    stream.input.on('error', this.#onError);
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  request(message: WireMap, call: PendingCall, options?: { readonly wantsProgress?: boolean }): number {
    const id = this.#nextId++;
    if (this.isLost) {
      call.settle({ kind: 'failed', error: lostError(this.server, 'not connected'), isLost: true });
      return id;
    }
    message['id'] = id;
    const meta = mapAt(message['params'], '_meta');
    if (meta !== undefined && meta['progressToken'] !== undefined) meta['progressToken'] = id;
    else if (options?.wantsProgress === true) addToken(message, id);
    this.pending.set(id, call);
    this.#outbox.send(JSON.stringify(message));
    return id;
  }

  cancel(upstreamId: number, reason: string | undefined): void {
    if (!this.pending.delete(upstreamId)) return;
    this.#outbox.send(
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId: upstreamId, ...(reason === undefined ? {} : { reason }) },
      }),
    );
  }

  forget(upstreamId: number): void {
    this.pending.delete(upstreamId);
  }

  send(message: string | readonly Buffer[]): void {
    this.#outbox.send(message);
  }

  close(reason: string): void {
    if (this.isLost) return;
    this.isLost = true;
    // What was said last (a cancellation) may still help a server that is about to be stopped.
    this.#outbox.flush();
    this.#outbox.close();
    const { output } = this.#stream;
    output.off('data', this.#onData);
    output.off('end', this.#onEnd);
    output.off('close', this.#onEnd);
    // The error listeners stay: a pipe may still break after the router has let go of it. What comes is thrown away,
    // so that the child does not block on a full pipe while it stops.
    output.resume();
    const calls = [...this.pending.values()];
    this.pending.clear();
    const error = lostError(this.server, reason);
    for (const call of calls) this.#guard(() => call.settle({ kind: 'failed', error, isLost: true }));
  }

  readonly #onData = (chunk: Buffer): void => this.#reader.push(chunk);

  readonly #onEnd = (): void => this.#lose('its output ended');

  readonly #onError = (error: unknown): void => this.#lose(messageOf(error));

  #lose(reason: string): void {
    if (this.isLost) return;
    this.close(reason);
    this.#options.listener.lost(this, reason);
  }

  /** One message that we cannot handle must not end the others' connection. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.logger.error({ err: error, instance: this.id }, 'a message of this instance could not be handled');
    }
  }

  #small(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return this.#invalid(text);
    }
    if (Array.isArray(message)) {
      for (const one of message) this.#message(one, JSON.stringify(one));
    } else {
      this.#message(message, text);
    }
  }

  #message(message: unknown, text: string): void {
    if (!isMap(message)) return this.#invalid(text);
    const { id, method } = message;
    if (typeof method === 'string') {
      if (id !== undefined) this.#options.listener.request(this, message);
      else if (method === 'notifications/progress') this.#progress(message);
      else this.#options.listener.notification(this, method, message, text);
    } else if (typeof id === 'number' && ('result' in message || 'error' in message)) {
      this.#settle(id, { kind: 'small', text, message, upstreamId: id });
    } else {
      this.#invalid(text);
    }
  }

  #progress(message: WireMap): void {
    const params = message['params'];
    if (!isMap(params)) return;
    const token = params['progressToken'];
    if (typeof token === 'number') this.pending.get(token)?.progress(params);
  }

  #large(parts: readonly Buffer[], bytes: number): void {
    const { head, tail } = endsOf(parts);
    const envelope = readEnvelope(head, tail);
    const { id, isResponse } = envelope;
    if (isResponse && typeof id === 'number') {
      this.#settle(id, largeAnswer(parts, bytes, envelope));
    } else {
      this.#small(decodeParts(parts, bytes));
    }
  }

  #oversize(head: string, tail: string, bytes: number): void {
    const { id, method } = readEnvelope(head, tail);
    const { maxMessageBytes } = this.#options;
    if (method !== undefined) {
      const error = tooLargeError('request', bytes, maxMessageBytes);
      if (id !== undefined) this.#outbox.send(errorLine(JSON.stringify(id), error));
      return;
    }
    const error = tooLargeError(`answer of server ${this.server}`, bytes, maxMessageBytes);
    if (typeof id === 'number' && this.pending.has(id)) return this.#fail(id, error);
    // An answer whose id cannot be found belongs to the only request that waits for one, if there is one only.
    const [only, another] = this.pending.keys();
    if (only !== undefined && another === undefined) this.#fail(only, error);
    else this.#invalid(`${bytes} bytes without an id that could be found: ${head}`);
  }

  #fail(id: number, error: RpcError): void {
    this.#settle(id, { kind: 'failed', error, isLost: false });
  }

  #settle(id: number, answer: Answer): void {
    const call = this.pending.get(id);
    // Cancelled, timed out, or never asked.
    if (call === undefined) return;
    this.pending.delete(id);
    call.settle(answer);
  }

  #invalid(text: string): void {
    this.#options.listener.invalidOutput(this, text.slice(0, SHOWN_LINE_CHARS));
  }
}

function addToken(message: WireMap, token: number): void {
  const params = isMap(message['params']) ? message['params'] : {};
  message['params'] = { ...params, _meta: { ...mapAt(params, '_meta'), progressToken: token } };
}

function largeAnswer(parts: readonly Buffer[], bytes: number, envelope: Envelope): Answer {
  return {
    kind: 'large',
    parts,
    bytes,
    isError: envelope.isError,
    withId(idText) {
      const spliced = spliceId(parts, bytes, envelope, idText);
      if (spliced !== undefined) return spliced;
      const message: unknown = JSON.parse(decodeParts(parts, bytes));
      return [Buffer.from(stringifyWithId(isMap(message) ? message : {}, idText))];
    },
  };
}

/** The whole message of a long answer, parsed: for the router's own requests and for URIs that must be mapped. */
export function parseLarge(answer: { readonly parts: readonly Buffer[]; readonly bytes: number }): WireMap {
  const message: unknown = JSON.parse(decodeParts(answer.parts, answer.bytes));
  return isMap(message) ? message : {};
}
