/** Every connection to an instance keeps the contract of one: over stdio, over both ways of HTTP, and of 2026-07-28. */
import { PassThrough } from 'node:stream';
import type { JsonObject } from '../../../src/kernel/json.ts';
import type { Connection, ConnectionOptions, Upstream } from '../../../src/mcp/upstream/upstream.ts';
import { ModernUpstream } from '../../../src/mcp/upstream/modern/modern-upstream.ts';
import { RemoteUpstream } from '../../../src/mcp/upstream/remote/remote-upstream.ts';
import { StdioUpstream } from '../../../src/mcp/upstream/stdio-upstream.ts';
import { upstreamContract, type OpenedUpstream } from '../../contracts/upstream-contract.ts';
import { sseWay, streamableWay, type RemoteWay } from '../../support/fakes/remote-way.ts';
import type { Message } from '../../support/worlds/peer.ts';
import { until } from '../../support/until.ts';

const info = (protocolVersion: string, capabilities: JsonObject = {}) => ({
  protocolVersion,
  serverInfo: { name: 'played', version: '1' },
  capabilities,
});

/** A server behind two pipes. */
function onPipes(options: ConnectionOptions, wrap: (inner: Connection) => Upstream, version: string): OpenedUpstream {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const received: Message[] = [];
  let rest = '';
  input.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) received.push(JSON.parse(line) as Message);
  });
  const upstream = wrap(new StdioUpstream({ input, output }, options));
  upstream.begin(info(version));
  const sayRaw = (text: string): void => void output.write(`${text}\n`);
  return {
    upstream,
    received: () => received,
    answer: ({ id }, response) => sayRaw(JSON.stringify({ jsonrpc: '2.0', id, ...response })),
    say: (message) => sayRaw(JSON.stringify(message)),
    sayRaw,
    die: () => Promise.resolve(void output.end()),
    close: () => Promise.resolve(),
  };
}

async function remote(
  options: ConnectionOptions,
  transport: 'streamable-http' | 'sse',
  way: RemoteWay,
  wrap?: (inner: Connection) => Upstream,
): Promise<OpenedUpstream> {
  // What is asked of it waits for the test; the rest is taken.
  way.on = (posted) => {
    const { method } = posted.message;
    if (method === 'subscriptions/listen') posted.stream();
    else if (method !== 'tools/call') posted.answer();
  };
  const inner = new RemoteUpstream(
    { url: way.url, transport, headers: {}, allowPrivate: true, auth: undefined },
    options,
  );
  const upstream = wrap?.(inner) ?? inner;
  // A server of 2026-07-28 says nothing by itself but to who listens to changes.
  const modernInfo = info('2026-07-28', { tools: { listChanged: true } });
  upstream.begin(wrap === undefined ? info('2025-11-25') : modernInfo);
  await until(() => way.canSay(), 'a stream of the server');
  return {
    upstream,
    received: () => way.posted.map(({ message }) => message),
    answer: ({ id }, response) => way.posted.find(({ message }) => message['id'] === id)?.answer(response),
    say: (message) => way.sayRaw(JSON.stringify(message)),
    sayRaw: (text) => way.sayRaw(text),
    die: () => way.close(),
    close: () => way.close(),
  };
}

upstreamContract('stdio', { open: (options) => Promise.resolve(onPipes(options, (inner) => inner, '2025-11-25')) });

upstreamContract('Streamable HTTP', {
  open: async (options) => remote(options, 'streamable-http', await streamableWay()),
});

upstreamContract('HTTP with SSE', { open: async (options) => remote(options, 'sse', await sseWay()) });

const modern =
  ({ clock }: ConnectionOptions) =>
  (inner: Connection): Upstream =>
    new ModernUpstream(inner, { clock, capabilities: {} });

upstreamContract('2026-07-28 over Streamable HTTP', {
  refusesRequests: true,
  open: async (options) => remote(options, 'streamable-http', await streamableWay(), modern(options)),
});

upstreamContract('2026-07-28 over stdio', {
  refusesRequests: true,
  open: (options) => Promise.resolve(onPipes(options, modern(options), '2026-07-28')),
});
