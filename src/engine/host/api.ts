/** Answers HTTP requests, on whatever the engine listens: commands as REST, the view as a stream of lines, agents' MCP. */
import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';
import { FOLDER_HEADER, folderHeader } from '../../kernel/engine-pointer.ts';
import { McptuiError, messageOf, toErrorJson } from '../../kernel/errors.ts';
import type { HttpEndpoint } from '../../mcp/downstream/http/http-endpoint.ts';
import type { SessionIdentity } from '../../mcp/types/session.ts';
import { requestUrl } from '../../kernel/url.ts';
import type { TokenScope } from '../access/tokens.ts';
import type { LocalEngine } from '../engine.ts';
import { sessionIdentity } from './identity.ts';
import { mcpProject, serveMcp, SOCKET_PRINCIPAL } from './mcp-path.ts';
import { STDIO_PATH, STDIO_PROTOCOL, STREAM_PATH } from './protocol.ts';
import { serveStream } from './view-stream.ts';

/** Who sends a request. */
export interface ApiCaller {
  readonly principal: string;
  /** May use the operator's API too. */
  readonly isOperator: boolean;
  /** The agents and projects that its sessions may name; absent, all. */
  readonly scope?: TokenScope;
  /** The operator that the audit log names; absent, the request says it. */
  readonly user?: string;
}

export type ApiListener = (request: IncomingMessage, response: ServerResponse, caller: ApiCaller) => void;

/** A head or a body that takes longer than this to arrive is given up: what is slow on purpose must not pile up. */
export const RECEIVE_TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 120_000, connectionsCheckingInterval: 5_000 };

export function apiListener(engine: LocalEngine, endpoint: HttpEndpoint, clock: Clock): ApiListener {
  // Loaded at the first request: agents and consoles' streams never need it, and an engine starts sooner without.
  let rest: ReturnType<typeof loadRest> | undefined;
  const loadRest = async () => (await import('./rest.ts')).restListener(engine);
  const answer: ApiListener = (request, response, caller) => {
    const url = requestUrl(request.url);
    if (url === undefined) return refuseRequest(response, 400, new McptuiError('invalid', 'the request names no path'));
    const project = mcpProject(url.pathname);
    if (project !== undefined) {
      const { principal, scope = {} } = caller;
      return serveMcp(endpoint, engine, { request, response, url }, { principal, project, scope });
    }
    if (!caller.isOperator && !url.pathname.startsWith('/api/')) {
      const hint = 'agents connect to /mcp or /mcp/PROJECT';
      return refuseRequest(response, 404, new McptuiError('not-found', `no ${url.pathname}`, { hint }));
    }
    if (!caller.isOperator) {
      return refuseRequest(response, 403, new McptuiError('denied', `this token is for /mcp, not for ${url.pathname}`));
    }
    if (request.method === 'GET' && url.pathname === STREAM_PATH) return serveStream(engine, clock, request, response);
    (rest ??= loadRest())
      .then((listener) => listener(request, response, caller.user))
      .catch((error: unknown) => failed(error, response));
  };
  const failed = (error: unknown, response: ServerResponse): void => {
    engine.bugs.report('a request over HTTP', error);
    if (response.headersSent) response.destroy();
    else
      refuseRequest(
        response,
        500,
        new McptuiError('unavailable', 'mcptui failed to answer; `mcptui get audit --kind bug` says where'),
      );
  };
  return (request, response, caller) => {
    try {
      answer(request, response, caller);
    } catch (error) {
      failed(error, response);
    }
  };
}

/** Whoever can open the engine's socket is its operator. */
export function socketServer(engine: LocalEngine, listener: ApiListener): HttpServer {
  const caller: ApiCaller = { principal: SOCKET_PRINCIPAL, isOperator: true };
  const dataDir = (): string => engine.view().info.dataDir;
  const server = createServer(RECEIVE_TIMEOUTS, (request, response) => {
    if (!isMeant(request, dataDir)) return refuseRequest(response, MISDIRECTED, otherFolder(dataDir()));
    listener(request, response, caller);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      if (!isMeant(request, dataDir)) return refuse(socket, MISDIRECTED, otherFolder(dataDir()));
      upgrade(engine, request, socket, head);
    } catch (error) {
      refuse(
        socket,
        500,
        new McptuiError('unavailable', 'mcptui failed to open the stream; `mcptui get audit --kind bug` says where'),
      );
      engine.bugs.report('an upgrade of a connection', error);
    }
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

/** A socket's path may have been another folder's before: who looks for that one is not served from this one. */
function isMeant(request: IncomingMessage, dataDir: () => string): boolean {
  const named = request.headers[FOLDER_HEADER];
  return typeof named !== 'string' || named === folderHeader(dataDir()) || isSameFolder(named, dataDir());
}

/** By another path: a link leads there. */
function isSameFolder(named: string, dataDir: string): boolean {
  try {
    const [one, other] = [statSync(decodeURIComponent(named)), statSync(dataDir)];
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}

const MISDIRECTED = 421;

const PEER_CHARS = 32;

function otherFolder(dataDir: string): McptuiError {
  return new McptuiError('not-found', `this is the engine of ${dataDir}`);
}

function upgrade(engine: LocalEngine, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const url = requestUrl(request.url);
  if (url?.pathname !== STDIO_PATH || request.headers.upgrade !== STDIO_PROTOCOL) {
    return refuse(
      socket,
      404,
      new McptuiError('not-found', `no stream at ${url?.pathname ?? 'an address that is none'}`),
    );
  }
  const named = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  let identity: SessionIdentity;
  try {
    const names = { project: named('project'), agent: named('agent'), personality: named('personality') };
    const peer = proxyPeer(named('proxy'));
    identity = { ...sessionIdentity(engine.view(), names), ...(peer === undefined ? {} : { peer }) };
  } catch (error) {
    if (!(error instanceof McptuiError)) throw error;
    return refuse(socket, error.code === 'invalid' ? 400 : 404, error);
  }
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${STDIO_PROTOCOL}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  engine.router.agents.accept(socket, identity);
}

/** Of a proxy that names itself. */
function proxyPeer(id: string | undefined): string | undefined {
  if (id === undefined || id.length < 16 || id.length > 64) return undefined;
  return `proxy:${hash('sha256', id).slice(0, PEER_CHARS)}`;
}

function refuse(socket: Duplex, status: number, error: unknown): void {
  const body = JSON.stringify({ error: toErrorJson(error) });
  socket.end(
    `HTTP/1.1 ${status} ${messageOf(error).replace(/[^\x20-\x7e]/g, '?')}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function refuseRequest(response: ServerResponse, status: number, error: Error): void {
  const body = JSON.stringify({ error: toErrorJson(error) });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
