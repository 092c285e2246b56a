/** Serves the same HTTP on a loopback port, for clients that cannot open a Unix socket: with a token, and never for a page in a browser. */
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bugs } from '../../kernel/bugs.ts';
import { errnoOf, McptuiError, messageOf } from '../../kernel/errors.ts';
import { hostRefusal, originRefusal } from '../../mcp/downstream/http/checks.ts';
import { refuse, type Refusal } from '../../mcp/downstream/http/refusal.ts';
import { requestUrl } from '../../kernel/url.ts';
import { defined } from '../../kernel/defined.ts';
import type { Clock } from '../../kernel/clock.ts';
import { tokenPrincipal, type AccessTokens } from '../access/tokens.ts';
import { RECEIVE_TIMEOUTS, type ApiListener } from './api.ts';
import { bearerOf } from './bearer.ts';
import { refuseRequest, tokenCaller } from './caller.ts';
import { ConnectionCap } from './connection-cap.ts';
import { API_PATH } from './protocol.ts';
import { httpAddress, type ListenAddress } from './listen-address.ts';

const MAX_CONNECTIONS = 512;

const LAST_ANSWER_MS = 100;

/** Longer than any client keeps an unused connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 75_000;

export interface TcpOptions {
  readonly address: ListenAddress;
  readonly clock: Clock;
  readonly tokens: AccessTokens;
  readonly listener: ApiListener;
  readonly bugs: Bugs;
  readonly maxConnections?: number;
}

export interface TcpServer {
  /** With the port that was taken. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws McptuiError `conflict` when the port is taken, `unavailable` */
export async function listenTcp(options: TcpOptions): Promise<TcpServer> {
  const cap = new ConnectionCap(options.maxConnections ?? MAX_CONNECTIONS);
  const server = createServer({ ...RECEIVE_TIMEOUTS, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void serve(options, cap, request, response).catch((error: unknown) => {
      options.bugs.report('a request over TCP', error);
      refuse(response, { status: 500, message: 'mcptui failed to answer; its log says why' });
    });
  });
  server.on('connection', (socket) => cap.add(socket));
  // What a token has opened does not outlive it.
  const unwatch = options.tokens.onGone((name) => {
    // The answer to who has rotated its own token leaves first; every new request is refused already.
    options.clock.after(LAST_ANSWER_MS, () => cap.closeAllOf(tokenPrincipal(name)), { unref: true });
  });
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('clientError', (error, socket) => {
    if (errnoOf(error) === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.writable) {
      socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
    } else {
      socket.destroy();
    }
  });
  await listen(server, options.address);
  const { port } = server.address() as AddressInfo;
  return {
    url: httpAddress({ host: options.address.host, port }),
    close: () =>
      new Promise((resolve) => {
        unwatch();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  { tokens, listener, clock }: TcpOptions,
  cap: ConnectionCap,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers } = request;
  const foreign = hostRefusal(headers) ?? originRefusal(headers);
  if (foreign !== undefined) return turnAway(response, foreign);
  const token = await bearerOf(tokens, headers.authorization, clock.now());
  if (token instanceof McptuiError) return turnAway(response, unauthorized(token, headers.authorization));
  if (token.isTicket === true) return turnAway(response, ticketOnTcp);
  const { socket } = request;
  const principal = tokenPrincipal(token.name);
  if (cap.isOverShare(socket, principal)) return turnAway(response, tooManyConnections);
  cap.begin(socket, principal);
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) cap.received(socket);
  else request.once('end', () => cap.received(socket));
  response.once('close', () => cap.end(socket));
  listener(request, response, tokenCaller(token), 'tcp');
}

/** In the words of what was asked for: an agent's client shows errors of JSON-RPC, a program reads those of the API. */
function turnAway(response: ServerResponse, refusal: Refusal): void {
  if (requestUrl(response.req.url)?.pathname.startsWith(API_PATH) !== true) return refuse(response, refusal);
  const { status, message, hint, headers } = refusal;
  const code = status === 503 ? 'unavailable' : 'denied';
  refuseRequest(response, status, new McptuiError(code, message, defined({ hint })), headers);
}

const ticketOnTcp: Refusal = {
  status: 403,
  message: "a ticket is for the agents' socket: over TCP use a token (mcptui create token)",
};

const tooManyConnections: Refusal = {
  status: 503,
  message: 'this token uses half of all connections: close one first',
  headers: { 'retry-after': '10' },
};

function unauthorized(error: McptuiError, authorization: string | undefined): Refusal {
  const why = authorization === undefined ? '' : ', error="invalid_token"';
  return {
    status: 401,
    message: error.message,
    ...defined({ hint: error.hint }),
    headers: { 'www-authenticate': `Bearer realm="mcptui"${why}` },
  };
}

async function listen(server: HttpServer, { host, port }: ListenAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const code = errnoOf(error) === 'EADDRINUSE' ? 'conflict' : 'unavailable';
      const where = httpAddress({ host, port });
      reject(
        new McptuiError(code, `cannot listen on ${where}: ${errnoOf(error) ?? messageOf(error)}`, { cause: error }),
      );
    });
    server.listen({ host, port, exclusive: true }, resolve);
  });
}
