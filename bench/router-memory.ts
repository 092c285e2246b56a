/** Run with --expose-gc: what idle upstreams and sessions cost, on in-memory streams. Prints one line of JSON. */
import { duplexPair, type Duplex } from 'node:stream';
import { systemClock } from '../src/kernel/clock.ts';
import { ulidIds } from '../src/kernel/ids.ts';
import { silentLogger } from '../src/kernel/log.ts';
import { createRouter } from '../src/mcp/index.ts';
import { noop, silentObserver } from './silent-observer.ts';

const router = createRouter({
  clock: systemClock,
  ids: ulidIds(systemClock),
  logger: silentLogger,
  observer: silentObserver,
});
const collect = globalThis.gc ?? noop;

const tools = (server: number): object[] =>
  Array.from({ length: 10 }, (_, index) => ({
    name: `tool-${index}`,
    description: `Tool ${index} of server ${server}, with a description as long as most have, of about a hundred characters.`,
    inputSchema: { type: 'object', properties: { path: { type: 'string' }, limit: { type: 'number' } } },
  }));

function answerAll(stream: Duplex, server: number): void {
  stream.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString('utf8').split('\n')) {
      if (line === '') continue;
      const { id, method } = JSON.parse(line) as { id?: number; method: string };
      if (id === undefined) continue;
      const info = {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 's', version: '1' },
      };
      const result =
        method === 'initialize' ? info : method === 'tools/list' ? { tools: tools(server) } : { content: [] };
      stream.write(`${JSON.stringify({ result, jsonrpc: '2.0', id })}\n`);
    }
  });
}

async function connect(server: number): Promise<void> {
  const [ours, theirs] = duplexPair();
  answerAll(theirs, server);
  const never = new AbortController().signal;
  await router.servers.connect({ id: `i${server}`, server: `s${server}` }, { input: ours, output: ours }, 5_000, never);
}

const agents: Duplex[] = [];

/** An agent that has listed the tools and called one of each server named. */
async function attach(servers: readonly number[]): Promise<void> {
  const [ours, theirs] = duplexPair();
  agents.push(theirs);
  router.agents.accept(ours, { project: 'p' });
  let lines = 0;
  const wanted = servers.length + 1;
  const done = new Promise<void>((resolve) => {
    theirs.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 10) lines += 1;
      if (lines >= wanted) resolve();
    });
  });
  theirs.write(
    '{"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}},"jsonrpc":"2.0","id":0}\n',
  );
  for (const server of servers) {
    theirs.write(`{"method":"tools/call","params":{"name":"s${server}__tool-1"},"jsonrpc":"2.0","id":${server + 1}}\n`);
  }
  await done;
}

async function settled(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024;
}

/** What the streams of the bench itself cost, apart from the router. */
async function pairKib(count: number): Promise<number> {
  const before = await settled();
  const kept = Array.from({ length: count }, () => {
    const [a, b] = duplexPair();
    a.on('data', noop).write('x');
    b.on('data', noop).write('x');
    return [a, b];
  });
  const used = (await settled()) - before;
  return used / kept.length;
}

const servers = 50;
router.servers.setServers(
  Array.from({ length: servers }, (_, index) => ({ name: `s${index}`, project: 'p', prefix: `s${index}` })),
);
const streamKib = await pairKib(200);
const empty = await settled();
for (let server = 0; server < servers; server += 1) await connect(server);
const connected = await settled();
await attach([0]);
const one = await settled();
for (let session = 0; session < 49; session += 1) await attach([0]);
const attached = await settled();
const all = Array.from({ length: servers }, (_, index) => index);
const beganMs = performance.now();
for (let session = 0; session < 50; session += 1) await attach(all);
const manyMs = performance.now() - beganMs;
await settled();
console.log(
  JSON.stringify({
    upstreamKib: (connected - empty) / servers - streamKib,
    sessionKib: (attached - one) / 49 - streamKib,
    manyMs,
    rssMib: process.memoryUsage().rss / 1024 / 1024,
  }),
);
await router.close();
for (const agent of agents) agent.destroy();
