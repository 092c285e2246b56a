/** Streams of remote servers that are half open: nothing comes, and nothing says so. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { eventually, Harness } from '../../../support/worlds/mcp-harness.ts';
import { ScriptedServer, event, type Exchange } from '../../../support/fakes/scripted-server.ts';

describe('30. remote upstreams: a stream that has fallen silent', () => {
  let clock: FakeClock;
  let harness: Harness;
  let server: ScriptedServer;

  beforeEach(async () => {
    clock = new FakeClock();
    harness = new Harness({ clock });
    server = await ScriptedServer.start();
  });
  afterEach(async () => {
    await harness.close();
    await server.close();
  });

  const probe = (): Promise<unknown> =>
    harness.router.servers.probe('far-1', { timeoutMs: 60_000 }, new AbortController().signal);

  it('is opened again within 90 s', async () => {
    const streams: Exchange[] = [];
    server.script = (exchange) => {
      if (exchange.method !== 'GET') return false;
      streams.push(exchange);
      exchange.stream(': open');
      return true;
    };
    await harness.remote('far', server.url);
    await eventually(() => streams.length === 1, 'the stream');
    let passedMs = 0;
    for (; streams.length === 1 && passedMs < 90_000; passedMs += 5_000) {
      await clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => streams.length === 2, 'the stream again');
    expect(passedMs).toBeGreaterThanOrEqual(60_000);
  });

  it('is opened again also where the server still thinks that the old one is open', async () => {
    const asked = (): number => server.named('GET').length;
    server.script = ({ method, stream, response }) => {
      if (method !== 'GET') return false;
      if (asked() === 2) response.writeHead(409).end('Conflict: Only one SSE stream is allowed per session');
      else stream(': open');
      return true;
    };
    await harness.remote('far', server.url);
    await eventually(() => asked() === 1, 'the stream');
    for (let n = 0; n < 40 && asked() < 3; n += 1) {
      await clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => asked() === 3, 'the stream, a third time');
    expect(server.named('initialize')).toHaveLength(1);
  });

  it('matters less: tools that a probe finds changed are read again and told', async () => {
    let tool = 't0';
    server.script = ({ name, json }) => {
      if (name !== 'tools/list') return false;
      json({ tools: [{ name: tool, inputSchema: { type: 'object' } }] });
      return true;
    };
    await harness.remote('far', server.url);
    await eventually(() => harness.observed.tools.length > 0, 'its tools');
    await probe();
    const known = harness.observed.tools.length;
    await probe();
    tool = 't1';
    await probe();
    await eventually(() => harness.observed.tools.length > known, 'other tools');
    expect(harness.observed.tools.at(-1)?.names).toEqual(['t1']);
  });

  it('of the older protocol is asked by a ping, and begun anew when that brings nothing', async () => {
    let sender: Exchange | undefined;
    let isFrozen = false;
    server.script = (exchange) => {
      const { method, message, response, stream } = exchange;
      if (method === 'GET') {
        sender = exchange;
        isFrozen = server.named('GET').length === 1 && isFrozen;
        stream('event: endpoint\ndata: /post');
        return true;
      }
      response.writeHead(202).end();
      if (message?.['id'] === undefined || isFrozen) return true;
      const result =
        exchange.name === 'initialize'
          ? { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo: { name: 'old', version: '1' } }
          : { tools: [] };
      sender?.stream(event({ jsonrpc: '2.0', id: message['id'], result }));
      return true;
    };
    await harness.remote('far', server.url, { transport: 'sse' });
    await eventually(() => server.named('tools/list').length > 0, 'its tools');
    isFrozen = true;
    for (let n = 0; n < 40 && server.named('initialize').length < 2; n += 1) {
      await clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => server.named('initialize').length === 2, 'a new session');
    expect(server.named('ping')).toHaveLength(1);
  });
});
