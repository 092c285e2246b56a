/** Tells why a request to a remote server has no answer. */
import type { RemoteFailureCode } from '../../types/connection.ts';
import { defined } from '../../../kernel/defined.ts';
import { shownUrl } from '../../../kernel/url.ts';

export interface RemoteFailureExtras {
  readonly hint?: string;
  readonly status?: number;
  readonly isUnsent?: boolean;
  readonly isPast?: boolean;
  readonly retryAfterMs?: number;
  /** The message without the server's address before it. */
  readonly brief?: string;
  /** The message without any address. */
  readonly bare?: string;
  readonly cause?: unknown;
}

export class RemoteFailure extends Error {
  override readonly name = 'RemoteFailure';
  readonly code: RemoteFailureCode;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  /** It came before there was a connection: the server has seen nothing of the request. */
  readonly isUnsent: boolean;
  /** It was said of a session that another one has replaced. */
  readonly isPast: boolean;
  /** For lists of operators, where there is little room and the address is known. */
  readonly brief: string | undefined;
  /** For agents, who know the server by its name: its address may hold a secret. */
  readonly bare: string;
  /** When the server wants to be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(code: RemoteFailureCode, message: string, extras: RemoteFailureExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.code = code;
    this.hint = extras.hint;
    this.status = extras.status;
    this.isUnsent = extras.isUnsent ?? false;
    this.isPast = extras.isPast ?? false;
    this.retryAfterMs = extras.retryAfterMs;
    this.brief = extras.brief;
    this.bare = extras.bare ?? message;
  }
}

/** What the server at that address did, such as `answered HTTP 503`. */
export function failureBy(
  url: URL,
  code: RemoteFailureCode,
  brief: string,
  extras: RemoteFailureExtras = {},
): RemoteFailure {
  return new RemoteFailure(code, `${shownUrl(url)} ${brief}`, { brief, ...extras });
}

/** The same with other words, or with more known of it. */
export function retold(failure: RemoteFailure, message: string, extras: RemoteFailureExtras = {}): RemoteFailure {
  const { code, hint, status, isUnsent, isPast, retryAfterMs } = failure;
  return new RemoteFailure(code, message, {
    ...defined({ hint, status, isUnsent, isPast, retryAfterMs }),
    cause: failure,
    ...extras,
  });
}

/** Nothing will be answered until somebody logs in; a request that only needs more rights fails alone. */
export function isLoggedOut({ code, status }: RemoteFailure): boolean {
  return code === 'OAUTH_REQUIRED' && status === 401;
}
