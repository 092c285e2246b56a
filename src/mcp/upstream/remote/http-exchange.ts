/** Makes one HTTP request of a link: its headers, its authorisation, and what a status that is no success means. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { EpochMs } from '../../../kernel/clock.ts';
import { parseForeign } from '../../../kernel/foreign.ts';
import { isMap, stringAt, type WireMap } from '../../wire/message.ts';
import { readText } from './body-reader.ts';
import type { HttpExchange } from './http-client.ts';
import type { LinkOptions } from './link.ts';
import { quoted } from '../../wire/server-text.ts';
import { failureBy, type RemoteFailure, type RemoteFailureExtras } from './remote-failure.ts';
import type { RemoteFailureCode } from '../../types/connection.ts';
import { retryAfterMs } from './retry-after.ts';
import type { HttpAnswer } from './http-answer.ts';

const MAX_ERROR_BODY_BYTES = 64 * 1024;
const SHOWN_BODY_CHARS = 300;

export type Request = Pick<HttpExchange, 'method' | 'url' | 'body' | 'signal' | 'onSent'> & {
  readonly headers: OutgoingHttpHeaders;
  /** It belongs to a session that has worked: a 401 that names no way to log in may only mean that the session is gone. */
  readonly isOfSession?: boolean;
};

export type Reply =
  | { readonly kind: 'success'; readonly response: HttpAnswer }
  /** A status that is no success, with a JSON-RPC error in its body. */
  | { readonly kind: 'rpc-error'; readonly status: number; readonly message: WireMap }
  | { readonly kind: 'refused'; readonly failure: RemoteFailure };

/** Static headers last but one, so that none of ours can be replaced by mistake. @throws RemoteFailure */
export async function exchange(options: LinkOptions, { isOfSession, ...request }: Request): Promise<Reply> {
  const { auth, client, clock, headers, listener } = options;
  let isRetried = false;
  for (;;) {
    const authorization = await auth?.authorization();
    const response = await client.request({
      ...request,
      headers: { ...headers, ...request.headers, ...(authorization === undefined ? {} : { authorization }) },
    });
    listener.reached();
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return { kind: 'success', response };
    const header = response.headers['www-authenticate'];
    const text = await readText(response, MAX_ERROR_BODY_BYTES);
    const words = excerpt(text, options.mask);
    if (status === 401 || (status === 403 && /insufficient_scope/.test(header ?? ''))) {
      const isUnsure = isOfSession === true && header === undefined;
      if (auth !== undefined && !isRetried && !(isUnsure && authorization === undefined)) {
        isRetried = true;
        try {
          await auth.challenged({ status, header, refused: authorization });
          continue;
        } catch (error) {
          if (!isUnsure) throw error;
        }
      }
      return { kind: 'refused', failure: unauthorized(request.url, status, words, 'authorization' in headers) };
    }
    const waitMs =
      status === 429 || status === 503 ? retryAfterMs(response.headers['retry-after'], clock.now()) : undefined;
    const message = rpcErrorIn(text);
    if (waitMs !== undefined)
      return { kind: 'refused', failure: limited(request.url, status, words, waitMs, clock.now()) };
    if (message !== undefined) return { kind: 'rpc-error', status, message };
    if (status === 403) return { kind: 'refused', failure: unauthorized(request.url, status, words, false) };
    return { kind: 'refused', failure: statusFailure(request.url, status, words) };
  }
}

export function statusFailure(url: URL, status: number, words: string): RemoteFailure {
  return answered(url, status === 429 ? 'RATE_LIMITED' : 'HTTP_STATUS', `HTTP ${status}${words}`, { status });
}

function limited(url: URL, status: number, words: string, retryAfterMs: number, now: EpochMs): RemoteFailure {
  const until = `${new Date(now + retryAfterMs).toISOString().slice(0, 19)}Z`;
  const what = status === 429 ? 'rate limited' : 'not available';
  const code = status === 429 ? 'RATE_LIMITED' : 'HTTP_STATUS';
  return answered(url, code, `HTTP ${status}, ${what} until ${until}${words}`, { status, retryAfterMs });
}

function answered(url: URL, code: RemoteFailureCode, what: string, extras: RemoteFailureExtras): RemoteFailure {
  const brief = `answered ${what}`;
  return failureBy(url, code, brief, { ...extras, bare: `it ${brief}` });
}

function unauthorized(url: URL, status: number, words: string, hasHeader: boolean): RemoteFailure {
  const header = 'mcptui set header NAME Authorization=secret:…';
  const hint = hasHeader ? `check its Authorization header: ${header}` : `give it a header: ${header}`;
  return answered(url, 'UNAUTHORIZED', `HTTP ${status}${words}`, { status, hint });
}

/** Quotes the part of a body that is shown, behind a colon. */
export function excerpt(text: string, mask: (text: string) => string): string {
  const words = quoted(text, mask, SHOWN_BODY_CHARS).replace(/\s+/g, ' ').trim();
  return words === '' ? '' : `: ${words}`;
}

function rpcErrorIn(text: string): WireMap | undefined {
  try {
    const message: unknown = parseForeign(text);
    if (!isMap(message)) return undefined;
    const { error } = message;
    return isMap(error) && typeof error['code'] === 'number' && stringAt(error, 'message') !== undefined
      ? message
      : undefined;
  } catch {
    return undefined;
  }
}
