/**
 * Sends HTTP requests to one remote server: addresses are judged as they are connected to, redirects stay within the
 * origin.
 */
import { lookup as resolveName, type LookupAddress } from 'node:dns';
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { parseUrl, shownUrl } from '../../../kernel/url.ts';
import type { Clock, Timer } from '../../../kernel/clock.ts';
import { errnoOf, messageOf } from '../../../kernel/errors.ts';
import type { ProxyEnv } from '../../types/connection.ts';
import { addressRefusal, flagsFor, hostOf, urlRefusal } from './address-policy.ts';
import { ConnectionPools } from './connection-pools.ts';
import { decoded, type HttpAnswer } from './http-answer.ts';
import { RemoteFailure, type RemoteFailureExtras } from './remote-failure.ts';
import type { RemoteFailureCode } from '../../types/connection.ts';

const MAX_REDIRECTS = 5;
const CONNECT_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 30_000;

export interface HttpExchange {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | readonly Buffer[];
  readonly signal?: AbortSignal;
  /** False: the answer of whom is asked is what is wanted, be it a redirect. */
  readonly isFollowing?: boolean;
  /** The body has left. */
  readonly onSent?: () => void;
}

/** Name → addresses; a test puts its own in place of the system's. */
export type ResolveName = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface HttpClientOptions {
  readonly clock: Clock;
  readonly allowPrivate: boolean;
  readonly allowHttp?: boolean | undefined;
  readonly resolve?: ResolveName;
  /** HTTPS_PROXY and NO_PROXY, in capitals or not; the proxy resolves the names that it is asked for. */
  readonly proxyEnv?: ProxyEnv | undefined;
}

export class HttpClient {
  readonly #clock: Clock;
  readonly #allowPrivate: boolean;
  readonly #allowHttp: boolean;
  readonly #resolve: ResolveName;
  readonly #pools: ConnectionPools;

  constructor(options: HttpClientOptions) {
    this.#clock = options.clock;
    this.#allowPrivate = options.allowPrivate;
    this.#allowHttp = options.allowHttp === true;
    this.#pools = new ConnectionPools(options.proxyEnv ?? {});
    this.#resolve = options.resolve ?? ((host, done) => resolveName(host, { all: true, verbatim: true }, done));
  }

  /** Resolves with the head of the answer, whose body the caller reads or destroys. @throws RemoteFailure */
  async request(exchange: HttpExchange): Promise<HttpAnswer> {
    let { url } = exchange;
    for (let hops = 0; ; hops += 1) {
      const response = await this.#once({ ...exchange, url });
      const target = exchange.isFollowing === false ? undefined : redirectTarget(response, url, exchange.method);
      if (target === undefined) return decoded(response);
      response.destroy();
      if ('refused' in target || hops === MAX_REDIRECTS) {
        const { refused: why, bare = why } = 'refused' in target ? target : { refused: `it redirected ${hops} times` };
        throw failureAt(exchange.url, 'REDIRECT_REFUSED', why, { bare, hint: REDIRECT_HINT });
      }
      url = target.url;
    }
  }

  /** Ends idle connections; requests under way are ended by their signals. */
  close(): void {
    this.#pools.destroy();
  }

  #once(exchange: HttpExchange): Promise<IncomingMessage> {
    const { url, method, headers, body, signal } = exchange;
    const refusal = urlRefusal(url, this.#allowPrivate, this.#allowHttp);
    if (refusal !== undefined) return Promise.reject(refusedAddress(url, refusal));
    return new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const pool = this.#pools.for(url);
      const request = (isSecure ? https : http).request(url, {
        method,
        headers: { 'user-agent': 'mcptui', ...lengthOf(body), ...headers },
        agent: pool,
        lookup: this.#lookupFor(url),
        ...(signal === undefined ? {} : { signal }),
      });
      let isOpen = false;
      const timer = this.#connectTimer(request, url);
      // A peer that is gone without a word is noticed in less than a minute.
      request.once('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
      onceOpen(request, () => {
        isOpen = true;
        timer.cancel();
      });
      request.once('response', resolve);
      request.on('error', (error) => {
        timer.cancel();
        reject(failureOf(error, url, { isUnsent: !isOpen, isProxied: this.#pools.isProxied(pool) }));
      });
      request.once('finish', () => exchange.onSent?.());
      if (body === undefined || typeof body === 'string') return void request.end(body);
      for (const piece of body) request.write(piece);
      request.end();
    });
  }

  #connectTimer(request: http.ClientRequest, url: URL): Timer {
    const late = (): void => {
      request.destroy(failureAt(url, 'UNREACHABLE', 'no connection within 30s', { isUnsent: true }));
    };
    return this.#clock.after(CONNECT_TIMEOUT_MS, late, { unref: true });
  }

  /** The hook of the socket itself: whatever a name resolves to at this moment is what was judged. */
  #lookupFor(url: URL): LookupFunction {
    const target = hostOf(url);
    return (host, options, done) => {
      // The proxy is the operator's own word, wherever it is.
      const isAllowed = (address: string): boolean =>
        host !== target || addressRefusal(url.protocol, address, this.#allowPrivate, this.#allowHttp) === undefined;
      this.#resolve(host, (error, addresses) => {
        if (error !== null) return done(error, '');
        const allowed = addresses.filter(({ address }) => isAllowed(address));
        const [first] = allowed;
        if (first === undefined) {
          const address = addresses[0]?.address ?? 'no address';
          const why = addressRefusal(url.protocol, address, this.#allowPrivate, this.#allowHttp) ?? 'it has no address';
          return done(refusedAddress(url, why), '');
        }
        if (options.all === true) return done(null, allowed);
        done(null, first.address, first.family);
      });
    };
  }
}

/** When the server can be spoken to: the connection stands, with TLS where that is wanted. */
function onceOpen(request: http.ClientRequest, done: () => void): void {
  request.once('socket', (socket) => {
    const isSecure = socket instanceof TLSSocket;
    // One that is used again, or that leads through a proxy, is open already.
    if (request.reusedSocket || (isSecure ? socket.getPeerFinished() !== undefined : !socket.connecting)) return done();
    socket.once(isSecure ? 'secureConnect' : 'connect', done);
  });
}

/** Without a length the pieces would be sent in chunks, which old servers do not read. */
function lengthOf(body: HttpExchange['body']): OutgoingHttpHeaders {
  if (body === undefined || typeof body === 'string') return {};
  return { 'content-length': body.reduce((sum, { length }) => sum + length, 0) };
}

function refusedAddress(url: URL, why: string): RemoteFailure {
  const flags = flagsFor(url, why);
  return failureAt(
    url,
    'ADDRESS_REFUSED',
    why,
    flags === '' ? {} : { hint: `to allow it: mcptui set url NAME URL ${flags}` },
  );
}

/** With the address before it, for people. */
function failureAt(url: URL, code: RemoteFailureCode, why: string, extras: RemoteFailureExtras = {}): RemoteFailure {
  return new RemoteFailure(code, `${shownUrl(url)}: ${why}`, { brief: why, bare: why, ...extras });
}

/** What OpenSSL says of a certificate that leads to no authority it knows. */
const UNTRUSTED = /^(UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|(DEPTH_ZERO_)?SELF_SIGNED_CERT)/;
const TRUST_HINT =
  'to trust its authority start the engine with NODE_EXTRA_CA_CERTS=FILE, or NODE_USE_SYSTEM_CA=1 for those of this machine';
const PROXY_HINT =
  'it is reached through the proxy that HTTPS_PROXY names: check that one, or name the host in NO_PROXY';

interface Circumstances {
  /** There was no connection yet. */
  readonly isUnsent: boolean;
  readonly isProxied: boolean;
}

function hintFor(errno: string, { isUnsent, isProxied }: Circumstances): string | undefined {
  if (UNTRUSTED.test(errno)) return TRUST_HINT;
  const isNameless = errno === 'ENOTFOUND' || errno === 'EAI_AGAIN';
  return isProxied && isUnsent && !isNameless ? PROXY_HINT : undefined;
}

function failureOf(error: Error, url: URL, circumstances: Circumstances): RemoteFailure {
  if (error instanceof RemoteFailure) return error;
  // Happy eyeballs gathers the failures of all addresses.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (inner instanceof RemoteFailure) return inner;
  const errno = errnoOf(inner) ?? errnoOf(error);
  const said = messageOf(inner).replace(/^\w+ (?=E[A-Z]+)/, '') || messageOf(error);
  // Node's own advice is of a flag that the operator does not give.
  const cause = said.replace(/; if the root CA .*/, '');
  const text = errno === undefined || cause.includes(errno) ? cause : `${errno}: ${cause}`;
  const hint = hintFor(errno ?? '', circumstances);
  return failureAt(url, 'UNREACHABLE', text, {
    cause: error,
    isUnsent: circumstances.isUnsent,
    ...(hint === undefined ? {} : { hint }),
  });
}

const REDIRECT_HINT = 'if that is where it is now: mcptui set url NAME URL';
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function redirectTarget(
  response: IncomingMessage,
  from: URL,
  method: string,
): { readonly url: URL } | { readonly refused: string; readonly bare?: string } | undefined {
  const { location } = response.headers;
  if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return undefined;
  const url = parseUrl(location, from.href);
  if (url === undefined) return { refused: 'it redirects to something that is not a URL' };
  // What the old URL does not hold is no secret of the operator, who has to know it.
  const known = new Set(from.pathname.split('/'));
  const shown = shownUrl(url, (part) => !known.has(part));
  if (url.origin !== from.origin) {
    return { refused: `it redirects to ${shown}, another origin`, bare: 'it redirects to another origin' };
  }
  // The others turn a request with a body into one without.
  const keepsMethod = response.statusCode === 307 || response.statusCode === 308;
  if (method !== 'GET' && !keepsMethod)
    return { refused: `it redirects to ${shown}: give that URL instead`, bare: 'it redirects elsewhere' };
  return { url };
}
