/**
 * Describes what carries messages to a remote server and back: Streamable HTTP, or the older pair of an event stream
 * and a POST.
 */
import type { RemoteAuth } from '../../types/connection.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Flow } from '../../../pacing/pace.ts';
import type { HttpClient } from './http-client.ts';
import type { RemoteFailure } from './remote-failure.ts';

export interface LinkListener {
  /** A message of the server, on one line. */
  message(parts: readonly Buffer[], bytes: number): void;
  /** A message is coming; `parts` will be what `message` gets. */
  growing(parts: readonly Buffer[], bytes: number): void;
  /** An answer to this request is still waited for. */
  isWaiting(id: number): boolean;
  /** This request will get no answer. */
  failed(id: number, failure: RemoteFailure): void;
  /** Its answer is over the limit. */
  oversize(id: number, bytes: number): void;
  /** What is left of a message over the limit that answers no known request. */
  oversizeOther(head: string, bytes: number): void;
  /** A notification or a response did not arrive, or the stream of the server's own messages is gone. */
  trouble(failure: RemoteFailure): void;
  /** The session may be gone: what it had before is refused now. */
  doubtful(failure: RemoteFailure): void;
  /** Whether the server answers a question, in whatever way. */
  isAlive(): Promise<boolean>;
  /** Something came back. */
  reached(): void;
  /** Bytes of requests that the server has not taken: how they moved. */
  queued(bytes: number): void;
}

export interface LinkOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly flow: Flow;
  readonly maxMessageBytes: number;
  /** Masks secrets in the server's words. */
  readonly mask: (text: string) => string;
  readonly auth: RemoteAuth | undefined;
  readonly listener: LinkListener;
}

export interface OutgoingRequest {
  readonly id: number;
  readonly text: string;
  readonly method: string;
  /** What the message wants said in headers too. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RemoteLink {
  /** Of `MCP-Protocol-Version`, once agreed on. */
  protocolVersion: string | undefined;
  /** Nothing comes of it once the link is closed. */
  request(request: OutgoingRequest): void;
  /** A notification or a response; resolves when the server has taken it, else with why not, which `trouble` was told too. */
  post(body: string | readonly Buffer[]): Promise<RemoteFailure | undefined>;
  /** The server may speak by itself from now on. */
  listen(): void;
  /** Nobody waits for this answer any more. */
  abandon(id: number): void;
  /** Tells the server where that is possible; resolves when it is told or does not answer. Idempotent. */
  close(): Promise<void>;
}

/** Tells the listener that a body waits for the server; call what it returns when it is taken or given up. Idempotent. */
export function countQueued(listener: Pick<LinkListener, 'queued'>, body: string | readonly Buffer[]): () => void {
  const bytes = typeof body === 'string' ? body.length : body.reduce((sum, { length }) => sum + length, 0);
  listener.queued(bytes);
  let isTaken = false;
  return () => {
    if (!isTaken) listener.queued(-bytes);
    isTaken = true;
  };
}
