/** What a server says on one connection: sorts its messages into answers, requests and notifications. */
import type { Logger } from '../log.ts';
import type { Flow } from '../pace.ts';
import { endsOf, readEnvelope, spliceId, stringifyWithId, type Envelope } from './envelope.ts';
import { decodeParts } from './framing.ts';
import { isMap, mapAt, type WireMap } from './message.ts';
import { errorLine, lostError, TOO_DEEP, tooLargeError, type RpcError } from './rpc-errors.ts';
import type { Answer, Connection, PendingCall } from './upstream.ts';

/** Bad lines are for people: enough to recognise them. */
const SHOWN_LINE_CHARS = 500;

const MESSAGE_START = /^\s*[[{]/;

export interface InboxOptions {
  readonly maxMessageBytes: number;
  readonly logger: Logger;
  /** Of whatever carries the messages: it is told which of them somebody waits for. */
  readonly flow: Flow;
}

/** Holds the calls in flight of `upstream`; whatever carries its messages hands them in here. */
export class UpstreamInbox {
  /** By the id that the upstream knows. */
  readonly pending = new Map<number, PendingCall>();
  readonly #upstream: Connection;
  readonly #options: InboxOptions;

  constructor(upstream: Connection, options: InboxOptions) {
    this.#upstream = upstream;
    this.#options = options;
  }

  /** One message of less than `LARGE_LINE_BYTES`, or a batch of them. */
  small(text: string): void {
    this.#guard(() => this.#small(text));
  }

  /** A longer one. */
  large(parts: readonly Buffer[], bytes: number): void {
    this.#guard(() => this.#large(parts, bytes));
  }

  /** One has passed the limit and may never end; true = its call has failed already. */
  overflow(head: string): boolean {
    let isDealtWith = false;
    this.#guard(() => {
      isDealtWith = this.#overflow(head);
    });
    return isDealtWith;
  }

  /** One over the limit, of which only the ends are left (latin1). */
  oversize(head: string, tail: string, bytes: number): void {
    this.#guard(() => this.#oversize(head, tail, bytes));
  }

  /**
   * Gives a request the number `id`, which is its progress token too where one is asked for, and waits for its answer. The
   * text to send; undefined when there is none, and the call has been told so.
   */
  expect(message: WireMap, id: number, call: PendingCall, wantsProgress: boolean): string | undefined {
    if (this.#upstream.isLost) {
      call.settle({ kind: 'failed', error: lostError(this.#upstream.server, 'not connected'), isLost: true });
      return undefined;
    }
    numberRequest(message, id, wantsProgress);
    const text = encodeRequest(message);
    if (text === undefined) call.settle({ kind: 'failed', error: TOO_DEEP, isLost: false });
    else this.pending.set(id, call);
    return text;
  }

  /** The router's own words in place of an answer. */
  fail(id: number, error: RpcError, isLost = false): void {
    this.#guard(() => this.#settle(id, { kind: 'failed', error, isLost }));
  }

  /** Fails everything that is in flight; of thousands, most a little later. */
  failAll(error: RpcError): void {
    const calls = [...this.pending.values()];
    this.pending.clear();
    const fail = (call: PendingCall): void => this.#guard(() => call.settle({ kind: 'failed', error, isLost: true }));
    this.#options.flow.each(calls.values(), fail);
  }

  /** What was received is no JSON-RPC message. */
  invalid(text: string): void {
    this.#options.flow.unwanted();
    this.#upstream.listener.invalidOutput(this.#upstream, text.slice(0, SHOWN_LINE_CHARS));
  }

  /** One message that we cannot handle must not end the others' connection. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      const { id } = this.#upstream;
      if (error instanceof RangeError) {
        this.#options.logger.warn({ err: error, instance: id }, 'a message of this instance is nested too deep');
        return;
      }
      this.#options.logger.error({ err: error, instance: id }, 'a message of this instance could not be handled');
    }
  }

  #small(text: string): void {
    // A parser that throws takes longer than all the rest: words for people are known by their first letter.
    if (!MESSAGE_START.test(text)) return this.invalid(text);
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return this.invalid(text);
    }
    if (Array.isArray(message)) {
      for (const one of message) this.#message(one, JSON.stringify(one));
    } else {
      this.#message(message, text);
    }
  }

  #message(message: unknown, text: string): void {
    if (!isMap(message)) return this.invalid(text);
    const { id, method } = message;
    if (typeof method === 'string') {
      this.#options.flow.unwanted();
      if (id !== undefined) this.#upstream.listener.request(this.#upstream, message);
      else if (method === 'notifications/progress') this.#progress(message);
      else this.#upstream.listener.notification(this.#upstream, method, message, text);
    } else if (typeof id === 'number' && ('result' in message || 'error' in message)) {
      this.#settle(id, { kind: 'small', text, message, upstreamId: id });
    } else {
      this.invalid(text);
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

  #overflow(head: string): boolean {
    const { maxMessageBytes } = this.#options;
    const error = tooLargeError(`message of server ${this.#upstream.server}`, undefined, maxMessageBytes);
    const { id, method } = readEnvelope(head, '');
    this.invalid(`${error.message}: ${head}`);
    if (method !== undefined) {
      if (id !== undefined) this.#upstream.send(errorLine(JSON.stringify(id), error));
      return true;
    }
    const [only, another] = this.pending.keys();
    const owner = typeof id === 'number' ? id : another === undefined ? only : undefined;
    if (owner === undefined || !this.pending.has(owner)) return false;
    this.fail(owner, error);
    return true;
  }

  #oversize(head: string, tail: string, bytes: number): void {
    const { id, method } = readEnvelope(head, tail);
    const { maxMessageBytes } = this.#options;
    if (method !== undefined) {
      const error = tooLargeError('request', bytes, maxMessageBytes);
      if (id !== undefined) this.#upstream.send(errorLine(JSON.stringify(id), error));
      return;
    }
    const error = tooLargeError(`answer of server ${this.#upstream.server}`, bytes, maxMessageBytes);
    if (typeof id === 'number' && this.pending.has(id)) return this.fail(id, error);
    // An answer whose id cannot be found belongs to the only request that waits for one, if there is one only.
    const [only, another] = this.pending.keys();
    if (only !== undefined && another === undefined) this.fail(only, error);
    else this.invalid(`${bytes} bytes without an id that could be found: ${head}`);
  }

  #settle(id: number, answer: Answer): void {
    const call = this.pending.get(id);
    // Cancelled, timed out, or never asked.
    if (call === undefined) return this.#options.flow.unwanted();
    this.#options.flow.wanted();
    this.pending.delete(id);
    try {
      call.settle(answer);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      call.settle({ kind: 'failed', error: TOO_DEEP, isLost: false });
    }
  }
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

/** The text of a request that has its number; undefined when it is nested too deep to be written. */
function encodeRequest(message: WireMap): string | undefined {
  try {
    return JSON.stringify(message);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Gives a request its id on this connection, which is its progress token too where one is asked for. */
function numberRequest(message: WireMap, id: number, wantsProgress: boolean): void {
  message['id'] = id;
  const meta = mapAt(message['params'], '_meta');
  if (meta !== undefined && meta['progressToken'] !== undefined) meta['progressToken'] = id;
  else if (wantsProgress) addToken(message, id);
}

function addToken(message: WireMap, token: number): void {
  const params = isMap(message['params']) ? message['params'] : {};
  message['params'] = { ...params, _meta: { ...mapAt(params, '_meta'), progressToken: token } };
}
