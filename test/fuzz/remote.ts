/** A remote server that is hostile in ways that its seed chooses: statuses, types, cut bodies, streams that never end. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '../support/builders/random.ts';
import { broken, jsonFrom, textFrom } from './values.ts';

export interface HostileRemote {
  readonly url: string;
  close(): Promise<void>;
}

export async function hostileRemote(random: Random): Promise<HostileRemote> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => serve(random, request.method ?? '', body, response));
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/mcp`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function serve(random: Random, method: string, body: string, response: ServerResponse): void {
  if (random.below(20) === 0) return void response.destroy();
  if (random.below(15) === 0) {
    const status = random.pick([204, 301, 307, 400, 401, 403, 404, 405, 429, 500, 503, 599]);
    const headers: Record<string, string> = {
      location: random.pick(['http://169.254.169.254/latest', '/mcp', 'http://[', '//']),
      'www-authenticate': `Bearer resource_metadata="${random.pick(['http://127.0.0.1:1/x', 'nonsense', ''])}"`,
      'retry-after': random.pick(['0', '1', 'Fri, 31 Dec 1999 23:59:59 GMT', 'x']),
    };
    return void response.writeHead(status, headers).end(textFrom(random).slice(0, 200));
  }
  if (method !== 'POST') return void response.writeHead(random.pick([405, 404, 200])).end();
  let message: { id?: unknown; method?: string; params?: { protocolVersion?: string } };
  try {
    message = JSON.parse(body) as typeof message;
  } catch {
    return void response.writeHead(400).end();
  }
  if (message.id === undefined || message.method === undefined) return void response.writeHead(202).end();
  const line = `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":${resultFor(random, message)}}`;
  const said = random.below(8) === 0 ? broken(random, line) : line;
  if (random.below(2) === 0) {
    const type =
      random.below(10) === 0 ? random.pick(['text/html', 'application/json; charset=utf-16', '']) : 'application/json';
    response.writeHead(200, { 'content-type': type, ...(random.below(2) === 0 ? { 'mcp-session-id': 'abc' } : {}) });
    if (random.below(15) === 0) return void response.write(said.slice(0, 5), () => response.destroy());
    return void response.end(said);
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let count = random.below(5); count > 0; count -= 1) {
    response.write(
      random.pick([
        ': ping\n\n',
        'event: x\ndata: 1\n\n',
        'data: {\n\n',
        'id: \u0000\n\n',
        'retry: -1\n\n',
        `data: ${jsonFrom(random).replaceAll('\n', ' ')}\n\n`,
      ]),
    );
  }
  response.write(`data: ${said.replaceAll('\n', ' ')}\n\n`);
  if (random.below(4) > 0) response.end();
}

function resultFor(
  random: Random,
  { method, params }: { method?: string; params?: { protocolVersion?: string } },
): string {
  if (method === 'initialize') {
    const capabilities = random.below(8) === 0 ? jsonFrom(random) : '{"tools":{}}';
    return `{"protocolVersion":${JSON.stringify(params?.protocolVersion)},"capabilities":${capabilities},"serverInfo":{"name":"r","version":"1"}}`;
  }
  if (method === 'tools/list') return `{"tools":[{"name":"t0","inputSchema":{"type":"object"}},${jsonFrom(random)}]}`;
  return random.below(3) === 0 ? jsonFrom(random) : '{"content":[]}';
}
