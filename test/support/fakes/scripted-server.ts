/** An MCP server over HTTP that answers as the test says, rightly or not. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../worlds/certificate.ts';
import type { Message } from '../worlds/peer.ts';

export interface Exchange {
  readonly method: string;
  /** JSON-RPC's, or HTTP's when there is no message. */
  readonly name: string;
  readonly message: Message | undefined;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  readonly url: string;
  readonly response: ServerResponse;
  readonly json: (result: Message) => void;
  /** Opens an event stream and sends `events`; it stays open. */
  readonly stream: (...events: string[]) => void;
}

/** True when it has answered; else the built-in answers come. */
export type Script = (exchange: Exchange) => boolean | void;

export class ScriptedServer {
  /** Everything asked, in order. */
  readonly seen: Exchange[] = [];
  script: Script = () => false;
  /** Given out at `initialize` and wanted from then on. */
  sessionId: string | undefined;
  readonly #http: Server;
  readonly #scheme: 'http' | 'https';

  private constructor(secure?: Certificate) {
    const listener: RequestListener = (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => this.#answer(request, response, body));
    };
    this.#scheme = secure === undefined ? 'http' : 'https';
    this.#http = secure === undefined ? createServer(listener) : createSecureServer(secure, listener);
  }

  static async start(port = 0, secure?: Certificate): Promise<ScriptedServer> {
    const server = new ScriptedServer(secure);
    await new Promise<void>((resolve) => server.#http.listen(port, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}/mcp`;
  }

  named(name: string): Exchange[] {
    return this.seen.filter((exchange) => exchange.name === name);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const isJson = request.headers['content-type']?.startsWith('application/json') === true;
    const message = isJson && body !== '' ? (JSON.parse(body) as Message) : undefined;
    const method = request.method ?? '';
    const exchange: Exchange = {
      method,
      name: (message?.['method'] as string | undefined) ?? method,
      message,
      body,
      headers: request.headers,
      url: request.url ?? '',
      response,
      json: (result) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: message?.['id'], result }));
      },
      stream: (...events) => {
        if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of events) response.write(`${event}\n\n`);
      },
    };
    this.seen.push(exchange);
    response.on('error', () => undefined);
    if (this.script(exchange) === true) return;
    this.#builtIn(exchange);
  }

  #builtIn({ method, name, message, headers, response, json }: Exchange): void {
    const isWrong = this.sessionId !== undefined && headers['mcp-session-id'] !== this.sessionId;
    if (method !== 'POST') return void response.writeHead(405).end();
    if (name !== 'initialize' && isWrong) return void response.writeHead(404).end();
    if (message?.['id'] === undefined || message['method'] === undefined) return void response.writeHead(202).end();
    const params = (message['params'] ?? {}) as Message;
    if (name === 'initialize') {
      if (this.sessionId !== undefined) response.setHeader('mcp-session-id', this.sessionId);
      return json({
        protocolVersion: '2025-11-25',
        capabilities: { tools: {}, resources: { subscribe: true }, logging: {} },
        serverInfo: { name: 'scripted', version: '1' },
      });
    }
    if (name === 'tools/list') return json({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] });
    if (name === 'resources/list') return json({ resources: [{ uri: 'x://1', name: 'one' }] });
    if (name === 'resources/templates/list') return json({ resourceTemplates: [] });
    if (name === 'tools/call') {
      return json({ content: [{ type: 'text', text: JSON.stringify(params['arguments'] ?? {}) }] });
    }
    json({});
  }
}

/** A JSON-RPC message as an event. */
export function event(message: Message, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}`;
}
