/** Answers a request of a server. */
import type { Upstream } from './upstream.ts';

/** A server that does not read its input gets no more answers to its own requests beyond this. */
const MAX_UNREAD_REPLY_BYTES = 4 * 1024 * 1024;

/** A server that does not read has no use for the answer; keeping it would be without a bound. */
export function replyTo(upstream: Pick<Upstream, 'queuedBytes' | 'send'>, line: string): void {
  if (upstream.queuedBytes < MAX_UNREAD_REPLY_BYTES) upstream.send(line);
}
