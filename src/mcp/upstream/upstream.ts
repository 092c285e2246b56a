/** Describes one live connection to an instance, whatever carries it. */
import type { Answer } from '../wire/outcome.ts';
import type { Bugs } from '../../kernel/bugs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Pacer } from '../../pacing/pace.ts';
import type { WireId, WireMap } from '../wire/message.ts';
import type { ConnectFailure, UpstreamInfo } from '../types/connection.ts';

/** Options that a connection is opened with, whatever carries it. */
export interface ConnectionOptions {
  readonly id: string;
  readonly server: string;
  readonly maxMessageBytes: number;
  /** Masks secrets in what of the server's words is shown to people. */
  readonly mask: (text: string) => string;
  readonly listener: UpstreamListener;
  readonly logger: Logger;
  readonly bugs: Bugs;
  readonly clock: Clock;
  readonly pacer: Pacer;
}

/** Stand-in until `initialize` is answered. */
export const NO_INFO: UpstreamInfo = { protocolVersion: '', serverInfo: { name: '', version: '' }, capabilities: {} };

/** Call that waits for an answer: an agent's, or a request of the router's own. */
export interface PendingCall {
  /** The session whose call this is; undefined for the router's own requests. */
  readonly sessionId: string | undefined;
  /** The session's own id of the call, so that what belongs to the call reaches the agent beside it. */
  readonly requestId: WireId | undefined;
  /** A probe's `tools/call`: nobody sits behind it. */
  readonly isProbe: boolean;
  /** Of an agent's call: when it was sent, on the monotonic clock. */
  readonly sinceMs?: number;
  /** What the client behind it can do, where that is known; servers of revisions without `initialize` are told in each request. */
  readonly capabilities?: WireMap | undefined;
  settle(answer: Answer): void;
  /** A progress notification for this request: its params, with the upstream's token still in them. */
  progress(params: WireMap): void;
}

/** Those in flight, in the order in which they were sent. */
export type PendingCalls = Pick<ReadonlyMap<number, PendingCall>, 'size'> & { values(): Iterable<PendingCall> };

/** Listener to what an upstream says by itself. */
export interface UpstreamListener {
  /** `call`: the one in whose midst the server asks, when it says so. */
  request(upstream: Upstream, message: WireMap, call?: PendingCall): void;
  notification(upstream: Upstream, method: string, message: WireMap, text: string): void;
  invalidOutput(upstream: Upstream, line: string): void;
  /** `upstream.failure` says more where there is more to say. */
  lost(upstream: Upstream, reason: string): void;
  /** The connection was made anew under the same upstream: what a server keeps per connection has to be said again. */
  renewed(upstream: Upstream, why: string): void;
  /** The server has refused a new session: the old one, which may be gone, stays. */
  notRenewed(upstream: Upstream, why: string): void;
}

export interface RequestOptions {
  readonly wantsProgress?: boolean;
  /** Of an HTTP request, beside those that the message itself makes. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An upstream as it is before it is known which revision it speaks. */
export interface Connection extends Upstream {
  listener: UpstreamListener;
}

export interface Upstream {
  /** The instance's id. */
  readonly id: string;
  readonly server: string;
  /** Masks secrets in what of the server's words is kept or shown. */
  readonly mask: (text: string) => string;
  /** Known after `begin`. */
  readonly info: UpstreamInfo;
  /** Why it was lost or could not be connected, when more is known than that a stream has ended. */
  readonly failure?: ConnectFailure | undefined;
  readonly isLost: boolean;
  /** After `close`: settles when the server was told, or does not listen. */
  readonly ended?: Promise<void>;
  /** Bytes that the instance has not read yet. */
  readonly queuedBytes: number;
  /** By the id that the upstream knows. */
  readonly pending: PendingCalls;
  /**
   * Gives `message` an id of this connection, makes that id its progress token too where one is asked for, and sends it.
   * The answer settles `call`; on a lost upstream it is settled at once.
   */
  request(message: WireMap, call: PendingCall, options?: RequestOptions): number;
  /** Forgets the request and tells the upstream; a late answer is ignored. */
  cancel(upstreamId: number, reason: string | undefined): void;
  /** Forgets the request without a word. */
  forget(upstreamId: number): void;
  /** Sends a notification, or a response to the upstream's own request. */
  send(message: string | readonly Buffer[]): void;
  /** `initialize` was answered: calls may come. The server is told so. */
  begin(info: UpstreamInfo): void;
  /** Fails what is in flight; the streams stay with whoever opened them. Idempotent. */
  close(reason: string): void;
}
