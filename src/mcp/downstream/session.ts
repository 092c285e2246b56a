/** Remembers what the router must know of one agent's connection, and hands its messages on. A link carries them. */
import type { Bugs } from '../../kernel/bugs.ts';
import type { Clock, EpochMs, Timer } from '../../kernel/clock.ts';
import type { Flow, Pacer } from '../../pacing/pace.ts';
import { SlotMap } from '../../kernel/slot-map.ts';
import { AgentInbox, type AgentInboxHost } from './agent-inbox.ts';
import { CallDeadlines } from './call-deadlines.ts';
import type { InFlight } from './in-flight.ts';
import { CallQueue } from './call-queue.ts';
import { BARE_PROFILE, type ClientProfile } from '../eras/client-profile.ts';
import { stringifySourced } from '../wire/json-source.ts';
import { isMap, type WireId, type WireMap } from '../wire/message.ts';
import type { ReplySink } from '../wire/reply-sink.ts';
import { RPC, errorLine } from '../wire/rpc-errors.ts';
import type { ServerRequest } from './server-request.ts';
import type { ClientIntroduction } from '../eras/client-introduction.ts';
import type { LinkReceiver, SessionLink } from './session-link.ts';
import type { SessionIdentity, SessionInfo } from '../types/session.ts';

/** An agent that has closed its input still gets the answers that arrive this soon. */
const LINGER_MS = 250;

export interface SessionHandler {
  request(session: Session, message: WireMap, bytes: number, sink: ReplySink): void;
  notification(session: Session, method: string, message: WireMap): void;
  introduced(session: Session, client: ClientIntroduction): void;
  ended(session: Session, reason: string): void;
}

export interface SessionOptions {
  readonly id: string;
  readonly identity: SessionIdentity;
  /** For the message about one that is over it. */
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly bugs: Bugs;
  readonly handler: SessionHandler;
}

/** With so many requests under way a session waits for its answers: it cannot keep the thread busy. */
const FEW = 8;

export class Session implements LinkReceiver {
  readonly id: string;
  readonly identity: SessionIdentity;
  readonly since: EpochMs;
  readonly inFlight = new SlotMap<WireId, InFlight>();
  readonly flow: Flow;
  readonly queue: CallQueue;
  readonly deadlines: CallDeadlines;
  /** By the id that the agent knows. */
  readonly serverRequests = new Map<number, ServerRequest>();
  client = '-';
  version: string | undefined;
  capabilities: WireMap = {};
  /** What servers that serve this session alone are told of its client; settled before its first request to one. */
  profile: ClientProfile = BARE_PROFILE;
  /** As asked for by `logging/setLevel`. */
  logLevel: string | undefined;
  /** What its next result of a server says of an instance that it had to give up. */
  readonly leaseNotes = new Map<string, string>();
  /** What the next result of a tool that can carry it tells the agent in a text block of its own. */
  note: string | undefined;
  isEnded = false;
  calls = 0;
  errors = 0;
  lastAt: EpochMs;
  #nextId = 1;
  readonly #options: SessionOptions;
  readonly #link: SessionLink;
  readonly #inbox: AgentInbox;
  #linger: Timer | undefined;

  constructor(link: SessionLink, options: SessionOptions) {
    this.id = options.id;
    this.identity = options.identity;
    this.since = options.clock.now();
    this.lastAt = this.since;
    this.#options = options;
    this.#link = link;
    this.flow = options.pacer.flow({ party: this, hasMany: () => this.inFlight.size > FEW });
    this.queue = new CallQueue(this.inFlight, this.flow, options.clock);
    this.deadlines = new CallDeadlines(options.clock, () => this.inFlight.values());
    this.#inbox = new AgentInbox(this.#host());
    link.open(this);
  }

  /** An operator's call declares nothing and need not have an instance of its own kind. */
  get takesAny(): boolean {
    return this.identity.operator !== undefined;
  }

  /** Since its client was heard last; undefined while it works, or listens. */
  get idleMs(): number | undefined {
    const sinceMs = this.#link.aloneSinceMs;
    if (sinceMs === undefined || this.inFlight.size > 0 || this.serverRequests.size > 0) return undefined;
    return this.#options.clock.monotonicMs() - sinceMs;
  }

  get waiting(): number {
    return this.inFlight.size;
  }

  get project(): string {
    return this.identity.project;
  }

  get info(): SessionInfo {
    const { id, identity, client, since, lastAt, calls, errors } = this;
    const waiting = this.queue.size;
    const open = this.inFlight.size - waiting;
    return { id, ...identity, client, since, lastAt, calls, errors, open, waiting, ...this.#oldest() };
  }

  #oldest(): { readonly oldestAt?: EpochMs } {
    const { clock } = this.#options;
    for (const { sinceMs } of this.inFlight.values()) {
      if (sinceMs !== undefined) return { oldestAt: Math.round(clock.now() - (clock.monotonicMs() - sinceMs)) };
    }
    return {};
  }

  /** Dropped when the agent is far behind in reading. `related`: the agent's call that this belongs to. */
  notify(text: string, related?: WireId): void {
    this.#link.notify(text, related);
  }

  notifyListChanged(list: 'tools' | 'prompts' | 'resources'): void {
    if (this.version === undefined) return;
    this.#link.send(`{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"}`);
  }

  /** Sends a server's request on, under an id of this session. */
  ask(message: WireMap, request: ServerRequest): void {
    const id = this.#nextId++;
    this.serverRequests.set(id, request);
    message['id'] = id;
    if (request.progressToken !== undefined && isMap(message['params']) && isMap(message['params']['_meta'])) {
      message['params']['_meta']['progressToken'] = id;
    }
    this.#link.send(stringifySourced(message), request.related);
  }

  /** An answer to one of the agent's calls went out or was dropped. */
  settled(id: WireId): void {
    this.inFlight.delete(id);
    this.queue.pump();
    if (this.#linger !== undefined && this.inFlight.size === 0) this.end('the agent disconnected');
  }

  /** Closes the link and cancels what is in flight: thousands of calls do not stop others', unless all must go `at once`. Idempotent. */
  end(reason: string, how: 'in turns' | 'at once' = 'in turns'): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.queue.close();
    this.deadlines.close();
    this.#linger?.cancel();
    this.#link.close();
    const calls = this.inFlight.values();
    const cancel = (call: InFlight): void => call.cancel(reason);
    if (how === 'in turns') return this.#options.pacer.flow().each(calls, cancel, () => this.#ended(reason));
    for (const call of calls) cancel(call);
    this.#ended(reason);
  }

  #ended(reason: string): void {
    for (const { upstream, upstreamIdText, trace } of this.serverRequests.values()) {
      trace.end('cancelled', `the client is gone: ${reason}`);
      upstream.send(errorLine(upstreamIdText, { code: RPC.internalError, message: `the client is gone: ${reason}` }));
    }
    this.inFlight.clear();
    this.serverRequests.clear();
    this.#options.handler.ended(this, reason);
  }

  text(text: string, sink: ReplySink): void {
    this.#inbox.text(text, sink);
  }

  large(parts: readonly Buffer[], bytes: number, sink: ReplySink): void {
    this.#inbox.large(parts, bytes, sink);
  }

  overflow(head: string, sink: ReplySink): boolean {
    return this.#inbox.overflow(head, sink);
  }

  oversize(head: string, tail: string, bytes: number, sink: ReplySink): void {
    this.#inbox.oversize(head, tail, bytes, sink);
  }

  message(message: WireMap, bytes: number, sink: ReplySink): void {
    this.lastAt = this.#options.clock.now();
    this.#inbox.message(message, bytes, sink);
  }

  unhandled(error: unknown): void {
    this.#options.bugs.report('a message of a session', error);
  }

  introduce(client: ClientIntroduction): void {
    this.#options.handler.introduced(this, client);
  }

  inputEnded(): void {
    if (this.inFlight.size === 0) return this.end('the agent disconnected');
    this.#linger = this.#options.clock.after(LINGER_MS, () => this.end('the agent disconnected'));
  }

  #host(): AgentInboxHost {
    const { handler, maxMessageBytes, clock } = this.#options;
    return {
      maxMessageBytes,
      serverRequests: this.serverRequests,
      version: () => this.version,
      seen: () => {
        this.lastAt = clock.now();
      },
      request: (message, bytes, sink) => handler.request(this, message, bytes, sink),
      notification: (method, message) => handler.notification(this, method, message),
      failed: (id) => this.settled(id),
      report: (error) => this.unhandled(error),
    };
  }
}
