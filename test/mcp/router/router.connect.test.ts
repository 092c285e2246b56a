import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

describe('createRouter: initialize', () => {
  it('answers at once while nothing is connected, and advertises what it can serve', async () => {
    harness = new Harness();
    harness.route({ name: 'slow' });
    const peer = harness.rawAgent();
    const { result } = await peer.request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'c', version: '2' },
    });
    expect(result).toMatchObject({
      serverInfo: { name: 'mcptui' },
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        logging: {},
        completions: {},
      },
    });
  });

  it('gives the instructions of each server under its name, cut to 8 KiB', async () => {
    harness = new Harness();
    harness.route({ name: 'a' }, { name: 'b' }, { name: 'c' });
    await harness.server('a', { instructions: 'Use a well.' });
    await harness.server('b', { instructions: 'y'.repeat(20_000) });
    await harness.server('c');
    const { result } = await harness
      .rawAgent()
      .request('initialize', { protocolVersion: '2025-11-25', capabilities: {} });
    const text = String((result as Message)['instructions']);
    expect(text).toMatch(/^## a \(its tools begin with a__\)\n\nUse a well\.\n\n## b .*\n\ny{8192}$/);
  });

  it('shows a lone server with prefix "" as it is: names, capabilities, instructions, unknown methods and notifications', async () => {
    harness = new Harness();
    harness.route({ name: 'a', prefix: '' });
    const server = await harness.server('a', {
      tools: [tool('odd/name.x')],
      capabilities: { tools: {}, tasks: { list: {} }, experimental: { x: {} } },
      instructions: 'As is.',
      on: (message) => {
        if (message['method'] === 'x/unknown') return { result: { got: message['params'] } };
        return message['method'] === 'tools/list'
          ? { result: { tools: [tool('odd/name.x')], _meta: { page: 1 } } }
          : undefined;
      },
    });
    const peer = harness.rawAgent();
    const { result } = await peer.request('initialize', { protocolVersion: '2025-11-25', capabilities: {} });
    expect(result).toMatchObject({
      capabilities: { tools: { listChanged: true }, tasks: { list: {} }, experimental: { x: {} } },
      instructions: 'As is.',
      serverInfo: { name: 'fake', version: '1.0' },
    });
    expect((result as Message)['capabilities']).not.toHaveProperty('prompts');
    expect(await peer.request('tools/list')).toMatchObject({
      result: { tools: [tool('odd/name.x')], _meta: { page: 1 } },
    });
    expect(await peer.request('x/unknown', { a: 1 })).toMatchObject({ result: { got: { a: 1 } } });
    expect(await peer.request('tools/call', { name: 'odd/name.x', arguments: {} })).toMatchObject({
      result: { content: [{ text: 'odd/name.x' }] },
    });
    peer.notify('notifications/odd', { z: 1 });
    expect((await server.untilMethod('notifications/odd'))['params']).toEqual({ z: 1 });
    server.notify('notifications/strange', { y: 1 });
    expect((await peer.untilMethod('notifications/strange'))['params']).toEqual({ y: 1 });
  });
});

describe('createRouter: connect', () => {
  it('offers its newest revision and what it can serve as a client, and reports what the server said', async () => {
    harness = new Harness();
    const { fake, outcome } = harness.begin('a', { protocolVersion: '2024-11-05', instructions: 'Hi.' });
    expect(await outcome).toEqual({
      ok: true,
      info: {
        protocolVersion: '2024-11-05',
        serverInfo: { name: 'fake', version: '1.0' },
        capabilities: expect.objectContaining({ logging: {} }) as object,
        instructions: 'Hi.',
      },
    });
    expect(fake.received[0]).toMatchObject({
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} },
        clientInfo: { name: 'mcptui' },
      },
    });
    await fake.untilMethod('notifications/initialized');
  });

  it('says why it failed', async () => {
    harness = new Harness();
    const mismatch = harness.begin('a', { protocolVersion: '2031-01-01' }, 'i1');
    expect(await mismatch.outcome).toMatchObject({
      ok: false,
      code: 'VERSION_MISMATCH',
      message: expect.stringMatching(/2031-01-01.*2025-11-25/) as string,
    });
    const refused = harness.begin('a', { on: () => ({ error: { code: -32600, message: 'go away' } }) }, 'i2');
    expect(await refused.outcome).toMatchObject({
      ok: false,
      code: 'INITIALIZE_ERROR',
      message: expect.stringContaining('go away') as string,
    });
    const silent = harness.begin('a', { on: () => 'ignore' }, 'i3', 30);
    expect(await silent.outcome).toMatchObject({ ok: false, code: 'INITIALIZE_TIMEOUT' });
    expect(silent.fake.of('notifications/cancelled')).toEqual([]);
    const gone = harness.begin('a', { on: () => 'ignore' }, 'i4');
    gone.fake.stream.destroy();
    expect(await gone.outcome).toMatchObject({ ok: false, code: 'LOST' });
    const stop = new AbortController();
    const aborted = harness.begin('a', { on: () => 'ignore' }, 'i5', 5_000, stop.signal);
    stop.abort();
    expect(await aborted.outcome).toMatchObject({ ok: false, code: 'LOST' });
    expect(harness.observed.lost).toEqual([]);
    // None of them stands in the way.
    expect(await harness.begin('a', {}, 'i1').outcome).toMatchObject({ ok: true });
  });

  it('keeps a session on its instance and spreads sessions over instances', async () => {
    harness = new Harness();
    const [one, two] = [
      await harness.server('a', { tools: [tool('t')] }, 'a-1'),
      await harness.server('a', { tools: [tool('t')] }, 'a-2'),
    ];
    const agents = await Promise.all([1, 2, 3, 4].map(() => harness.agent()));
    for (let round = 0; round < 3; round += 1) {
      for (const agent of agents) await agent.request('tools/call', { name: 'a__t', arguments: {} });
    }
    expect([one.calls.length, two.calls.length]).toEqual([6, 6]);
    one.stream.destroy();
    await eventually(() => harness.observed.lost.length === 1, 'the loss');
    for (const agent of agents) {
      expect(await agent.request('tools/call', { name: 'a__t', arguments: {} })).toHaveProperty('result');
    }
    expect(two.calls).toHaveLength(10);
  });

  it('counts lines that are no JSON-RPC and goes on', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    server.sendLine(`Listening on port 3000 ${'.'.repeat(1000)}`);
    server.sendLine('[]');
    server.sendLine('7');
    const agent = await harness.agent();
    expect(await agent.request('tools/call', { name: 'a__t', arguments: {} })).toHaveProperty('result');
    expect(harness.observed.invalid.map((line) => line.length)).toEqual([500, 1]);
  });

  it('forgets an instance when told to, failing its calls with the reason', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (m) => (m['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent();
    const answer = agent.request('tools/call', { name: 'a__t', arguments: {} });
    await server.untilMethod('tools/call');
    harness.router.servers.disconnect('a-1', 'stopped by the operator');
    harness.router.servers.disconnect('a-1', 'again');
    expect((await answer)['error']).toMatchObject({
      code: -32000,
      message: expect.stringContaining('stopped by the operator') as string,
    });
    expect(harness.observed.lost).toEqual([]);
    expect(harness.router.servers.tools('a-1')).toEqual([]);
  });
});
