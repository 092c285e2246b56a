/** A remote server, over HTTP: the same calls as on a byte stream, each with a fate of its own. */
import { checkedUrl } from '../../url.ts';
import { settlesWithin } from '../../clock.ts';
import type { Flow } from '../../pace.ts';
import { unawaited } from '../../unawaited.ts';
import { isModernVersion } from '../eras/modern.ts';
import { modernHeaders } from '../eras/modern-wire.ts';
import { decodeParts, LARGE_LINE_BYTES } from '../framing.ts';
import { stringAt, type WireMap } from '../message.ts';
import { lostError, tooLargeError } from '../rpc-errors.ts';
import type { RemoteTarget, UpstreamInfo } from '../types.ts';
import { UpstreamInbox } from '../upstream-inbox.ts';
import { nobodysCall } from '../nobodys-call.ts';
import {
  NO_INFO,
  type Connection,
  type ConnectionOptions,
  type PendingCall,
  type RequestOptions,
  type UpstreamListener,
} from '../upstream.ts';
import { HttpClient, type ResolveName } from './http-client.ts';
import type { LinkListener, OutgoingRequest, RemoteLink } from './link.ts';
import { callError, isRepeatable } from './repeatable.ts';
import { isLoggedOut, RemoteFailure } from './remote-failure.ts';
import { SseLink } from './sse-link.ts';
import { StreamableLink } from './streamable-link.ts';

/** Requests in a row to which nothing came back, until the server counts as lost. */
const MAX_STRIKES = 3;
const RENEW_TIMEOUT_MS = 30_000;
/** A server that does not answer it is asked all the same. */
const INITIALIZED_MS = 5_000;
const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
/** What an older server says to a POST. */
const FALLBACK_STATUSES: ReadonlySet<number> = new Set([400, 404, 405]);

export interface RemoteUpstreamOptions extends ConnectionOptions {
  readonly resolve?: ResolveName;
}

export class RemoteUpstream implements Connection {
  readonly id: string;
  readonly server: string;
  readonly mask: (text: string) => string;
  listener: UpstreamListener;
  info: UpstreamInfo = NO_INFO;
  isLost = false;
  queuedBytes = 0;
  /** Why it was lost, or why `initialize` has no answer. */
  failure: RemoteFailure | undefined;
  /** Settles when the server was told of the end, or does not answer. */
  ended: Promise<void> = Promise.resolve();
  readonly #target: RemoteTarget;
  readonly #o: RemoteUpstreamOptions;
  readonly #inbox: UpstreamInbox;
  /** Of all its streams together. */
  readonly #flow: Flow;
  /** What may be sent again, by id. */
  readonly #repeatable = new Map<number, OutgoingRequest>();
  #link: RemoteLink;
  #nextId = 1;
  #handshake: OutgoingRequest | undefined;
  /** Of the first way, when another was tried. */
  #firstFailure: RemoteFailure | undefined;
  #strikes = 0;
  /** Requests wait for it: a handshake is under way. */
  #gate: Promise<unknown> | undefined;
  #renewing: Promise<boolean> | undefined;

  constructor(target: RemoteTarget, options: RemoteUpstreamOptions) {
    this.id = options.id;
    this.server = options.server;
    this.mask = options.mask;
    this.listener = options.listener;
    this.#target = target;
    this.#o = options;
    this.#flow = options.pacer.flow({ isAwaited: () => this.#inbox.pending.size > 0 });
    const tellsUnanswered = (): boolean => this.#link instanceof StreamableLink;
    this.#inbox = new UpstreamInbox(this, { ...options, flow: this.#flow, tellsUnanswered });
    this.#link =
      target.transport === 'sse' ? new SseLink(this.#linkOptions()) : new StreamableLink(this.#linkOptions());
  }

  #go(promise: Promise<unknown>): void {
    unawaited(promise, (error) => this.#o.bugs.report('a remote connection', error));
  }

  get pending(): Connection['pending'] {
    return this.#inbox.pending;
  }

  request(message: WireMap, call: PendingCall, options?: RequestOptions): number {
    const id = this.#nextId++;
    const text = this.#inbox.expect(message, id, call, options?.wantsProgress === true);
    if (text === undefined) return id;
    const headers = { ...modernHeaders(message), ...options?.headers };
    const outgoing = { id, text, method: stringAt(message, 'method') ?? '', headers };
    if (outgoing.method === 'initialize') this.#handshake = outgoing;
    if (isRepeatable(outgoing.method)) this.#repeatable.set(id, outgoing);
    this.#send(outgoing);
    return id;
  }

  begin(info: UpstreamInfo): void {
    this.info = info;
    // Later revisions have no handshake, no session and no stream of the server's own.
    if (isModernVersion(info.protocolVersion)) return;
    this.#link.protocolVersion = info.protocolVersion;
    // What comes next must not overtake it.
    const told = this.#link.post(INITIALIZED);
    this.#holdUntil(settlesWithin(this.#o.clock, INITIALIZED_MS, told));
    this.#go(told.then(() => this.isLost || this.#link.listen()));
  }

  cancel(upstreamId: number, reason: string | undefined): void {
    if (!this.#inbox.pending.delete(upstreamId)) return;
    this.#repeatable.delete(upstreamId);
    const params = { requestId: upstreamId, ...(reason === undefined ? {} : { reason }) };
    const told = this.#link.post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }));
    this.#go(told.then(() => this.#link.abandon(upstreamId)));
  }

  forget(upstreamId: number): void {
    this.#inbox.pending.delete(upstreamId);
    this.#repeatable.delete(upstreamId);
    this.#link.abandon(upstreamId);
  }

  send(message: string | readonly Buffer[]): void {
    if (!this.isLost) this.#go(this.#link.post(message));
  }

  close(reason: string): void {
    if (this.isLost) return;
    this.isLost = true;
    this.#repeatable.clear();
    this.ended = this.#link.close();
    this.#inbox.failAll(lostError(this.server, reason));
  }

  #send(outgoing: OutgoingRequest): void {
    const gate = outgoing.method === 'initialize' ? undefined : this.#gate;
    if (gate === undefined) return this.#link.request(outgoing);
    const isWanted = (): boolean => this.#inbox.pending.has(outgoing.id) && !this.isLost;
    this.#go(gate.then(() => isWanted() && this.#link.request(outgoing)));
  }

  #holdUntil(done: Promise<unknown>): void {
    const gate = Promise.all([this.#gate, done]).then(() => {
      if (this.#gate === gate) this.#gate = undefined;
    });
    this.#gate = gate;
  }

  #lose(failure: RemoteFailure): void {
    if (this.isLost) return;
    this.failure = failure;
    this.close(failure.message);
    this.listener.lost(this, failure.message);
  }

  #strike(failure: RemoteFailure): void {
    this.#strikes += 1;
    if (this.#strikes >= MAX_STRIKES && this.info !== NO_INFO) this.#lose(failure);
  }

  #failed(id: number, failure: RemoteFailure): void {
    if (!this.#inbox.pending.has(id)) return;
    if (this.info === NO_INFO) {
      if (id === this.#handshake?.id && this.#fallsBack(failure)) return;
      this.failure = this.#firstFailure ?? failure;
    }
    const again = this.#repeatable.get(id);
    if (failure.code === 'SESSION_GONE') {
      const renewed = this.#renew();
      this.#repeatable.delete(id);
      if (again !== undefined) {
        return void renewed.then(() => {
          if (this.#inbox.pending.has(id) && !this.isLost) this.#link.request(again);
        });
      }
    }
    if (failure.code === 'UNREACHABLE') {
      this.#strike(failure);
      if (this.isLost) return;
      // An idle connection that the server closes at this moment: nothing is wrong.
      this.#repeatable.delete(id);
      if (again !== undefined && this.#strikes === 1 && this.info !== NO_INFO) return this.#link.request(again);
    }
    this.#inbox.fail(
      id,
      callError(this.server, failure),
      failure.code === 'UNREACHABLE' || failure.code === 'BAD_ANSWER',
    );
    if (isLoggedOut(failure) && this.info !== NO_INFO) this.#lose(failure);
  }

  /** An older server knows nothing of a POST to its URL. */
  #fallsBack(failure: RemoteFailure): boolean {
    const handshake = this.#handshake;
    const isOlder = failure.code === 'HTTP_STATUS' && FALLBACK_STATUSES.has(failure.status ?? 0);
    if (!isOlder || handshake === undefined || this.#link instanceof SseLink) return false;
    // What it says to the older way is of less use to people than what it said first.
    this.#firstFailure = failure;
    this.#link = new SseLink(this.#linkOptions());
    this.#link.request(handshake);
    return true;
  }

  /** A new session in place of one that the server has forgotten; one handshake for all that find out. */
  #renew(): Promise<boolean> {
    if (this.#renewing === undefined) {
      this.#renewing = this.#handshakeAgain().finally(() => {
        this.#renewing = undefined;
      });
      this.#holdUntil(this.#renewing);
    }
    return this.#renewing;
  }

  #handshakeAgain(): Promise<boolean> {
    const handshake = this.#handshake;
    if (handshake === undefined || this.isLost) return Promise.resolve(false);
    const id = this.#nextId++;
    const text = JSON.stringify({ ...(JSON.parse(handshake.text) as WireMap), id });
    return new Promise((resolve) => {
      const fail = (why: string): void => {
        timer.cancel();
        this.forget(id);
        this.#lose(this.failure ?? new RemoteFailure('SESSION_GONE', `its session ended and no new one began: ${why}`));
        resolve(false);
      };
      const timer = this.#o.clock.after(RENEW_TIMEOUT_MS, () => fail(`no answer within ${RENEW_TIMEOUT_MS} ms`));
      this.#inbox.pending.set(
        id,
        nobodysCall((answer) => {
          if (answer.kind === 'failed') return fail(answer.error.message);
          if (answer.isError) return fail('the server refused it');
          timer.cancel();
          this.#link.protocolVersion = this.info.protocolVersion;
          const renewed = (): void => {
            resolve(true);
            if (this.isLost) return;
            this.#link.listen();
            this.listener.renewed(this);
          };
          this.#go(this.#link.post(INITIALIZED).then(renewed));
        }),
      );
      this.#link.request({ id, text, method: 'initialize' });
    });
  }

  #linkOptions(): ConstructorParameters<typeof StreamableLink>[0] {
    const { url, headers, allowPrivate, auth, proxyEnv } = this.#target;
    const { clock, maxMessageBytes, mask, resolve } = this.#o;
    const client = new HttpClient({ clock, allowPrivate, proxyEnv, ...(resolve === undefined ? {} : { resolve }) });
    const flow = this.#flow;
    return {
      url: checkedUrl(url),
      headers,
      client,
      clock,
      flow,
      maxMessageBytes,
      mask,
      auth,
      listener: this.#linkListener,
    };
  }

  readonly #linkListener: LinkListener = {
    message: (parts, bytes) => {
      if (this.isLost) return;
      if (bytes < LARGE_LINE_BYTES) this.#inbox.small(decodeParts(parts, bytes));
      else this.#inbox.large(parts, bytes);
    },
    growing: (parts, bytes) => this.#inbox.growing(parts, bytes),
    isWaiting: (id) => this.#inbox.pending.has(id),
    failed: (id, failure) => this.#failed(id, failure),
    oversize: (id, bytes) => {
      this.#inbox.fail(id, tooLargeError(`answer of server ${this.server}`, bytes, this.#o.maxMessageBytes));
    },
    oversizeOther: (head, bytes) => this.#inbox.oversize(head, '', bytes),
    trouble: (failure) => {
      if (this.isLost) return;
      this.#o.logger.info({ server: this.server, instance: this.id, code: failure.code }, failure.message);
      if (failure.code === 'SESSION_GONE') this.#go(this.#renew());
      else if (failure.code === 'UNREACHABLE') this.#strike(failure);
      else if (isLoggedOut(failure) && this.info !== NO_INFO) this.#lose(failure);
    },
    reached: () => {
      this.#strikes = 0;
    },
    queued: (bytes) => {
      this.queuedBytes += bytes;
    },
  };
}
