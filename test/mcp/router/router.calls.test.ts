import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const call = (name: string, args: Message = {}, meta?: Message): Message => ({
  name,
  arguments: args,
  ...(meta === undefined ? {} : { _meta: meta }),
});

describe('createRouter: request ids', () => {
  it('gives each call an id of its own upstream and each client its own id back, with its type', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    const [one, two] = [await harness.agent(), await harness.agent()];
    const answers = await Promise.all([
      one.request('tools/call', call('a__t', { from: 1 }), 0),
      two.request('tools/call', call('a__t', { from: 2 }), 0),
      one.request('tools/call', call('a__t', { from: 3 }), '0'),
      one.request('tools/call', call('a__t', { from: 4 }), -7.5),
    ]);
    expect(answers.map(({ id }) => id)).toEqual([0, 0, '0', -7.5]);
    const contents = answers.map(({ result }) => (result as Message)['structuredContent']);
    expect(contents).toEqual([{ from: 1 }, { from: 2 }, { from: 3 }, { from: 4 }]);
    expect(new Set(server.calls.map(({ id }) => id)).size).toBe(4);
  });

  it('refuses an id that is in flight with -32600 and still answers the first', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent();
    agent.send({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: call('a__t') });
    const upstreamCall = await server.untilMethod('tools/call');
    agent.send({ jsonrpc: '2.0', id: 5, method: 'ping' });
    const refused = await agent.answer(5);
    expect(refused['error']).toMatchObject({ code: -32600 });
    server.result(upstreamCall['id'], { content: [] });
    await agent.until((message) => message['id'] === 5 && message['result'] !== undefined, 'the first answer');
    expect(server.calls).toHaveLength(1);
    // Answered, so the id may come again.
    expect(await agent.request('ping', undefined, 6)).toMatchObject({ result: {} });
  });

  it('keeps unknown members, content types and _meta both ways', async () => {
    harness = new Harness();
    const result = {
      content: [{ type: 'hologram', data: { z: 1 } }],
      structuredContent: [1, 2],
      _meta: { 'x/y': 1 },
      newField: { a: null },
    };
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? { result } : undefined),
    });
    const agent = await harness.agent();
    agent.send({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'a__t', arguments: {}, future: [1], _meta: { 'com.example/trace': 'abc' } },
      extraTop: true,
    });
    expect(await agent.answer(1)).toEqual({ jsonrpc: '2.0', id: 1, result });
    expect(server.calls[0]).toMatchObject({
      extraTop: true,
      params: { name: 't', future: [1], _meta: { 'com.example/trace': 'abc' } },
    });
  });

  it('passes errors on verbatim, -32042 and data included', async () => {
    harness = new Harness();
    const error = { code: -32042, message: 'needs a URL', data: { elicitations: [{ mode: 'url', url: 'https://x' }] } };
    await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? { error } : undefined),
    });
    const agent = await harness.agent();
    expect(await agent.request('tools/call', call('a__t'), 1)).toEqual({ jsonrpc: '2.0', id: 1, error });
  });
});

describe('createRouter: progress', () => {
  it('replaces tokens by unique ones upstream, restores them with their type, in order and before the result', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const [one, two] = [await harness.agent(), await harness.agent()];
    one.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call('a__t', {}, { progressToken: 'p' }) });
    two.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call('a__t', {}, { progressToken: 0 }) });
    await eventually(() => server.calls.length === 2, 'two calls');
    const tokens = server.calls.map((message) => ((message['params'] as Message)['_meta'] as Message)['progressToken']);
    expect(new Set(tokens).size).toBe(2);
    for (const progress of [1, 2]) {
      for (const progressToken of tokens) {
        server.notify('notifications/progress', { progressToken, progress, extra: 'kept' });
      }
    }
    for (const { id } of server.calls) server.result(id, { content: [] });
    server.notify('notifications/progress', { progressToken: tokens[0], progress: 3 });
    await Promise.all([one.answer(1), two.answer(1)]);
    await one.request('ping');
    for (const [peer, token] of [
      [one, 'p'],
      [two, 0],
    ] as const) {
      const from = peer.received.findIndex(({ method }) => method === 'notifications/progress');
      expect(peer.received.slice(from, from + 3)).toEqual([
        {
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progressToken: token, progress: 1, extra: 'kept' },
        },
        {
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progressToken: token, progress: 2, extra: 'kept' },
        },
        { jsonrpc: '2.0', id: 1, result: { content: [] } },
      ]);
      expect(peer.of('notifications/progress')).toHaveLength(2);
    }
  });
});

describe('createRouter: cancellation', () => {
  const silent = {
    tools: [tool('t')],
    on: (message: Message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
  } as const;

  it('tells the server that has the call, with the reason, and answers nothing', async () => {
    harness = new Harness();
    const [a, b] = [await harness.server('a', silent), await harness.server('b', silent)];
    const agent = await harness.agent();
    agent.send({ jsonrpc: '2.0', id: 0, method: 'tools/call', params: call('a__t') });
    const upstreamCall = await a.untilMethod('tools/call');
    agent.notify('notifications/cancelled', { requestId: 0, reason: 'changed my mind' });
    const cancelled = await a.untilMethod('notifications/cancelled');
    expect(cancelled['params']).toEqual({ requestId: upstreamCall['id'], reason: 'changed my mind' });
    a.result(upstreamCall['id'], { content: [] });
    await agent.request('ping');
    expect(agent.received.filter(({ id }) => id === 0)).toEqual([]);
    expect(b.of('notifications/cancelled')).toEqual([]);
    expect(harness.observed.traces).toMatchObject([{ outcome: 'cancelled', tool: 't', error: 'changed my mind' }]);
  });

  it('cancels a call that had to wait for the list of its server first', async () => {
    harness = new Harness();
    const agent = await harness.agent();
    const server = await harness.server('a', silent);
    agent.send({ jsonrpc: '2.0', id: 0, method: 'tools/call', params: call('a__t') });
    await server.untilMethod('tools/call');
    agent.notify('notifications/cancelled', { requestId: 0 });
    await server.untilMethod('notifications/cancelled');
    expect(harness.router.counts().upstreamRequests).toBe(0);
  });

  it("cancels all calls of a client that is gone, and nobody else's", async () => {
    harness = new Harness();
    const server = await harness.server('a', silent);
    const [gone, stays] = [await harness.agent(), await harness.agent()];
    for (const id of [1, 2]) gone.send({ jsonrpc: '2.0', id, method: 'tools/call', params: call('a__t') });
    await eventually(() => server.calls.length === 2, 'two calls');
    stays.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call('a__t') });
    await eventually(() => server.calls.length === 3, 'three calls');
    gone.stream.destroy();
    await eventually(() => server.of('notifications/cancelled').length === 2, 'two cancellations');
    server.result(server.calls[2]?.['id'], { content: [] });
    expect(await stays.answer(1)).toMatchObject({ result: { content: [] } });
    await eventually(() => harness.observed.ended.length === 1, 'the end of the session');
    expect(harness.router.agents.sessions()).toHaveLength(1);
  });
});

describe('createRouter: a lost server', () => {
  it('fails what is in flight at once for every client, and sends nothing again', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const [one, two] = [await harness.agent(), await harness.agent()];
    const answers = [one.request('tools/call', call('a__t'), 1), two.request('tools/call', call('a__t'), 1)];
    await eventually(() => server.calls.length === 2, 'two calls');
    server.stream.destroy();
    for (const answer of await Promise.all(answers)) {
      expect(answer['error']).toMatchObject({ code: -32000, data: { server: 'a', state: 'lost' } });
    }
    expect(harness.observed.lost).toEqual(['a-1']);
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['lost', 'lost']);
    const again = await harness.server('a', { tools: [tool('t')] }, 'a-2');
    expect(await one.request('tools/call', call('a__t'), 2)).toMatchObject({ result: { content: [{ text: 't' }] } });
    expect(again.calls).toHaveLength(1);
  });

  it('answers -32000 with the state, the reason and the wait while no instance is connected', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    await agent.request('tools/list');
    server.stream.destroy();
    await eventually(() => harness.observed.lost.length === 1, 'the loss');
    harness.route({ name: 'a', down: { state: 'error', reason: 'exit code 1', retryAt: Date.now() + 30_000 } });
    const { error } = await agent.request('tools/call', call('a__t'), 1);
    expect(error).toMatchObject({ code: -32000, data: { server: 'a', state: 'error', reason: 'exit code 1' } });
    const { retryAfterMs } = (error as Message)['data'] as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(20_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  it('answers -32000 too for a tool of a server that has never been up, and -32602 for a name that nobody has', async () => {
    harness = new Harness();
    await harness.server('a', { tools: [tool('t')] });
    harness.route({ name: 'b', down: { state: 'error', reason: 'secret missing', retryAt: 1 } });
    const agent = await harness.agent();
    expect(await agent.request('tools/call', call('b__x'))).toMatchObject({
      error: { code: -32000, data: { server: 'b' } },
    });
    expect(await agent.request('tools/call', call('a__x'))).toMatchObject({
      error: { code: -32602, message: 'Unknown tool: a__x' },
    });
  });
});
