/** Requests over HTTP that clients should not send: odd heads, odd bodies, odd paths, half of them cut off. */
import { connect } from 'node:net';
import type { Random } from '../support/builders/random.ts';
import { broken, jsonFrom, textFrom } from './values.ts';

const targets = [
  '/mcp',
  '/mcp/default',
  '/mcp/',
  '//',
  '/mcp//',
  '/api/v1/view',
  '/%',
  '/mcp/%ff',
  'http://[',
  '*',
  '/mcp/default?agent=%00',
  '/sse',
  '/mcp-stdio',
];

/** Sends one request and waits for the end of what comes; resolves with the status, 0 for none. */
export function rawRequest(random: Random, port: number, token: string): Promise<number> {
  const line = `{"jsonrpc":"2.0","id":1,"method":${JSON.stringify(random.pick(['initialize', 'tools/call', 'ping', textFrom(random)]))},"params":${jsonFrom(random)}}`;
  const body = random.below(2) === 0 ? line : broken(random, line);
  const method = random.pick(['POST', 'POST', 'POST', 'GET', 'DELETE', 'PUT', 'OPTIONS']);
  const heads = [
    `Host: ${random.pick(['127.0.0.1', 'localhost', 'evil.example'])}`,
    `Authorization: Bearer ${random.below(10) === 0 ? 'wrong' : token}`,
    `Accept: ${random.pick(['application/json, text/event-stream', 'application/json', 'text/event-stream', '*/*', 'x'])}`,
    `Content-Type: ${random.pick(['application/json', 'application/json', 'text/plain'])}`,
    `Content-Length: ${random.below(12) === 0 ? random.pick(['-1', '99999999999', 'x', '1']) : Buffer.byteLength(body)}`,
    `Mcp-Session-Id: ${random.pick(['abc', 'x'.repeat(5_000), '1'])}`,
    `MCP-Protocol-Version: ${random.pick(['2025-11-25', '2026-07-28', '2099-01-01', ''])}`,
    `Last-Event-ID: ${random.pick(['0-0', '1-99999', 'x'])}`,
    `Connection: ${random.pick(['close', 'keep-alive', 'Upgrade\r\nUpgrade: mcptui-stdio'])}`,
  ].filter((head) => head.startsWith('Host') || random.below(4) > 0);
  const text = `${method} ${random.pick(targets)} HTTP/1.1\r\n${heads.join('\r\n')}\r\n\r\n${body}`;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0));
    };
    const timer = setTimeout(done, 300);
    socket.on('error', done).on('close', done);
    socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece.slice(0, 2_000)));
    socket.write(random.below(10) === 0 ? text.slice(0, random.below(text.length)) : text);
  });
}
