/** The engine on its socket: commands as REST, the view as a stream of lines, agents' stdio by upgrade. */
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { McptuiError, messageOf, toErrorJson } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { SessionIdentity } from '../../mcp/types.ts';
import type { LocalEngine } from '../engine.ts';
import { viewAsPatches } from '../view-state.ts';
import type { AuditEvent } from '../view.ts';
import { sessionIdentity } from './identity.ts';
import { STDIO_PATH, STDIO_PROTOCOL, STREAM_PATH, type StreamLine } from './protocol.ts';

/** A console that reads slower than this much behind is cut off; it attaches again and gets the whole view. */
const MAX_BEHIND_BYTES = 16 * 1024 * 1024;
const EVENTS_EVERY_MS = 100;

export function apiServer(engine: LocalEngine, clock: Clock, logger: Logger): HttpServer {
  // Loaded at the first request: agents and consoles' streams never need it, and an engine starts sooner without.
  let rest: ReturnType<typeof loadRest> | undefined;
  const loadRest = async () => (await import('./rest.ts')).restListener(engine, logger);
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url?.split('?')[0] === STREAM_PATH)
      serveStream(engine, clock, request, response);
    else void (rest ??= loadRest()).then((listener) => listener(request, response));
  });
  server.on('upgrade', (request, socket, head) => upgrade(engine, request, socket, head));
  server.on('clientError', (_error, socket) => socket.destroy());
  // Agents' sessions and consoles stay for days.
  server.requestTimeout = 0;
  server.headersTimeout = 10_000;
  return server;
}

function serveStream(engine: LocalEngine, clock: Clock, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  let waiting: AuditEvent[] = [];
  const send = (line: StreamLine): void => {
    if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
    else response.write(`${JSON.stringify(line)}\n`);
  };
  send({ type: 'patches', patches: viewAsPatches(engine.view()) });
  const unsubscribe = [
    engine.subscribe((_view, patches) => send({ type: 'patches', patches })),
    engine.onEvents((events) => {
      waiting.push(...events);
    }),
  ];
  const flush = (): void => {
    if (waiting.length > 0) {
      send({ type: 'events', events: waiting });
      waiting = [];
    }
    timer = clock.after(EVENTS_EVERY_MS, flush, { unref: true });
  };
  let timer = clock.after(EVENTS_EVERY_MS, flush, { unref: true });
  response.on('close', () => {
    timer.cancel();
    for (const stop of unsubscribe) stop();
  });
  request.on('error', () => response.destroy());
}

function upgrade(engine: LocalEngine, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  const url = new URL(request.url ?? '/', 'http://mcptui');
  if (url.pathname !== STDIO_PATH || request.headers.upgrade !== STDIO_PROTOCOL) {
    return refuse(socket, 404, new McptuiError('not-found', `no stream at ${url.pathname}`));
  }
  const named = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  let identity: SessionIdentity;
  try {
    const names = { project: named('project'), agent: named('agent'), personality: named('personality') };
    identity = sessionIdentity(engine.view(), names);
  } catch (error) {
    return refuse(socket, error instanceof McptuiError && error.code === 'invalid' ? 400 : 404, error);
  }
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${STDIO_PROTOCOL}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  engine.router.accept(socket, identity);
}

function refuse(socket: Duplex, status: number, error: unknown): void {
  const body = JSON.stringify({ error: toErrorJson(error) });
  socket.end(
    `HTTP/1.1 ${status} ${messageOf(error).replace(/[^\x20-\x7e]/g, '?')}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
