import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type FakeServer, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const held = {
  tools: [tool('t')],
  on: (message: Message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
} as const;
const callTool = { name: 'a__t', arguments: {} };

async function asked(
  server: FakeServer,
  method: string,
  params: Message = {},
  id: string | number = 'srv-1',
): Promise<Message> {
  server.send({ jsonrpc: '2.0', id, method, params });
  return server.answer(id);
}

describe('createRouter: requests of a server', () => {
  it('reach the session of the only call in flight and bring its answer back, ids and progress tokens mapped', async () => {
    harness = new Harness();
    await harness.server('z');
    const server = await harness.server('a', held);
    const [idle, busy] = [
      await harness.agent({ capabilities: { sampling: {} } }),
      await harness.agent({ capabilities: { sampling: {} } }),
    ];
    const call = busy.request('tools/call', callTool, 1);
    const upstreamCall = await server.untilMethod('tools/call');
    const answer = asked(
      server,
      'sampling/createMessage',
      { messages: [], future: 1, _meta: { progressToken: 'tok' } },
      0,
    );
    const request = await busy.untilMethod('sampling/createMessage');
    expect(request['params']).toMatchObject({
      messages: [],
      future: 1,
      _meta: { progressToken: request['id'], 'io.mcptui/server': 'a' },
    });
    busy.notify('notifications/progress', { progressToken: request['id'], progress: 1 });
    expect((await server.untilMethod('notifications/progress'))['params']).toEqual({
      progressToken: 'tok',
      progress: 1,
    });
    busy.send({ jsonrpc: '2.0', id: request['id'], result: { role: 'assistant', odd: [1], content: { type: 'new' } } });
    expect(await answer).toEqual({
      jsonrpc: '2.0',
      id: 0,
      result: { role: 'assistant', odd: [1], content: { type: 'new' } },
    });
    server.result(upstreamCall['id'], { content: [] });
    await call;
    expect(idle.of('sampling/createMessage')).toEqual([]);
  });

  it('are refused with -32603 when two sessions have calls in flight, or none has', async () => {
    harness = new Harness();
    const server = await harness.server('a', held);
    const agents = [
      await harness.agent({ capabilities: { sampling: {} } }),
      await harness.agent({ capabilities: { sampling: {} } }),
    ];
    expect((await asked(server, 'sampling/createMessage', {}, 1))['error']).toMatchObject({ code: -32603 });
    for (const agent of agents) void agent.request('tools/call', callTool, 1).catch(() => undefined);
    await eventually(() => server.calls.length === 2, 'two calls');
    expect((await asked(server, 'sampling/createMessage', {}, 2))['error']).toMatchObject({
      code: -32603,
      message: expect.stringContaining('2 sessions') as string,
    });
    for (const { id } of server.calls) server.result(id, {});
    await Promise.all(agents.map((agent) => agent.answer(1)));
  });

  it.each([
    ['sampling/createMessage', {}, {}, 'sampling'],
    ['sampling/createMessage', { tools: [] }, { sampling: {} }, 'sampling.tools'],
    ['elicitation/create', {}, {}, 'elicitation'],
    ['elicitation/create', { mode: 'url' }, { elicitation: {} }, 'elicitation.url'],
    ['elicitation/create', {}, { elicitation: { url: {} } }, 'elicitation.form'],
  ])('%s %j is answered -32601 at once for a client with %j', async (method, params, capabilities, missing) => {
    harness = new Harness();
    const server = await harness.server('a', held);
    const agent = await harness.agent({ capabilities });
    const call = agent.request('tools/call', callTool, 1);
    const { id } = await server.untilMethod('tools/call');
    expect((await asked(server, method, params))['error']).toMatchObject({
      code: -32601,
      message: expect.stringContaining(missing) as string,
    });
    server.result(id, {});
    await call;
    expect(agent.of(method)).toEqual([]);
  });

  it('ping and roots/list are answered by the router; unknown ones reach the client', async () => {
    harness = new Harness();
    const server = await harness.server('a', held);
    expect(await asked(server, 'ping', {}, 1)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(await asked(server, 'roots/list', {}, 2)).toEqual({ jsonrpc: '2.0', id: 2, result: { roots: [] } });
    const agent = await harness.agent({ capabilities: { elicitation: {}, roots: {} } });
    const call = agent.request('tools/call', callTool, 1);
    const { id } = await server.untilMethod('tools/call');
    expect(await asked(server, 'roots/list', {}, 3)).toMatchObject({ result: { roots: [] } });
    for (const method of ['x/unknown', 'elicitation/create']) {
      const answer = asked(server, method, { message: 'm' }, method);
      const request = await agent.untilMethod(method);
      agent.send({ jsonrpc: '2.0', id: request['id'], error: { code: -1, message: 'no', data: { a: 1 } } });
      expect((await answer)['error']).toEqual({ code: -1, message: 'no', data: { a: 1 } });
    }
    server.result(id, {});
    await call;
    expect(agent.of('roots/list')).toEqual([]);
  });

  it('get an error when the client goes away, and the client a cancellation when the server takes one back or is lost', async () => {
    harness = new Harness();
    const server = await harness.server('a', held);
    const capabilities = { sampling: {} };
    const leaver = await harness.agent({ capabilities });
    void leaver.request('tools/call', callTool, 1).catch(() => undefined);
    await eventually(() => server.calls.length === 1, 'a call');
    const orphan = asked(server, 'sampling/createMessage', {}, 'o');
    await leaver.untilMethod('sampling/createMessage');
    leaver.stream.destroy();
    expect((await orphan)['error']).toMatchObject({ code: -32603 });

    const agent = await harness.agent({ capabilities });
    void agent.request('tools/call', callTool, 1).catch(() => undefined);
    await eventually(() => server.calls.length === 2, 'a call');
    server.send({ jsonrpc: '2.0', id: 'back', method: 'sampling/createMessage', params: {} });
    const first = await agent.untilMethod('sampling/createMessage');
    server.notify('notifications/cancelled', { requestId: 'back', reason: 'late' });
    expect((await agent.untilMethod('notifications/cancelled'))['params']).toEqual({
      requestId: first['id'],
      reason: 'late',
    });
    server.send({ jsonrpc: '2.0', id: 'lost', method: 'sampling/createMessage', params: {} });
    await eventually(() => agent.of('sampling/createMessage').length === 2, 'a second request');
    server.stream.destroy();
    await eventually(() => agent.of('notifications/cancelled').length === 2, 'a second cancellation');
  });
});

describe('createRouter: log messages', () => {
  it('are asked for at the most verbose level of all sessions and filtered for each', async () => {
    harness = new Harness();
    const server = await harness.server('a');
    const [loud, quiet, plain] = [await harness.agent(), await harness.agent(), await harness.agent()];
    const levels = (): unknown[] => server.of('logging/setLevel').map(({ params }) => (params as Message)['level']);
    // Log messages go to those who have used the instance.
    for (const agent of [loud, quiet, plain]) await agent.request('resources/read', { uri: 'x://1' });
    server.notify('notifications/message', { level: 'debug', data: 'before' });
    await Promise.all([loud, quiet, plain].map((agent) => agent.untilMethod('notifications/message')));
    expect(await quiet.request('logging/setLevel', { level: 'error' })).toMatchObject({ result: {} });
    expect(await loud.request('logging/setLevel', { level: 'debug' })).toMatchObject({ result: {} });
    await eventually(() => levels().length === 2, 'two levels');
    expect(levels()).toEqual(['info', 'debug']);
    for (const level of ['debug', 'info', 'error'])
      server.notify('notifications/message', { level, logger: 'l', data: level });
    await loud.until((m) => (m['params'] as Message | undefined)?.['data'] === 'error', 'the last message');
    await Promise.all([quiet, plain].map((agent) => agent.request('ping')));
    const got = (agent: typeof loud): unknown[] =>
      agent
        .of('notifications/message')
        .slice(1)
        .map(({ params }) => (params as Message)['data']);
    expect(got(loud)).toEqual(['debug', 'info', 'error']);
    expect(got(quiet)).toEqual(['error']);
    expect(got(plain)).toEqual(['info', 'error']);
    expect(await loud.request('logging/setLevel', { level: 'shout' })).toMatchObject({ error: { code: -32602 } });
  });

  it('are asked for again at the same level after a restart, and at a lower one when the verbose session leaves', async () => {
    harness = new Harness();
    const first = await harness.server('a');
    const [loud, quiet] = [await harness.agent(), await harness.agent()];
    await quiet.request('logging/setLevel', { level: 'error' });
    await loud.request('logging/setLevel', { level: 'debug' });
    first.stream.destroy();
    await eventually(() => harness.observed.lost.length === 1, 'the loss');
    const second = await harness.server('a', {}, 'a-2');
    expect((await second.untilMethod('logging/setLevel'))['params']).toEqual({ level: 'debug' });
    loud.stream.destroy();
    await eventually(() => second.of('logging/setLevel').length === 2, 'a new level');
    expect(second.of('logging/setLevel')[1]?.['params']).toEqual({ level: 'error' });
  });

  it('go to the sessions with a call in flight, when there are any', async () => {
    harness = new Harness();
    const server = await harness.server('a', held);
    const [busy, other] = [await harness.agent(), await harness.agent()];
    await other.request('resources/read', { uri: 'x://1' });
    const call = busy.request('tools/call', callTool, 1);
    const { id } = await server.untilMethod('tools/call');
    server.notify('notifications/message', { level: 'info', data: 'yours' });
    server.notify('notifications/unheard', { a: 1 });
    server.result(id, {});
    await call;
    await other.request('ping');
    expect(busy.of('notifications/message')).toHaveLength(1);
    expect(busy.of('notifications/unheard')).toHaveLength(1);
    expect(other.of('notifications/message')).toEqual([]);
    expect(other.of('notifications/unheard')).toEqual([]);
  });
});
