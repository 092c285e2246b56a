/** Links a session over HTTP: answers go to the POST that asked, what belongs to a call to its POST, the rest to the GET. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../kernel/clock.ts';
import { allowsEmptyEvents } from '../../eras/legacy.ts';
import { LARGE_LINE_BYTES, decodeParts } from '../../wire/framing.ts';
import type { WireId } from '../../wire/message.ts';
import { RPC } from '../../wire/rpc-errors.ts';
import type { LinkReceiver, SessionLink } from '../session-link.ts';
import type { Body } from './body.ts';
import type { AnswerForm } from './checks.ts';
import { EventStore, parseEventId, sizeOf } from './event-store.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import type { KeptBudget } from './kept-budget.ts';
import { MessageStream } from './message-stream.ts';
import type { HttpSettings } from './settings.ts';

/** The key of the stream that belongs to no request. */
const GENERAL = 0;

export interface HttpLinkOptions {
  /** Unguessable; what the client sends as `Mcp-Session-Id`. */
  readonly id: string;
  /** Who opened it: nobody else may use it. */
  readonly principal: string;
  /** As in the URL. */
  readonly project: string;
  readonly clock: Clock;
  readonly settings: HttpSettings;
  /** What all sessions keep together. */
  readonly budget: KeptBudget;
  readonly closed: () => void;
}

export class HttpLink implements SessionLink, ExchangeOwner {
  readonly id: string;
  readonly principal: string;
  readonly project: string;
  readonly #o: HttpLinkOptions;
  #receiver: LinkReceiver | undefined;
  /** By the ids of their requests. */
  readonly #byId = new Map<WireId, Exchange>();
  readonly #open = new Set<Exchange>();
  /** Apart, so that neither crowds out the other. */
  readonly #generalEvents: EventStore;
  readonly #callEvents: EventStore;
  readonly #general: MessageStream;
  /** Of calls without an answer. */
  readonly #streams = new Map<number, MessageStream>();
  #nextStream = GENERAL + 1;
  #connections = 0;
  #usedMs: number;

  constructor(options: HttpLinkOptions) {
    const { maxKeptEvents, maxKeptBytes } = options.settings;
    this.#o = options;
    this.id = options.id;
    this.principal = options.principal;
    this.project = options.project;
    this.#generalEvents = new EventStore(maxKeptEvents, maxKeptBytes, options.budget);
    this.#callEvents = new EventStore(maxKeptEvents, maxKeptBytes, options.budget);
    this.#general = new MessageStream(GENERAL, this.#generalEvents);
    this.#usedMs = options.clock.monotonicMs();
  }

  open(receiver: LinkReceiver): void {
    this.#receiver = receiver;
  }

  send(message: string | readonly Buffer[], related?: WireId): void {
    const exchange = related === undefined ? undefined : this.#byId.get(related);
    if (exchange !== undefined) return exchange.event(message);
    // Lists that changed again while nobody listened are said once.
    if (typeof message === 'string' && this.#general.awaits(message)) return;
    this.#general.send(message, sizeOf(message));
  }

  notify(text: string, related?: WireId): void {
    const exchange = related === undefined ? undefined : this.#byId.get(related);
    const stream = exchange === undefined ? this.#general : exchange.stream;
    if (stream?.takesNotifications() !== false) this.send(text, related);
  }

  close(): void {
    for (const exchange of this.#open) exchange.fail({ code: RPC.unavailable, message: 'the session has ended' });
    for (const stream of this.#streams.values()) stream.finish();
    this.#general.finish();
    for (const events of [this.#generalEvents, this.#callEvents]) events.clear();
    this.#o.closed();
  }

  /** Ends the session. Idempotent. */
  end(reason: string): void {
    this.#receiver?.end(reason);
  }

  /** Takes one POST. `headers` go with a plain answer. */
  post(
    body: Body,
    response: ServerResponse,
    options: {
      readonly version: string | undefined;
      readonly form: AnswerForm;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): void {
    this.#connected(response);
    const exchange = new Exchange(this, response, {
      startedMs: this.#o.clock.monotonicMs(),
      primes: allowsEmptyEvents(options.version),
      headers: options.headers ?? {},
      form: options.form,
    });
    this.#open.add(exchange);
    const { parts, bytes } = body;
    const receiver = this.#receiver;
    receiver?.flow.turn(() => {
      if (bytes < LARGE_LINE_BYTES) receiver.text(decodeParts(parts, bytes), exchange);
      else receiver.large(parts, bytes, exchange);
    });
    exchange.received();
  }

  /** Serves a GET: the general stream, or with `lastEventId` the stream that this event was of. False: there is nothing to come. */
  listen(response: ServerResponse, lastEventId: string | undefined, version: string | undefined): boolean {
    const at = lastEventId === undefined ? undefined : parseEventId(lastEventId);
    if (lastEventId !== undefined && at === undefined) return false;
    const stream = at === undefined ? this.#general : this.#streamToResume(at.stream, at.seq);
    if (stream === undefined) return false;
    this.#connected(response);
    stream.attach(response, { afterSeq: at?.seq, primes: allowsEmptyEvents(version), sessionId: this.id });
    return true;
  }

  /** Since when nobody has been connected; undefined while somebody is. */
  get aloneSinceMs(): number | undefined {
    return this.#connections === 0 ? this.#usedMs : undefined;
  }

  /** Called now and then: says that the streams live. True when the session has been left alone too long. */
  tick(nowMs: number): boolean {
    const { keepAliveMs, sessionIdleMs } = this.#o.settings;
    this.#general.keepAlive();
    for (const exchange of this.#open) {
      if (exchange.stream !== undefined || nowMs - exchange.startedMs >= keepAliveMs) exchange.keepAlive();
    }
    return this.#connections === 0 && nowMs - this.#usedMs >= sessionIdleMs;
  }

  begun(id: WireId, exchange: Exchange): void {
    // A second request with an id that is in flight is refused on its own POST; the first one keeps the id.
    if (!this.#byId.has(id)) this.#byId.set(id, exchange);
  }

  openStream(exchange: Exchange): MessageStream {
    const key = this.#nextStream++;
    const stream = new MessageStream(key, this.#callEvents);
    this.#streams.set(key, stream);
    const { response, primes } = exchange;
    if (!response.destroyed) stream.attach(response, { primes, sessionId: this.id });
    return stream;
  }

  done(exchange: Exchange): void {
    this.#open.delete(exchange);
    for (const id of exchange.ids) if (this.#byId.get(id) === exchange) this.#byId.delete(id);
    if (exchange.stream !== undefined) this.#streams.delete(exchange.stream.key);
  }

  /** The stream as it is, or what is kept of one that has ended. */
  #streamToResume(key: number, seq: number): MessageStream | undefined {
    if (key === GENERAL) return this.#general;
    const running = this.#streams.get(key);
    if (running !== undefined) return running;
    if (this.#callEvents.after(key, seq).length === 0) return undefined;
    const rest = new MessageStream(key, this.#callEvents);
    rest.finish();
    return rest;
  }

  #connected(response: ServerResponse): void {
    this.#connections += 1;
    this.#usedMs = this.#o.clock.monotonicMs();
    response.once('close', () => {
      this.#connections -= 1;
      this.#usedMs = this.#o.clock.monotonicMs();
    });
  }
}
