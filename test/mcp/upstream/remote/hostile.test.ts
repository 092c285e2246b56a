/** Remote servers that break off, forget, redirect, flood or never answer: each harms its own calls only. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { eventually, Harness, type Message } from '../../../support/worlds/mcp-harness.ts';
import { RemoteWorld } from '../../../support/worlds/remote-world.ts';
import type { Exchange, ScriptedServer } from '../../../support/fakes/scripted-server.ts';

const LIMIT = 256 * 1024;

describe('30. remote upstreams: a remote server', () => {
  let world: RemoteWorld;
  let server: ScriptedServer;
  let harness: Harness;

  beforeEach(async () => {
    world = await RemoteWorld.start({ maxMessageBytes: LIMIT, listDeadlineMs: 30_000 });
    ({ server, harness } = world);
  });
  afterEach(() => world.close());

  const connect = (): Promise<void> => world.connect();
  const call = (args: Message = {}): Promise<Message> => world.call(args);
  const onCall = (answer: (exchange: Exchange) => void): void => world.onCall(answer);

  it('gets the agreed revision and the session id with every message after initialize, and a DELETE at the end', async () => {
    server.sessionId = 'abc';
    await connect();
    expect(await call({ n: 1 })).toMatchObject({ result: { content: [{ text: '{"n":1}' }] } });
    harness.router.servers.disconnect('far-1', 'done');
    await eventually(() => server.named('DELETE').length === 1, 'DELETE');
    const [first, ...others] = server.seen;
    expect(first?.headers['mcp-protocol-version']).toBeUndefined();
    expect(first?.headers['mcp-session-id']).toBeUndefined();
    expect(others.length).toBeGreaterThan(3);
    for (const { headers } of others) {
      expect(headers).toMatchObject({ 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': 'abc' });
    }
  });

  it('hears initialized before anything else', async () => {
    await connect();
    expect(server.seen.slice(0, 2).map(({ name }) => name)).toEqual(['initialize', 'notifications/initialized']);
  });

  it('that forgets the session gets a new handshake; lists are asked again, a tool call is not', async () => {
    server.sessionId = 'first';
    await connect();
    await world.agent.request('logging/setLevel', { level: 'warning' });
    await eventually(() => server.named('logging/setLevel').length === 1, 'the level');
    server.sessionId = 'second';
    const answer = await call();
    expect(answer['error']).toMatchObject({
      code: -32000,
      message: expect.stringContaining('it may have run') as string,
    });
    await eventually(() => server.named('logging/setLevel').length === 2, 'the level again');
    expect(server.named('tools/call')).toHaveLength(1);
    expect(await call({ again: true })).toMatchObject({ result: { content: [{ text: '{"again":true}' }] } });
    server.sessionId = 'third';
    const read = await world.agent.request('resources/read', { uri: 'x://1' });
    expect(read['result']).toEqual({});
    expect(server.named('resources/read')).toHaveLength(2);
    expect(server.named('initialize')).toHaveLength(3);
  });

  it('that forgets every session is given up, with the reason', async () => {
    server.sessionId = 'first';
    await connect();
    server.sessionId = 'second';
    server.script = ({ name, response }) => {
      if (name !== 'initialize') return false;
      response.writeHead(500).end('no more');
      return true;
    };
    await world.agent.request('resources/read', { uri: 'x://1' });
    await eventually(() => harness.observed.lost.length === 1, 'lost');
    expect(harness.observed.lost).toEqual(['far-1']);
  });

  it.each([
    [
      'breaks its JSON off',
      ({ response }: Exchange) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
        response.write('{"jsonrpc":"2.0",');
        setImmediate(() => response.destroy());
      },
      /it may have run.*broke off/,
    ],
    [
      'ends its stream before the answer',
      ({ stream, response }: Exchange) => {
        stream(': nothing');
        response.end();
      },
      /it may have run.*broke off/,
    ],
    [
      'answers with garbage',
      ({ response }: Exchange) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('<html>');
      },
      /type application\/json, which is no JSON: <html>/,
    ],
    [
      'answers another request',
      ({ response }: Exchange) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":99999,"result":{}}');
      },
      /belongs to another request/,
    ],
    [
      'answers with a page',
      ({ response }: Exchange) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello');
      },
      /content of type text\/html/,
    ],
    ['answers with nothing', ({ response }: Exchange) => void response.writeHead(202).end(), /no content/],
    ['fails', ({ response }: Exchange) => void response.writeHead(503).end('too busy'), /HTTP 503: too busy/],
    ['closes the connection', ({ response }: Exchange) => void response.destroy(), /it may have run/],
    [
      'redirects elsewhere',
      ({ response }: Exchange) => {
        response.writeHead(307, { location: 'http://127.0.0.1:1/mcp' }).end();
      },
      /another origin/,
    ],
    [
      'redirects in a circle',
      ({ response }: Exchange) => void response.writeHead(307, { location: '/mcp' }).end(),
      /redirected 5 times/,
    ],
  ])('that %s fails that call alone', async (_what, answer, words) => {
    await connect();
    onCall(answer);
    const failed = await call();
    expect((failed['error'] as Message)['code']).toBe(-32000);
    expect((failed['error'] as Message)['message']).toMatch(words);
    server.script = () => false;
    expect(await call({ n: 2 })).toMatchObject({ result: { content: [{ text: '{"n":2}' }] } });
    expect(harness.observed.lost).toEqual([]);
  });

  it('passes its own JSON-RPC error on, whatever the status', async () => {
    await connect();
    onCall(({ response, message }) => {
      const error = { code: -32602, message: 'no such thing', data: { hint: 1 } };
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message?.['id'], error }));
    });
    expect((await call())['error']).toEqual({ code: -32602, message: 'no such thing', data: { hint: 1 } });
  });

  it('is followed where it redirects within its origin', async () => {
    await connect();
    onCall(({ url, response, json }) => {
      if (url === '/mcp') response.writeHead(307, { location: '/other?x=1' }).end();
      else json({ content: [{ type: 'text', text: url }] });
    });
    expect(await call()).toMatchObject({ result: { content: [{ text: '/other?x=1' }] } });
  });

  it('that never answers delays neither other calls nor other servers, and a cancelled call is told and its stream closed', async () => {
    await connect();
    const other = await harness.server('near', { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] });
    const silent: Exchange[] = [];
    onCall((exchange) => {
      const { arguments: args } = (exchange.message?.['params'] ?? {}) as { readonly arguments: Message };
      if (args['quick'] === true) exchange.json({ content: [] });
      else silent.push(exchange);
    });
    world.agent.send({
      jsonrpc: '2.0',
      id: 'slow',
      method: 'tools/call',
      params: { name: 'far__echo', arguments: {} },
    });
    await eventually(() => silent.length === 1, 'the slow call');
    expect(await call({ quick: true })).toMatchObject({ result: { content: [] } });
    await world.agent.request('tools/call', { name: 'near__echo', arguments: {} });
    expect(other.calls).toHaveLength(1);
    world.agent.notify('notifications/cancelled', { requestId: 'slow', reason: 'enough' });
    await eventually(() => server.named('notifications/cancelled').length === 1, 'the cancellation');
    await eventually(() => silent[0]?.response.destroyed === true, 'its end');
    expect(harness.router.counts().upstreamRequests).toBe(0);
  });

  it.each([
    [
      'an answer of JSON',
      ({ response }: Exchange) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(`{"jsonrpc":"2.0","result":{"text":"${'x'.repeat(LIMIT)}`);
      },
    ],
    [
      'an event without an end',
      ({ stream, response }: Exchange) => {
        stream();
        response.write(`data: {"jsonrpc":"2.0","result":{"text":"${'x'.repeat(LIMIT)}`);
      },
    ],
  ])('that sends %s over the limit fails that call alone', async (_what, answer) => {
    await connect();
    onCall(answer);
    const failed = await call();
    expect(failed['error']).toMatchObject({ code: -32000, data: { reason: 'message too large', limitBytes: LIMIT } });
    server.script = () => false;
    expect(await call({ n: 3 })).toMatchObject({ result: { content: [{ text: '{"n":3}' }] } });
  });

  it.each(['json', 'stream'])(
    'passes a long answer on byte by byte, line ends between its tokens apart (%s)',
    async (how) => {
      await connect();
      const text = `${'äö"\\ '.repeat(8_000)}end`;
      const body = (id: unknown): string =>
        JSON.stringify(
          { jsonrpc: '2.0', result: { content: [{ type: 'text', text }], unknown: { x: 1 } }, id },
          null,
          2,
        );
      onCall(({ message, response, stream }) => {
        if (how === 'json') {
          response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body(message?.['id']));
          return;
        }
        stream(
          body(message?.['id'])
            .split('\n')
            .map((line) => `data: ${line}`)
            .join('\r\n'),
        );
        response.end();
      });
      const answer = await call();
      expect(answer['result']).toEqual({ content: [{ type: 'text', text }], unknown: { x: 1 } });
    },
  );

  it('that does not answer initialized is asked all the same', async () => {
    const clock = new FakeClock();
    const patient = new Harness({ clock });
    server.script = ({ name }) => name === 'notifications/initialized';
    await patient.remote('far', server.url);
    await eventually(() => server.named('notifications/initialized').length === 1, 'initialized');
    const probed = patient.router.servers.probe('far-1', { timeoutMs: 60_000 }, new AbortController().signal);
    expect(server.named('tools/list')).toEqual([]);
    await clock.advance(5_000);
    expect(await probed).toMatchObject({ ok: true, tools: 1 });
    await patient.close();
  });

  it('that cannot be reached three times in a row is lost with the cause; calls say at once that they did not run', async () => {
    await connect();
    await eventually(() => server.named('GET').length === 1, 'all that it asks by itself');
    await call();
    await server.close();
    for (let tries = 0; tries < 3; tries += 1) {
      const failed = await call();
      expect((failed['error'] as Message)['message']).toMatch(/ECONNREFUSED|ECONNRESET|socket hang up/);
    }
    await eventually(() => harness.observed.lost.length === 1, 'lost');
    expect(harness.router.counts()).toMatchObject({ upstreams: 0, calls: 0, upstreamRequests: 0 });
  });

  it('gets nothing of the agent but what the protocol names', async () => {
    await connect();
    await call();
    const names = new Set(server.seen.flatMap(({ headers }) => Object.keys(headers)));
    expect([...names].filter((name) => /auth|cookie|forward/i.test(name))).toEqual([]);
  });

  it.each([
    [404, 'HTTP_STATUS'],
    [500, 'HTTP_STATUS'],
    [403, 'UNAUTHORIZED'],
    [401, 'UNAUTHORIZED'],
  ])('that answers initialize with %i is not connected: %s', async (status, code) => {
    server.script = ({ response }) => {
      response.writeHead(status).end('sorry');
      return true;
    };
    const outcome = await harness.beginRemote('far', server.url);
    expect(outcome).toMatchObject({ ok: false, code, message: `${server.url} answered HTTP ${status}: sorry` });
  });

  it('that does not answer initialize in time is not connected', async () => {
    server.script = () => true;
    const outcome = await harness.beginRemote('far', server.url, { timeoutMs: 50 });
    expect(outcome).toMatchObject({ ok: false, code: 'INITIALIZE_TIMEOUT' });
  });
});
