/**
 * Reads what an authorization server says when it refuses: its code and its words, which the SDK's errors lose in part.
 * Pure.
 */
import { cutText, parseForeign } from '../../../../kernel/foreign.ts';
import { McptuiError, messageOf } from '../../../../kernel/errors.ts';
import { isMap, stringAt } from '../../../wire/message.ts';
import { RemoteFailure } from '../remote-failure.ts';

export interface Refusal {
  /** `invalid_client`, `invalid_redirect_uri` … */
  readonly code: string;
  readonly words: string | undefined;
}

/** In the body of an error answer (RFC 6749 §5.2, RFC 7591 §3.2.2); undefined when there is none. */
export function refusalIn(body: string): Refusal | undefined {
  try {
    const message: unknown = parseForeign(body);
    const code = isMap(message) ? stringAt(message, 'error') : undefined;
    if (code === undefined || code === '') return undefined;
    const words = stringAt(message, 'error_description');
    return { code: cutText(code, 100), words: words === undefined ? undefined : cutText(words, 300) };
  } catch {
    return undefined;
  }
}

/** Why the SDK's `auth` has failed, and what helps. */
function explained(error: unknown, refusal: Refusal | undefined): { readonly words: string; readonly hint?: string } {
  if (error instanceof RemoteFailure) {
    return { words: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  if (refusal !== undefined) {
    const { code, words } = refusal;
    const hint = HINTS[code];
    return { words: words === undefined ? code : `${code}: ${words}`, ...(hint === undefined ? {} : { hint }) };
  }
  const words = cutText(messageOf(error), 500) || 'no reason was given';
  return /dynamic client registration/i.test(words.slice(0, 300)) ? { words, hint: REGISTERED } : { words };
}

/** For whoever has asked for it. */
export function notAuthorised(
  error: unknown,
  refusal: Refusal | undefined,
  { server, url }: { readonly server: string; readonly url: string },
): McptuiError {
  const { words, hint } = explained(error, refusal);
  // What the SDK says may name the server's URL.
  const why = words.replaceAll(url, () => `server ${server}`);
  return new McptuiError('unavailable', `server ${server} cannot be authorised: ${why}`, {
    ...(hint === undefined ? {} : { hint: hint.replaceAll('NAME', () => server) }),
    cause: error,
  });
}

/** The same for a request of an agent. */
export function unauthorizedBy(error: unknown): RemoteFailure {
  const hint = error instanceof McptuiError ? error.hint : undefined;
  return new RemoteFailure('UNAUTHORIZED', messageOf(error), { cause: error, ...(hint === undefined ? {} : { hint }) });
}

const REGISTERED =
  'register a client there by hand and create the server with --oauth-client-id ID (and --oauth-client-secret secret:…)';
const REDIRECT =
  'mcptui login NAME --redirect-uri http://localhost:PORT/PATH, with one that the client is registered for';
const HINTS: Readonly<Record<string, string>> = {
  invalid_redirect_uri: REDIRECT,
  redirect_uri_mismatch: REDIRECT,
  invalid_client: 'check --oauth-client-id and --oauth-client-secret; if mcptui registered the client: log in again',
  unauthorized_client: 'check what the client may do there, or name another by --oauth-client-id',
  invalid_scope: 'create the server with an --oauth-scope that it knows',
  invalid_client_metadata: REGISTERED,
};
