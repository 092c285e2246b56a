import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const call = (name: string, args: Message = {}, meta?: Message): Message => ({
  name,
  arguments: args,
  ...(meta === undefined ? {} : { _meta: meta }),
});

describe('createRouter: own answers', () => {
  it('answers ping locally, -32700 to bad JSON and -32600 to what is no request, and goes on', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    expect(await agent.request('ping', undefined, 1)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(server.of('ping')).toEqual([]);
    agent.sendLine('{"jsonrpc": nonsense');
    await agent.until((m) => (m['error'] as Message | undefined)?.['code'] === -32700 && m['id'] === null, '-32700');
    agent.send({ jsonrpc: '2.0', id: 9 });
    expect((await agent.answer(9))['error']).toMatchObject({ code: -32600 });
    agent.send({ jsonrpc: '2.0', id: null, method: 'ping' });
    agent.send('text');
    await eventually(() => agent.received.filter(({ id }) => id === null).length === 3, 'three errors without an id');
    agent.sendLine('');
    agent.sendLine('\r');
    expect(await agent.request('ping', undefined, 2)).toEqual({ jsonrpc: '2.0', id: 2, result: {} });
  });

  it('answers -32601 to an unknown method when there are several servers', async () => {
    harness = new Harness();
    await harness.server('a', { tools: [tool('t')] });
    await harness.server('b');
    const agent = await harness.agent();
    expect(await agent.request('x/y', { a: 1 })).toMatchObject({ error: { code: -32601 } });
    // A tool's name in it says where it belongs.
    expect(await agent.request('x/y', { name: 'a__t' })).toMatchObject({
      error: { code: -32601, message: 'Method not found' },
    });
  });

  it('gives a call up with -32001 after the idle time that progress resets, or at the ceiling', async () => {
    const clock = new FakeClock();
    harness = new Harness({ clock });
    harness.route({ name: 'a', callTimeouts: { idleMs: 60, ceilingMs: 400 } });
    const server = await harness.server('a', {
      tools: [tool('quiet'), tool('busy')],
      on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent();
    await agent.request('tools/list');
    const busy = agent.request('tools/call', call('a__busy'), 1);
    const first = await server.untilMethod('tools/call');
    const quiet = agent.request('tools/call', call('a__quiet'), 2);
    await eventually(() => server.calls.length === 2, 'both calls');
    const progressToken = ((first['params'] as Message)['_meta'] as Message)['progressToken'];
    for (let ms = 0; ms < 400; ms += 50) {
      server.notify('notifications/progress', { progressToken, progress: ms });
      // Answered once what was said before it has been read.
      server.send({ jsonrpc: '2.0', id: `p${ms}`, method: 'ping' });
      await server.answer(`p${ms}`);
      await clock.advance(50);
    }
    expect((await quiet)['error']).toMatchObject({ code: -32001, data: { server: 'a', timeoutMs: 60 } });
    expect((await busy)['error']).toMatchObject({ code: -32001, data: { server: 'a', timeoutMs: 400 } });
    await eventually(() => server.of('notifications/cancelled').length === 2, 'two cancellations');
    // The agent did not ask for progress.
    expect(agent.of('notifications/progress')).toEqual([]);
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout']);
  });

  it('takes batches from a 2025-03-26 session and refuses them from others', async () => {
    harness = new Harness();
    await harness.server('a', { tools: [tool('t')] });
    const old = await harness.agent({ version: '2025-03-26' });
    old.send([
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { jsonrpc: '2.0', method: 'notifications/x' },
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: call('a__t') },
    ]);
    await Promise.all([old.answer(1), old.answer(2)]);
    expect(old.raw.filter((line) => line.startsWith('['))).toHaveLength(1);
    const current = await harness.agent();
    current.send([{ jsonrpc: '2.0', id: 1, method: 'ping' }]);
    expect((await current.answer(null))['error']).toMatchObject({ code: -32600 });
    expect(await current.request('ping')).toMatchObject({ result: {} });
  });

  it('answers each revision it knows with the same, and any other with its newest', async () => {
    harness = new Harness();
    const revisions = {
      '2024-11-05': '2024-11-05',
      '2025-03-26': '2025-03-26',
      '2025-06-18': '2025-06-18',
      '2025-11-25': '2025-11-25',
      '1999-01-01': '2025-11-25',
    };
    for (const [asked, given] of Object.entries(revisions)) {
      const peer = harness.rawAgent();
      const answer = await peer.request('initialize', {
        protocolVersion: asked,
        capabilities: {},
        clientInfo: { name: 'x', version: '1' },
      });
      expect((answer['result'] as Message)['protocolVersion']).toBe(given);
    }
  });
});

describe('createRouter: traces', () => {
  it('tells of each call: who, what, how long, how much and how it ended', async () => {
    harness = new Harness({ maxTracedArgumentBytes: 200 });
    await harness.server('a', {
      tools: [tool('t'), tool('bad')],
      on: (message) => {
        const name = (message['params'] as Message | undefined)?.['name'];
        if (name === 'bad') return { result: { isError: true, content: [{ type: 'text', text: 'x'.repeat(600) }] } };
        return name === 'rpc' ? { error: { code: -32005, message: 'no' } } : undefined;
      },
    });
    const agent = await harness.agent();
    await agent.request('tools/call', call('a__t', { q: 1 }), 1);
    await agent.request('tools/call', call('a__bad', { big: 'y'.repeat(300) }), 2);
    const [good, bad] = harness.observed.traces;
    expect(good).toMatchObject({
      client: 'agent 1',
      project: 'default',
      server: 'a',
      instanceId: 'a-1',
      tool: 't',
      outcome: 'ok',
      arguments: { q: 1 },
    });
    expect(good?.requestBytes).toBeGreaterThan(50);
    expect(good?.responseBytes).toBeGreaterThan(50);
    expect(good?.durationMs).toBeGreaterThan(0);
    expect(good).not.toHaveProperty('error');
    expect(bad).toMatchObject({ outcome: 'tool-error', error: `${'x'.repeat(499)}…` });
    expect(String(bad?.argumentsText)).toContain('yyy');
    expect(harness.router.agents.sessions()).toMatchObject([{ client: 'agent 1', calls: 2, errors: 1 }]);
  });

  it('tells of a session when it is bound, known, and gone', async () => {
    harness = new Harness();
    const agent = await harness.agent();
    expect(harness.observed.bound).toHaveLength(1);
    expect(harness.observed.changed).toEqual(['agent 1']);
    agent.stream.end();
    await eventually(() => harness.observed.ended.length === 1, 'the end');
  });
});
