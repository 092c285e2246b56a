/** Tells a session that is over from a request that is refused. Pure. */
import { quoted } from '../../wire/server-text.ts';
import type { Answer } from '../../wire/outcome.ts';
import type { Reply } from './http-exchange.ts';
import { errorIn } from './own-asks.ts';
import { RemoteFailure, retold } from './remote-failure.ts';

const METHOD_NOT_FOUND = -32601;
const SESSION_WORDS = /session|not initiali[sz]ed/i;
const GONE: ReadonlySet<number> = new Set([404, 410]);

/** An error that servers answer with when they do not know a session; a tool's own words may look the same. */
function smellsOfSession({ code, message }: { readonly code: number; readonly message: string }): boolean {
  return code !== METHOD_NOT_FOUND && SESSION_WORDS.test(message.slice(0, 500));
}

/** Answers that refuse, and may mean no more than that the session is gone. */
const DOUBTFUL: ReadonlySet<string> = new Set(['HTTP_STATUS', 'UNAUTHORIZED', 'BAD_ANSWER', 'REDIRECT_REFUSED']);

export function isDoubtful({ code, isPast }: RemoteFailure): boolean {
  return DOUBTFUL.has(code) && !isPast;
}

export interface Asked {
  /** Nothing but the router asked. */
  readonly isOwn: boolean;
  /** The same method was answered with a result before. */
  readonly hasWorked: boolean;
}

/** What an answered error says against the session; `isOwn`: it counts among those in a row. */
export function doubtIn(
  answer: Answer,
  { isOwn, hasWorked }: Asked,
  mask: (text: string) => string,
): { readonly why: string; readonly isOwn: boolean } | undefined {
  if (answer.kind !== 'small') return undefined;
  const error = errorIn(answer.message);
  const counts = isOwn && (hasWorked || error.code !== METHOD_NOT_FOUND);
  if (!counts && !smellsOfSession(error)) return undefined;
  return { why: `${error.code} ${quoted(error.message, mask)}`, isOwn: counts };
}

export interface AskedIn {
  /** The id that the request named; undefined when there was none. */
  readonly session: string | undefined;
  /** Another session has begun since. */
  readonly isPast: boolean;
}

/**
 * 404 (and 410) to a request that named a session means that it is over; some servers say so with 400 and words. A JSON-RPC
 * error is that error, whatever the status, unless it speaks of the session itself.
 */
export function judgeSession(reply: Reply, { session, isPast }: AskedIn): Reply {
  if (session === undefined || reply.kind === 'success') return reply;
  if (reply.kind === 'rpc-error') {
    const isGone = (GONE.has(reply.status) || reply.status === 400) && smellsOfSession(errorIn(reply.message));
    return isGone ? gone(reply.status, isPast) : reply;
  }
  const { failure } = reply;
  const { status = 0 } = failure;
  if (GONE.has(status) || (status === 400 && SESSION_WORDS.test(failure.bare))) return gone(status, isPast);
  return isPast ? { kind: 'refused', failure: retold(failure, failure.message, { isPast }) } : reply;
}

function gone(status: number, isPast: boolean): Reply {
  return {
    kind: 'refused',
    failure: new RemoteFailure('SESSION_GONE', `its session ended (HTTP ${status})`, { isPast }),
  };
}
