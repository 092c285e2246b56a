/** Sessions of remote servers: what ends one, what looks like it, and how often a new one is asked for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { eventually, Harness, type Message } from '../../../support/worlds/mcp-harness.ts';
import { RemoteWorld } from '../../../support/worlds/remote-world.ts';
import { event, type Exchange, type ScriptedServer } from '../../../support/fakes/scripted-server.ts';

const rpcError = (exchange: Exchange, status: number, code: number, message: string, id: unknown = null): void => {
  exchange.response.writeHead(status, { 'content-type': 'application/json' });
  exchange.response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }));
};
const plain =
  (status: number, text: string) =>
  ({ response }: Exchange): void =>
    void response.writeHead(status, { 'content-type': 'text/plain' }).end(text);

/** How servers say that they know no such session. */
const LOST: readonly (readonly [string, (exchange: Exchange) => void])[] = [
  ['404', plain(404, 'Session not found')],
  ['404 without a word', plain(404, '')],
  ['404 with a JSON-RPC error', (e) => rpcError(e, 404, -32001, 'Session not found')],
  ['400 and words', plain(400, 'Bad Request: No valid session ID provided')],
  ['400 with a JSON-RPC error', (e) => rpcError(e, 400, -32000, 'Bad Request: Server not initialized')],
  ['400 without a word', plain(400, '')],
  ['401 with text', plain(401, 'unknown session')],
  ['401 without a word', plain(401, '')],
  ['410', plain(410, 'Gone')],
  ['422', plain(422, 'Unprocessable')],
  ['503', plain(503, 'no such worker')],
  ['202 without a body', plain(202, '')],
  ['200 with -32602', (e) => rpcError(e, 200, -32602, 'Invalid session', e.message?.['id'])],
  ['200 with -32000', (e) => rpcError(e, 200, -32000, 'Session not found', e.message?.['id'])],
  ['200 with -32600', (e) => rpcError(e, 200, -32600, 'Session not found', e.message?.['id'])],
  [
    'a stream with an error',
    (e) => {
      const error = { code: -32000, message: 'session expired' };
      e.stream(event({ jsonrpc: '2.0', id: e.message?.['id'], error }));
      e.response.end();
    },
  ],
  ['a redirect', ({ response }) => void response.writeHead(302, { location: '/login' }).end()],
];

describe('30. remote upstreams: the session of a remote server', () => {
  let world: RemoteWorld;
  let server: ScriptedServer;

  beforeEach(async () => {
    world = await RemoteWorld.start({ listDeadlineMs: 30_000 });
    ({ server } = world);
    server.sessionId = 'first';
  });
  afterEach(() => world.close());

  const count = (name: string): number => server.named(name).length;
  const isOf = (session: string | undefined, { headers }: Exchange): boolean => headers['mcp-session-id'] === session;

  /** Nothing is under way that would be the first to find out. */
  const hasSettled = (): boolean =>
    ['GET', 'resources/list', 'resources/templates/list'].every((name) => count(name) === 1) &&
    server.seen.every(({ response }) => response.writableFinished);

  it.each(LOST)(
    'is begun anew, once, when it is answered with %s; the call is not sent again',
    async (_how, refuse) => {
      await world.connect();
      await eventually(hasSettled, 'all that is asked by itself');
      server.sessionId = 'second';
      server.script = (exchange) => {
        const { name, method } = exchange;
        if (method !== 'POST' || name === 'initialize' || isOf('second', exchange)) return false;
        refuse(exchange);
        return true;
      };
      expect((await world.call({ n: 1 }))['error']).toBeDefined();
      await eventually(() => count('initialize') === 2, 'a new handshake');
      expect(await world.call({ n: 2 })).toMatchObject({ result: { content: [{ text: '{"n":2}' }] } });
      expect(server.named('tools/call').filter(({ body }) => body.includes('"n":1'))).toHaveLength(1);
      await eventually(
        () => server.named('DELETE').some((exchange) => isOf('first', exchange)),
        'the end of the old one',
      );
      expect(count('initialize')).toBe(2);
      expect(world.harness.observed.renewed).toMatchObject([{ instanceId: 'far-1', isRenewed: true }]);
    },
  );

  it.each([
    ['404', plain(404, '<pre>Cannot GET /mcp</pre>')],
    ['400', (e: Exchange) => rpcError(e, 400, -32000, 'Bad Request: invalid or missing session ID')],
    ['405', plain(405, '')],
    ['401', plain(401, '')],
    ['406', plain(406, '')],
    ['a page', ({ response }: Exchange) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
  ])('stays when the server answers GET with %s: it has no stream', async (_how, refuse) => {
    server.script = (exchange) => {
      if (exchange.method !== 'GET') return false;
      refuse(exchange);
      return true;
    };
    await world.connect();
    await eventually(() => count('GET') === 1, 'the GET');
    expect(await world.call({ n: 1 })).toMatchObject({ result: {} });
    expect(await world.call({ n: 2 })).toMatchObject({ result: {} });
    expect([count('initialize'), count('GET'), count('DELETE')]).toEqual([1, 1, 0]);
  });

  it('stays when a method that is not known is answered with 404', async () => {
    server.script = (exchange) => {
      if (exchange.name !== 'resources/list' && exchange.name !== 'resources/templates/list') return false;
      rpcError(exchange, 404, -32601, `Method not found: ${exchange.name}`, exchange.message?.['id']);
      return true;
    };
    await world.connect();
    expect(await world.call()).toMatchObject({ result: {} });
    await eventually(() => count('resources/templates/list') > 0, 'all lists');
    expect(await world.call()).toMatchObject({ result: {} });
    expect(count('initialize')).toBe(1);
  });

  it("stays when a tool's own error speaks of a session and ping is answered", async () => {
    await world.connect();
    world.onCall((exchange) => rpcError(exchange, 200, -32602, 'no browser session x1', exchange.message?.['id']));
    const failed = await world.call();
    expect(failed['error']).toMatchObject({ code: -32602, message: 'no browser session x1' });
    await eventually(() => count('ping') === 1, 'the question');
    for (let n = 0; n < 5; n += 1) await world.call();
    expect([count('ping'), count('initialize')]).toEqual([1, 1]);
  });

  it('is begun anew, once, when what the router asks by itself is refused three times in a row though ping is answered', async () => {
    const clock = new FakeClock();
    const harness = new Harness({ clock });
    server.script = (exchange) => {
      if (exchange.name !== 'tools/list' || count('tools/list') < 2) return false;
      rpcError(exchange, 200, -32601, 'Method not found', exchange.message?.['id']);
      return true;
    };
    await harness.remote('near', server.url);
    await eventually(() => count('tools/list') === 1, 'its tools');
    const before = count('initialize');
    for (let n = 0; n < 12; n += 1) {
      await clock.advance(60_000);
      await harness.router.servers.probe('near-1', { timeoutMs: 60_000 }, new AbortController().signal);
      await eventually(
        () => server.seen.every(({ name, response }) => name !== 'ping' || response.writableFinished),
        'ping',
      );
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => count('initialize') > before, 'a new session');
    expect(count('initialize')).toBe(before + 1);
    await harness.close();
  });

  it('is begun anew, without a call, when the stream of a server ends and is refused then', async () => {
    const streams: Exchange[] = [];
    server.script = (exchange) => {
      if (exchange.method !== 'GET' || !isOf(server.sessionId, exchange)) return false;
      streams.push(exchange);
      exchange.stream('retry: 100');
      return true;
    };
    await world.connect();
    await eventually(() => streams.length === 1, 'the stream');
    server.sessionId = 'second';
    streams[0]?.response.end();
    await eventually(() => streams.length === 2, 'the stream of a new session');
    expect([count('initialize'), count('tools/call')]).toEqual([2, 0]);
  });

  it('that never lasts is given up after three new ones', async () => {
    await world.connect();
    server.script = (exchange) => {
      if (exchange.name === 'initialize' || exchange.method !== 'POST') return false;
      exchange.response.writeHead(404).end();
      return true;
    };
    await world.call();
    await eventually(() => world.harness.observed.lost.length === 1, 'lost');
    expect(count('initialize')).toBe(4);
    expect(world.harness.observed.failures[0]).toMatchObject({ code: 'SESSION_GONE' });
  });

  it('is begun anew once for all calls that were under way, also those that are told after it', async () => {
    await world.connect();
    await eventually(hasSettled, 'all that is asked by itself');
    const held: Exchange[] = [];
    world.onCall((exchange) => void held.push(exchange));
    const calls = Array.from({ length: 12 }, (_, n) => world.call({ n }));
    await eventually(() => held.length === 12, 'the calls');
    server.sessionId = 'second';
    for (const { response } of held.slice(0, 6)) response.writeHead(404).end();
    await eventually(() => world.harness.observed.renewed.length === 1, 'a new session');
    for (const { response } of held.slice(6)) response.writeHead(404).end();
    for (const answer of await Promise.all(calls)) expect(answer['error']).toMatchObject({ data: { state: 'lost' } });
    server.script = () => false;
    expect(await world.call({ n: 99 })).toMatchObject({ result: {} });
    expect(count('initialize')).toBe(2);
    expect(held).toHaveLength(12);
  });

  it('stays when the server refuses a new one that it may not need, and is not asked again at once', async () => {
    await world.connect();
    server.script = (exchange) => {
      if (exchange.method !== 'POST') return false;
      exchange.response.writeHead(503).end('busy');
      return true;
    };
    const failed = (await world.call())['error'] as Message;
    expect(failed['message']).toMatch(/it answered HTTP 503: busy/);
    await eventually(() => count('initialize') === 2, 'the handshake');
    for (let n = 0; n < 5; n += 1) await world.call();
    server.script = () => false;
    expect(await world.call({ n: 7 })).toMatchObject({ result: { content: [{ text: '{"n":7}' }] } });
    expect(count('initialize')).toBe(2);
    expect(world.harness.observed.lost).toEqual([]);
    expect(world.harness.observed.renewed).toMatchObject([{ isRenewed: false }]);
  });

  it('fails calls without the address of the server', async () => {
    await world.connect();
    world.onCall(plain(410, 'no'));
    const failed = (await world.call())['error'] as Message;
    expect(JSON.stringify(failed)).not.toContain('127.0.0.1');
    expect(failed['message']).toMatch(/server far.*HTTP 410|session ended \(HTTP 410\)/);
  });
});
