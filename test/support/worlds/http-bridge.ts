// oxlint-disable unicorn/prefer-add-event-listener -- the SDK's transports are no event targets
/** Streamable HTTP in front of a stdio command, one process a session: what lets HTTP-only tools test `mcptui proxy`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

export interface HttpBridge {
  readonly url: string;
  close(): Promise<void>;
}

export interface BridgeOptions {
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** A call of this tool has its stream closed before the answer, which the client then fetches by reconnecting. */
  readonly closeStreamOf?: string;
}

export async function startHttpBridge(options: BridgeOptions): Promise<HttpBridge> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  /** Also those of requests that never became a session. */
  const children = new Set<ChildProcess>();
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (typeof id === 'string' && known === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } }));
      return;
    }
    const transport = known ?? (await openSession());
    await transport.handleRequest(request, response, body);
  }

  async function openSession(): Promise<StreamableHTTPServerTransport> {
    const { port } = server.address() as AddressInfo;
    const [command = '', ...args] = options.command;
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: options.env ?? process.env });
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
      eventStore: memoryEvents(),
      retryInterval: 200,
      enableDnsRebindingProtection: true,
      allowedHosts: [`127.0.0.1:${port}`, `localhost:${port}`],
      allowedOrigins: [`http://127.0.0.1:${port}`, `http://localhost:${port}`],
    });
    const inFlight = new Map<RequestId, unknown>();
    transport.onmessage = (message, extra) => {
      if ('method' in message && 'id' in message) {
        inFlight.set(message.id, message.params?._meta?.progressToken);
        if (message.method === 'tools/call' && message.params?.['name'] === options.closeStreamOf)
          extra?.closeSSEStream?.();
      }
      child.stdin?.write(`${JSON.stringify(message)}\n`);
    };
    transport.onclose = () => child.stdin?.end();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as JSONRPCMessage;
      const related = relatedTo(message, inFlight);
      if (!('method' in message) && message.id !== undefined) inFlight.delete(message.id);
      void transport.send(message, related === undefined ? {} : { relatedRequestId: related }).catch(() => undefined);
    });
    children.add(child);
    child.once('exit', () => {
      children.delete(child);
      void transport.close();
    });
    await transport.start();
    return transport;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async close() {
      const ended = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of children) child.stdin?.end();
      await Promise.all(ended);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The POST on whose stream a message belongs: the call that asked for this progress, else the newest call in flight. */
function relatedTo(message: JSONRPCMessage, inFlight: ReadonlyMap<RequestId, unknown>): RequestId | undefined {
  if (!('method' in message)) return undefined;
  const token = message.method === 'notifications/progress' ? message.params?.['progressToken'] : undefined;
  const owner = token === undefined ? undefined : [...inFlight].find(([, own]) => own === token)?.[0];
  return owner ?? [...inFlight.keys()].at(-1);
}

function memoryEvents(): EventStore {
  const events: { readonly id: string; readonly stream: string; readonly message: JSONRPCMessage }[] = [];
  return {
    storeEvent(stream, message) {
      const id = `${stream}_${events.length}`;
      events.push({ id, stream, message });
      return Promise.resolve(id);
    },
    getStreamIdForEventId: (id) => Promise.resolve(events.find((event) => event.id === id)?.stream),
    async replayEventsAfter(lastId, { send }) {
      const from = events.findIndex((event) => event.id === lastId);
      const stream = events[from]?.stream ?? '';
      for (const event of events.slice(from + 1)) if (event.stream === stream) await send(event.id, event.message);
      return stream;
    },
  };
}
