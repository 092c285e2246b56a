/** Describes what carries one agent's messages, so that a session need not know whether that is a byte stream or HTTP. */
import type { ClientIntroduction } from '../eras/client-introduction.ts';
import type { Flow } from '../../pacing/pace.ts';
import type { WireId, WireMap } from '../wire/message.ts';
import type { ReplySink } from '../wire/reply-sink.ts';

/** From the session to its agent. Messages are text, or pieces of bytes; one JSON-RPC message each, without a newline. */
export interface SessionLink {
  /** Called once, before anything else: from now on what the agent sends goes to `receiver`. */
  open(receiver: LinkReceiver): void;
  /** `related` is the agent's request that this belongs to, such as the call that a server asks about; absent = none. */
  send(message: string | readonly Buffer[], related?: WireId): void;
  /** The same for what may be dropped when the agent is far behind in reading. */
  notify(text: string, related?: WireId): void;
  /** Since when nobody has been connected, monotonic; undefined while somebody is, or where a connection is the session. */
  readonly aloneSinceMs?: number | undefined;
  /** The session has ended: writes what waits and closes. Called once. */
  close(): void;
}

/** From the link to its session; none of these throws. Answers to what came go to `sink`. */
export interface LinkReceiver {
  /** The session's. */
  readonly id: string;
  /** Requests that have no answer yet. */
  readonly waiting: number;
  /** How the session's requests are read: in fair turns with those of others. */
  readonly flow: Flow;
  /** One message, or a batch. */
  text(text: string, sink: ReplySink): void;
  /** A long one, as the pieces in which it came; `bytes` is their sum. */
  large(parts: readonly Buffer[], bytes: number, sink: ReplySink): void;
  /** One has passed the limit and may never end; true = it is answered, and `oversize` need not follow. */
  overflow(head: string, sink: ReplySink): boolean;
  /** One over the limit was dropped; `head` and `tail` are its ends, decoded as latin1. */
  oversize(head: string, tail: string, bytes: number, sink: ReplySink): void;
  /** One request or notification that has been parsed; ours to change. `bytes` as it came. */
  message(message: WireMap, bytes: number, sink: ReplySink): void;
  /** A message of the agent's could not be handled: a bug, which is reported. Its sender has been told. */
  unhandled(error: unknown): void;
  /** Who the agent is and what it can do, in revisions that say so with each request; `initialize` says it in the others. */
  introduce(client: ClientIntroduction): void;
  /** The agent sends nothing more. It still gets the answers that arrive soon. */
  inputEnded(): void;
  /** The agent is gone, or must be. Idempotent. */
  end(reason: string): void;
}
