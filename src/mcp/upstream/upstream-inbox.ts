/** Sorts what a server says on one connection into answers, requests and notifications. */
import type { SlotMap } from '../../kernel/slot-map.ts';
import { bodyOfRead } from '../wire/answer-body.ts';
import { CallsInFlight } from './calls-in-flight.ts';
import { hasMethod, idOf, judgeScan, OpenScans } from '../wire/judge-scan.ts';
import { largeAnswer, smallAnswer, textAt } from '../wire/answers.ts';
import { readEnvelope } from '../wire/envelope.ts';
import { decodeParts } from '../wire/framing.ts';
import type { InboxOptions } from './inbox-options.ts';
import { isMap, isWireId, type WireId, type WireMap } from '../wire/message.ts';
import { looksLikeAnswer, messagesIn, undressed } from '../wire/odd-lines.ts';
import { prepare, readMessage, type ReadMessage, type Unreadable } from '../wire/read-message.ts';
import { replyTo } from './reply-to.ts';
import {
  errorLine,
  INTERNAL,
  invalidAnswerError,
  lostError,
  PARSE_ERROR,
  tooLargeError,
  type RpcError,
} from '../wire/rpc-errors.ts';
import { MASKED_CHARS, quoted } from '../wire/server-text.ts';
import type { Answer } from '../wire/outcome.ts';
import type { Refusal } from '../wire/outcome.ts';
import type { Connection, PendingCall } from './upstream.ts';
import { numberRequest } from './number-request.ts';
import { idText } from '../wire/wire-id.ts';

const MESSAGE_START = /^\s*[[{]/;

/** A longer line that is no JSON is not looked through for messages. */
const MAX_ODD_BYTES = 1024 * 1024;

/** Holds the calls in flight of `upstream`; whatever carries its messages hands them in here. */
export class UpstreamInbox {
  readonly #upstream: Connection;
  readonly #options: InboxOptions;
  readonly #scans = new OpenScans();
  readonly #calls = new CallsInFlight();

  constructor(upstream: Connection, options: InboxOptions) {
    this.#upstream = upstream;
    this.#options = options;
  }

  /** By the id that the upstream knows. */
  get pending(): SlotMap<number, PendingCall> {
    return this.#calls.byId;
  }

  /** One message of less than `LARGE_LINE_BYTES`, or a batch of them. */
  small(text: string): void {
    this.#guard(() => this.#small(text));
  }

  /** A longer one is coming; `parts` is what has come so far, and will be what `large` gets. */
  growing(parts: readonly Buffer[], bytes: number): void {
    this.#guard(() => void this.#scans.of(parts, bytes));
  }

  /** A longer one. */
  large(parts: readonly Buffer[], bytes: number): void {
    this.#guard(() => this.#large(parts, bytes));
  }

  /** One has begun and does not go on: the call that it answers waits no longer. */
  stalled(begin: string): void {
    this.#guard(() => {
      const { id, method } = readEnvelope(begin, '');
      if (method !== undefined || !MESSAGE_START.test(begin)) return;
      const owner = this.#calls.blamed(id);
      if (owner !== undefined) this.#blame(owner, begin, 'it stopped in the middle of a line');
    });
  }

  /** One has passed the limit and may never end; true = its call has failed already. */
  overflow(head: string): boolean {
    let isDealtWith = false;
    this.#guard(() => {
      isDealtWith = this.#overflow(head);
    });
    return isDealtWith;
  }

  /** Handles a message over the limit, of which only both ends are left (latin1). */
  oversize(head: string, tail: string, bytes: number): void {
    this.#guard(() => this.#oversize(head, tail, bytes));
  }

  /**
   * Gives a request the number `id`, which is its progress token too where one is asked for, and waits for its answer.
   * False when it is not to be sent, and the call has been told so.
   */
  expect(message: WireMap, id: number, call: PendingCall, wantsProgress: boolean): boolean {
    if (this.#upstream.isLost) {
      call.settle({ kind: 'failed', error: lostError(this.#upstream.server, 'not connected'), isLost: true });
      return false;
    }
    numberRequest(message, id, wantsProgress);
    this.#calls.add(id, call);
    return true;
  }

  /** The router's own words in place of an answer. */
  fail(id: number, error: RpcError, isLost = false, refusal?: Refusal): void {
    const known = refusal === undefined ? {} : { refusal };
    this.#guard(() => this.#settle(id, { kind: 'failed', error, isLost, ...known }));
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
    this.#upstream.listener.invalidOutput(this.#upstream, quoted(text, this.#options.mask));
  }

  /** One message that we cannot handle must not end the others' connection. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.bugs.report('a message of an instance', error);
    }
  }

  #small(text: string): void {
    // A parser that throws takes longer than all the rest: words for people are known by their first letter.
    if (!MESSAGE_START.test(text)) return this.#odd(text);
    const read = readMessage(text);
    if (read.kind !== 'batch') return this.#one(read, text);
    for (const item of read.items) {
      this.#guard(() => {
        const one = readMessage(item);
        if (one.kind === 'batch') this.invalid(item);
        else this.#one(one, item);
      });
    }
  }

  #one(read: ReadMessage | Unreadable, text: string): void {
    if (read.kind === 'message') return this.#message(read);
    const { id, hasMethod, error } = read;
    if (error === PARSE_ERROR) return this.#odd(text);
    if (!hasMethod) return this.#blame(this.#calls.owner(id), text, error.message);
    if (id === undefined) this.invalid(text);
    else this.#refuse(id, error);
  }

  #message(read: ReadMessage): void {
    const { message, text } = read;
    if (typeof message['method'] !== 'string') return this.#answer(read);
    this.#options.flow.unwanted();
    const fault = prepare(read);
    const { id, method } = message;
    if (fault !== undefined) return isWireId(id) ? this.#refuse(id, fault.error) : this.invalid(text);
    if (id === undefined) {
      if (method === 'notifications/progress') this.#progress(message);
      else this.#upstream.listener.notification(this.#upstream, method, message, text);
      return;
    }
    try {
      this.#upstream.listener.request(this.#upstream, message);
    } catch (error) {
      this.#options.bugs.report('a request of an instance', error);
      if (isWireId(id)) this.#refuse(id, INTERNAL);
    }
  }

  #refuse(id: WireId, error: RpcError): void {
    replyTo(this.#upstream, errorLine(idText(id), error));
  }

  #progress(message: WireMap): void {
    const params = message['params'];
    if (!isMap(params)) return;
    const owner = this.#calls.owner(params['progressToken']);
    if (owner !== undefined) this.pending.get(owner)?.progress(params);
  }

  #answer({ message, text, members }: ReadMessage): void {
    const { id } = message;
    const owner = this.#calls.owner(id);
    if (owner === undefined) {
      // Cancelled, timed out, or answered before.
      if (this.#calls.isPast(id)) return this.#options.flow.unwanted();
      // Logs in JSON have ids and errors too.
      const isAnswer = message['jsonrpc'] === '2.0' && ('result' in message || 'error' in message);
      return isAnswer ? this.#blame(undefined, text, 'it has an id that nobody has used') : this.invalid(text);
    }
    const body = bodyOfRead(text, members);
    if (typeof body === 'string') return this.#blame(owner, text, body);
    this.#settle(owner, smallAnswer(message, text, body));
  }

  /** An answer that cannot be used: the call that it names has failed, or where it names none the only one in flight. */
  #blame(named: number | undefined, text: string, why: string): void {
    this.invalid(text);
    const owner = named ?? (this.#options.tellsUnanswered?.() === true ? undefined : this.#calls.only);
    if (owner === undefined) return;
    this.fail(owner, invalidAnswerError(this.#upstream.server, why, quoted(text, this.#options.mask)));
  }

  /** A line that is no message as it stands. */
  #odd(text: string, why = 'it is not valid JSON'): void {
    const bare = undressed(text);
    const read = bare === undefined ? undefined : readMessage(bare);
    if (read?.kind === 'message') return this.#message(read);
    if (!looksLikeAnswer(text)) return this.invalid(text);
    // Requests are not taken from such lines: a server's log may quote what it was sent.
    const messages = messagesIn(text);
    for (const one of messages) {
      const { id, method } = one.message;
      if (method === undefined && this.#calls.owner(id) !== undefined) this.#answer(one);
    }
    const { id, method } = readEnvelope(text.slice(0, 512), text.slice(-512));
    const owner = method === undefined ? this.#calls.owner(id) : undefined;
    const isNobodys =
      messages.length > 0 || method !== undefined || this.#calls.isPast(id) || !text.includes('"jsonrpc"');
    if (owner === undefined && isNobodys) this.invalid(text);
    else this.#blame(owner, text, why);
  }

  #large(parts: readonly Buffer[], bytes: number): void {
    const scan = this.#scans.of(parts, bytes);
    scan.end();
    const { fault, isObject } = scan;
    const isText = fault === undefined && (!isObject || hasMethod(scan));
    if (isText) return this.#small(decodeParts(parts, bytes));
    const known = idOf(parts, scan);
    const owner = this.#calls.owner(known);
    const body = judgeScan(scan);
    if (typeof body !== 'string' && owner !== undefined)
      return this.#settle(owner, largeAnswer(parts, bytes, scan, body));
    if (this.#calls.isPast(known)) return this.#options.flow.unwanted();
    const why = typeof body === 'string' ? body : 'it has an id that nobody has used';
    if (fault !== undefined && scan.isUtf8 && bytes <= MAX_ODD_BYTES) return this.#odd(decodeParts(parts, bytes), why);
    this.#blame(owner, textAt(parts, 0, Math.min(bytes, MASKED_CHARS)), why);
  }

  #overflow(head: string): boolean {
    const { maxMessageBytes } = this.#options;
    const error = tooLargeError(`message of server ${this.#upstream.server}`, undefined, maxMessageBytes);
    const { id, method } = readEnvelope(head, '');
    this.invalid(`${error.message}: ${head}`);
    if (method !== undefined) {
      if (id !== undefined) this.#refuse(id, error);
      return true;
    }
    const owner = this.#calls.blamed(id);
    if (owner === undefined) return false;
    this.fail(owner, error);
    return true;
  }

  #oversize(head: string, tail: string, bytes: number): void {
    const { id, method } = readEnvelope(head, tail);
    const { maxMessageBytes } = this.#options;
    if (method !== undefined) {
      const error = tooLargeError('request', bytes, maxMessageBytes);
      if (id !== undefined) this.#refuse(id, error);
      return;
    }
    const error = tooLargeError(`answer of server ${this.#upstream.server}`, bytes, maxMessageBytes);
    const owner = this.#calls.blamed(id);
    if (owner !== undefined) this.fail(owner, error);
    else this.invalid(`${bytes} bytes without an id that could be found: ${head}`);
  }

  #settle(id: number, answer: Answer): void {
    const call = this.pending.get(id);
    if (call === undefined) return this.#options.flow.unwanted();
    this.#options.flow.wanted();
    this.pending.delete(id);
    this.#options.answered?.(id, call, answer);
    try {
      call.settle(answer);
    } catch (error) {
      this.#options.bugs.report('an answer of an instance', error);
      call.settle({ kind: 'failed', error: INTERNAL, isLost: false });
    }
  }
}
