/** Connects to a remote server over HTTP: the same calls as on a byte stream, each with a fate of its own. */
import { settlesWithin } from '../../../kernel/clock.ts';
import type { Flow } from '../../../pacing/pace.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import { isModernVersion } from '../../eras/modern.ts';
import { modernHeaders } from '../modern/modern-wire.ts';
import { decodeParts, LARGE_LINE_BYTES } from '../../wire/framing.ts';
import { stringifySourced } from '../../wire/json-source.ts';
import { stringAt, type WireMap } from '../../wire/message.ts';
import { lostError, tooLargeError } from '../../wire/rpc-errors.ts';
import type { RemoteTarget, UpstreamInfo } from '../../types/connection.ts';
import { UpstreamInbox } from '../upstream-inbox.ts';
import { NO_INFO, type Connection, type PendingCall, type RequestOptions, type UpstreamListener } from '../upstream.ts';
import type { Answer } from '../../wire/outcome.ts';
import { Gate } from './gate.ts';
import { linkOptions, type RemoteUpstreamOptions } from './link-options.ts';
import type { LinkListener, OutgoingRequest, RemoteLink } from './link.ts';
import { callError, isRepeatable } from './repeatable.ts';
import { tellInitialized } from './initialized.ts';
import { OwnAsks } from './own-asks.ts';
import { RateLimit } from './rate-limit.ts';
import { isLoggedOut, type RemoteFailure } from './remote-failure.ts';
import { doubtIn, isDoubtful } from './session-fate.ts';
import { SessionKeeper } from './session-keeper.ts';
import { SseLink } from './sse-link.ts';
import { StreamableLink } from './streamable-link.ts';

/** Requests in a row to which nothing came back, until the server counts as lost. */
const MAX_STRIKES = 3;
/** A server that does not answer it is asked all the same. */
const INITIALIZED_MS = 5_000;
const PING = '{"jsonrpc":"2.0","method":"ping"}';
/** HTTP statuses by which an older server answers a POST. */
const FALLBACK_STATUSES: ReadonlySet<number> = new Set([400, 404, 405]);

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
  readonly #gate = new Gate();
  readonly #sessions: SessionKeeper;
  readonly #own: OwnAsks;
  readonly #limit: RateLimit;

  constructor(target: RemoteTarget, options: RemoteUpstreamOptions) {
    this.id = options.id;
    this.server = options.server;
    this.mask = options.mask;
    this.listener = options.listener;
    this.#target = target;
    this.#o = options;
    this.#flow = options.pacer.flow({ isAwaited: () => this.#inbox.pending.size > 0 });
    const tellsUnanswered = (): boolean => this.#link instanceof StreamableLink;
    const answered = (id: number, call: PendingCall, answer: Answer): void => this.#answered(id, call, answer);
    this.#inbox = new UpstreamInbox(this, { ...options, flow: this.#flow, tellsUnanswered, answered });
    this.#limit = new RateLimit(options.clock);
    this.#own = new OwnAsks({
      clock: options.clock,
      mask: options.mask,
      pending: this.#inbox.pending,
      nextId: () => this.#nextId++,
      send: (request) => this.#link.request(request),
      forget: (id) => this.forget(id),
    });
    this.#sessions = new SessionKeeper({
      clock: options.clock,
      ask: (method, timeoutMs) =>
        this.#own.ask(method, method === 'ping' ? PING : (this.#handshake?.text ?? PING), timeoutMs),
      begun: (why) => this.#renewed(why),
      refused: (why) => {
        if (!this.isLost) this.listener.notRenewed(this, why);
      },
      lose: (failure) => this.#lose(failure),
      hold: (done) => this.#gate.holdUntil(done),
      unawaited: (work) => this.#go(work),
    });
    const link = linkOptions(target, options, this.#flow, this.#linkListener);
    this.#link = target.transport === 'sse' ? new SseLink(link) : new StreamableLink(link);
  }

  #go(promise: Promise<unknown>): void {
    unawaited(promise, (error) => this.#o.bugs.report('a remote connection', error));
  }

  get pending(): Connection['pending'] {
    return this.#inbox.pending;
  }

  request(message: WireMap, call: PendingCall, options?: RequestOptions): number {
    const id = this.#nextId++;
    if (!this.#inbox.expect(message, id, call, options?.wantsProgress === true)) return id;
    const headers = { ...modernHeaders(message), ...options?.headers };
    const outgoing = { id, text: stringifySourced(message), method: stringAt(message, 'method') ?? '', headers };
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
    const told = this.#tellInitialized();
    this.#gate.holdUntil(settlesWithin(this.#o.clock, INITIALIZED_MS, told));
    this.#go(told.then(() => this.isLost || this.#link.listen()));
  }

  #tellInitialized(): Promise<void> {
    const link = this.#link;
    return tellInitialized(link, this.#o.clock, () => !this.isLost && this.#link === link);
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
    const limit = this.#limit.refusal();
    if (limit !== undefined) return this.#go(Promise.resolve().then(() => this.#failed(outgoing.id, limit)));
    const gate = outgoing.method === 'initialize' ? undefined : this.#gate.opened;
    if (gate === undefined) return this.#link.request(outgoing);
    const isWanted = (): boolean => this.#inbox.pending.has(outgoing.id) && !this.isLost;
    this.#go(gate.then(() => isWanted() && this.#link.request(outgoing)));
  }

  #lose(failure: RemoteFailure): void {
    if (this.isLost) return;
    this.failure = failure;
    this.close(failure.bare);
    this.listener.lost(this, failure.message);
  }

  #strike(failure: RemoteFailure): void {
    this.#strikes += 1;
    if (this.#strikes >= MAX_STRIKES && this.info !== NO_INFO) this.#lose(failure);
  }

  #failed(id: number, failure: RemoteFailure): void {
    const call = this.#inbox.pending.get(id);
    if (call === undefined) return;
    this.#limit.note(failure);
    if (this.#own.has(id)) {
      if (failure.code === 'UNREACHABLE') this.#strike(failure);
      return this.#own.failed(id, failure);
    }
    if (this.info === NO_INFO) {
      if (id === this.#handshake?.id && this.#fallsBack(failure)) return;
      this.failure = this.#firstFailure ?? failure;
    }
    const again = this.#repeatable.get(id);
    if (failure.code === 'SESSION_GONE') {
      const renewed = this.#sessions.gone(failure);
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
    const isLost = failure.code === 'UNREACHABLE' || failure.code === 'BAD_ANSWER';
    this.#inbox.fail(id, callError(this.server, failure), isLost, failure);
    if (isLoggedOut(failure) && this.info !== NO_INFO) this.#lose(failure);
    else if (failure.retryAfterMs === undefined)
      this.#doubt(failure, call.sessionId === undefined, again?.method ?? '');
  }

  #doubt(failure: RemoteFailure, isOwn: boolean, method: string): void {
    if (this.#hasSession && isDoubtful(failure)) this.#sessions.doubt(failure.message, isOwn, method);
  }

  /** Later revisions know no session. */
  get #hasSession(): boolean {
    return !this.isLost && this.info !== NO_INFO && !isModernVersion(this.info.protocolVersion);
  }

  #answered(id: number, call: PendingCall, answer: Answer): void {
    const method = this.#repeatable.get(id)?.method ?? '';
    this.#repeatable.delete(id);
    if (answer.kind === 'failed' || this.#own.has(id)) return;
    const isOwn = call.sessionId === undefined;
    if (!answer.isError) return this.#sessions.worked(method, isOwn);
    const asked = { isOwn, hasWorked: this.#sessions.hasWorked(method) };
    const doubt = this.#hasSession ? doubtIn(answer, asked, this.mask) : undefined;
    if (doubt !== undefined) this.#sessions.doubt(doubt.why, doubt.isOwn, method);
  }

  /** An older server knows nothing of a POST to its URL. */
  #fallsBack(failure: RemoteFailure): boolean {
    const handshake = this.#handshake;
    const isOlder = failure.code === 'HTTP_STATUS' && FALLBACK_STATUSES.has(failure.status ?? 0);
    if (!isOlder || handshake === undefined || this.#link instanceof SseLink) return false;
    // Its first refusal helps people more than its answer to the older transport.
    this.#firstFailure = failure;
    this.#link = new SseLink(linkOptions(this.#target, this.#o, this.#flow, this.#linkListener));
    this.#link.request(handshake);
    return true;
  }

  /** A server keeps what it was told for a session only. */
  async #renewed(why: string): Promise<void> {
    if (this.isLost) return;
    this.#link.protocolVersion = this.info.protocolVersion;
    const told = this.#tellInitialized();
    await settlesWithin(this.#o.clock, INITIALIZED_MS, told);
    if (this.isLost) return;
    this.#link.listen();
    this.listener.renewed(this, why);
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
      this.#limit.note(failure);
      if (failure.code === 'SESSION_GONE') this.#go(this.#sessions.gone(failure));
      else if (failure.code === 'UNREACHABLE') this.#strike(failure);
      else if (isLoggedOut(failure) && this.info !== NO_INFO) this.#lose(failure);
    },
    doubtful: (failure) => this.#doubt(failure, false, ''),
    isAlive: () => this.#sessions.isAlive(),
    reached: () => {
      this.#strikes = 0;
    },
    queued: (bytes) => {
      this.queuedBytes += bytes;
    },
  };
}
