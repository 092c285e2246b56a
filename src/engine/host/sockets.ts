/** Serves the engine's two sockets: the operators' one, whose owner may do everything, and the agents' one. */
import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';
import { FOLDER_HEADER, folderHeader } from '../../kernel/engine-pointer.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { requestUrl } from '../../kernel/url.ts';
import type { AccessTokens } from '../access/tokens.ts';
import type { LocalEngine } from '../engine.ts';
import { RECEIVE_TIMEOUTS, type ApiListener } from './api.ts';
import { bearerOf } from './bearer.ts';
import { refuseRequest, refuseUpgrade, SOCKET_OWNER, tokenCaller, type ApiCaller } from './caller.ts';
import { launchedIdentity } from './mcp-path.ts';
import { STDIO_PATH, STDIO_PROTOCOL } from './protocol.ts';

const MISDIRECTED = 421;
const PEER_CHARS = 32;

/** Whoever can open it is the operator. */
export function operatorsServer(engine: LocalEngine, listener: ApiListener): HttpServer {
  const server = createServer(RECEIVE_TIMEOUTS, (request, response) => {
    if (!isMeant(engine, request)) return refuseRequest(response, MISDIRECTED, otherFolder(engine));
    listener(request, response, SOCKET_OWNER, 'operators');
  });
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    const hint = 'agents connect to agents.sock beside it, as mcptui proxy does';
    refuseUpgrade(socket, 404, new McptuiError('not-found', "no stream on the operators' socket", { hint }));
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

export interface AgentsDoor {
  readonly engine: LocalEngine;
  readonly listener: ApiListener;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
}

/** Serves MCP alone. A ticket or token proves who comes; without one it is whoever it says, which proves nothing. */
export function agentsServer(door: AgentsDoor): HttpServer {
  const { engine, listener } = door;
  const server = createServer(RECEIVE_TIMEOUTS, (request, response) => {
    if (!isMeant(engine, request)) return refuseRequest(response, MISDIRECTED, otherFolder(engine));
    const answer = async (): Promise<void> => {
      const caller = await callerOf(door, request);
      if (caller instanceof McptuiError) return refuseRequest(response, 401, caller);
      listener(request, response, caller, 'agents');
    };
    unawaited(answer(), (error) => {
      engine.bugs.report('a request of an agent', error);
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    unawaited(upgrade(door, { request, socket, head }), (error) => {
      refuseUpgrade(
        socket,
        500,
        new McptuiError('unavailable', 'mcptui failed to open the stream; `mcptui get audit --kind bug` says where'),
      );
      engine.bugs.report('an upgrade of a connection', error);
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

async function callerOf({ tokens, clock }: AgentsDoor, request: IncomingMessage): Promise<ApiCaller | McptuiError> {
  const { authorization } = request.headers;
  if (authorization === undefined) return {};
  const found = await bearerOf(tokens, authorization, clock.now());
  return found instanceof McptuiError ? found : tokenCaller(found);
}

/** A socket's path may have been another folder's before: who looks for that one is not served from this one. */
function isMeant(engine: LocalEngine, request: IncomingMessage): boolean {
  const named = request.headers[FOLDER_HEADER];
  if (typeof named !== 'string') return true;
  const { dataDir } = engine.view().info;
  return named === folderHeader(dataDir) || isSameFolder(named, dataDir);
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

function otherFolder(engine: LocalEngine): McptuiError {
  return new McptuiError('not-found', `this is the engine of ${engine.view().info.dataDir}`);
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

async function upgrade(door: AgentsDoor, { request, socket, head }: Upgrade): Promise<void> {
  const { engine } = door;
  if (!isMeant(engine, request)) return refuseUpgrade(socket, MISDIRECTED, otherFolder(engine));
  const url = requestUrl(request.url);
  if (url?.pathname !== STDIO_PATH || request.headers.upgrade !== STDIO_PROTOCOL) {
    const where = url?.pathname ?? 'an address that is none';
    return refuseUpgrade(socket, 404, new McptuiError('not-found', `no stream at ${where}`));
  }
  socket.pause();
  const caller = await callerOf(door, request);
  if (caller instanceof McptuiError) return refuseUpgrade(socket, 401, caller);
  const named = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  try {
    const names = { project: named('project'), agent: named('agent'), personality: named('personality') };
    const peer = proxyPeer(named('proxy'));
    const identity = { ...launchedIdentity(engine, caller, names), ...(peer === undefined ? {} : { peer }) };
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${STDIO_PROTOCOL}\r\n\r\n`);
    if (head.length > 0) socket.unshift(head);
    engine.router.agents.accept(socket, identity);
    socket.resume();
  } catch (error) {
    if (!(error instanceof McptuiError)) throw error;
    refuseUpgrade(socket, error.code === 'invalid' ? 400 : error.code === 'denied' ? 403 : 404, error);
  }
}

/** Of a proxy that names itself. */
function proxyPeer(id: string | undefined): string | undefined {
  if (id === undefined || id.length < 16 || id.length > 64) return undefined;
  return `proxy:${hash('sha256', id).slice(0, PEER_CHARS)}`;
}
