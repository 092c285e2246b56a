/** Fetches for the SDK's OAuth client under the rules of a server's own requests: addresses judged, redirects bounded. */
import { checkedUrl } from '../../../../kernel/url.ts';
import type { Clock } from '../../../../kernel/clock.ts';
import { timeWords } from '../../../../kernel/time-words.ts';
import { readBody } from '../body-reader.ts';
import type { HttpClient } from '../http-client.ts';
import { failureBy } from '../remote-failure.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const TIMEOUT_MS = 30_000;
const NO_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export function guardedFetch(client: HttpClient, clock: Clock): Fetch {
  return async (input, init) => {
    const url = typeof input === 'string' ? checkedUrl(input) : input;
    const ended = new AbortController();
    const timer = clock.after(TIMEOUT_MS, () => ended.abort(), { unref: true });
    try {
      const response = await client.request({
        method: methodOf(init?.method),
        url,
        headers: headersOf(init),
        ...(init?.body === undefined || init.body === null ? {} : { body: textOf(init.body) }),
        signal: ended.signal,
      });
      const body = await readBody(response, MAX_BODY_BYTES);
      if (body.kind === 'oversize') throw failureBy(url, 'BAD_ANSWER', 'answered with over 1 MiB');
      const status = response.statusCode ?? 500;
      const headers = new Headers(
        Object.entries(response.headers).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value] as [string, string]] : [],
        ),
      );
      return new Response(NO_BODY.has(status) ? null : Buffer.concat(body.parts), { status, headers });
    } catch (error) {
      if (!ended.signal.aborted) throw error;
      throw failureBy(url, 'UNREACHABLE', `did not answer within ${timeWords(TIMEOUT_MS)}`);
    } finally {
      timer.cancel();
    }
  };
}

function methodOf(method: string | undefined): 'GET' | 'POST' {
  return method?.toUpperCase() === 'POST' ? 'POST' : 'GET';
}

function headersOf(init: RequestInit | undefined): Record<string, string> {
  const headers = Object.fromEntries(new Headers(init?.headers).entries());
  if (init?.body instanceof URLSearchParams) headers['content-type'] ??= 'application/x-www-form-urlencoded';
  return headers;
}

/** The SDK sends JSON text and forms, nothing else. */
function textOf(body: NonNullable<RequestInit['body']>): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('a body that is neither text nor a form');
}
