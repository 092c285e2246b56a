import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type Message, type Peer } from '../support/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

async function names(agent: Peer, method: string, key: string, field = 'name'): Promise<unknown[]> {
  const { result } = await agent.request(method);
  return ((result as Message)[key] as Message[]).map((item) => item[field]);
}

const toolNames = (agent: Peer): Promise<unknown[]> => names(agent, 'tools/list', 'tools');

describe('createRouter: lists', () => {
  it('merges the servers of a project in their order, under qualified names, with unknown members kept', async () => {
    harness = new Harness();
    harness.route({ name: 'a' }, { name: 'b' }, { name: 'other', project: 'elsewhere' });
    await harness.server('b', { tools: [tool('t', { icons: [1], future: { x: 1 } })], prompts: [{ name: 'p' }] });
    await harness.server('a', { tools: [tool('t')], prompts: [{ name: 'p' }] });
    await harness.server('other', { tools: [tool('hidden')] });
    const agent = await harness.agent();
    const { result } = await agent.request('tools/list');
    expect(result).toEqual({
      tools: [tool('a__t'), { ...tool('b__t'), icons: [1], future: { x: 1 } }],
    });
    expect(await names(agent, 'prompts/list', 'prompts')).toEqual(['a__p', 'b__p']);
    expect(await agent.request('prompts/get', { name: 'b__p' })).toMatchObject({ result: { description: 'p' } });
    expect(await agent.request('tools/call', { name: 'other__hidden' })).toMatchObject({ error: { code: -32602 } });
    expect(await toolNames(await harness.agent({ project: 'elsewhere' }))).toEqual(['other__hidden']);
  });

  it('walks pages to the end, takes "" for a cursor, and stops at one that comes twice', async () => {
    harness = new Harness();
    const pages: Record<string, Message> = {
      first: { tools: [tool('1')], nextCursor: '' },
      '': { tools: [tool('2')], nextCursor: 'x' },
      x: { tools: [tool('3')], nextCursor: 'x' },
    };
    await harness.server('a', {
      on: (message) => {
        if (message['method'] !== 'tools/list') return undefined;
        const cursor = (message['params'] as { cursor?: string } | undefined)?.cursor ?? 'first';
        return { result: pages[cursor] ?? {} };
      },
    });
    const agent = await harness.agent();
    // The page of the repeated cursor is read once more, and then no further.
    expect(await toolNames(agent)).toEqual(['a__1', 'a__2', 'a__3']);
    expect(await agent.request('tools/list', { cursor: 'x' })).toMatchObject({ error: { code: -32602 } });
    expect(await agent.request('tools/list', { cursor: '' })).toMatchObject({ error: { code: -32602 } });
  });

  it('walks the pages of two servers that use the same cursors', async () => {
    harness = new Harness();
    const paged = (prefix: string) => (message: Message) => {
      if (message['method'] !== 'tools/list') return undefined;
      const cursor = Number(((message['params'] ?? {}) as Message)['cursor'] ?? 0);
      return {
        result: { tools: [tool(`${prefix}${cursor}`)], ...(cursor < 3 ? { nextCursor: String(cursor + 1) } : {}) },
      };
    };
    await harness.server('a', { on: paged('x') });
    await harness.server('b', { on: paged('y') });
    const agent = await harness.agent();
    const { tools } = (await agent.request('tools/list'))['result'] as { tools: { name: string }[] };
    const names = [0, 1, 2, 3].map((page) => `a__x${page}`);
    expect(tools.map(({ name }) => name)).toEqual([...names, ...names.map((name) => name.replace('a__x', 'b__y'))]);
  });

  it('asks a server once for all readers, and not again within the time to live', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    const agents = await Promise.all([harness.agent(), harness.agent(), harness.agent()]);
    await Promise.all(agents.map(toolNames));
    await Promise.all(agents.map(toolNames));
    expect(server.of('tools/list')).toHaveLength(1);
  });

  it('gives a list without the slow server at the deadline, never delays initialize, and tells when the rest is there', async () => {
    harness = new Harness({ listDeadlineMs: 150 });
    await harness.server('quick', { tools: [tool('t')] });
    let release = (): void => {};
    const slow = await harness.server('slow', {
      tools: [tool('late')],
      on: (message, self) => {
        if (message['method'] !== 'tools/list') return undefined;
        release = () => self.result(message['id'], { tools: [tool('late')] });
        return 'ignore';
      },
    });
    const agent = await harness.agent();
    const before = performance.now();
    expect(await toolNames(agent)).toEqual(['quick__t']);
    expect(performance.now() - before).toBeGreaterThan(100);
    await slow.untilMethod('tools/list');
    release();
    await agent.untilMethod('notifications/tools/list_changed');
    expect(await toolNames(agent)).toEqual(['quick__t', 'slow__late']);
  });

  it('waits for a server that is starting, but not for one that is backing off', async () => {
    harness = new Harness({ listDeadlineMs: 5_000 });
    harness.route(
      { name: 'soon', down: { state: 'starting', reason: 'pulling' } },
      { name: 'ill', down: { state: 'error', reason: 'x', retryAt: 1 } },
    );
    const agent = await harness.agent();
    const list = toolNames(agent);
    await harness.server('soon', { tools: [tool('t')] });
    expect(await list).toEqual(['soon__t']);
    harness.route({ name: 'next', down: { state: 'starting', reason: 'pulling' } });
    const second = toolNames(agent);
    harness.route({ name: 'next', down: { state: 'error', reason: 'exit code 1', retryAt: 1 } });
    expect(await second).toEqual(['soon__t']);
  });

  it('remembers a failure for the negative time to live and keeps the last good list', async () => {
    harness = new Harness({ listTtlMs: 0, listNegativeTtlMs: 60_000 });
    let isBroken = false;
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) =>
        message['method'] === 'tools/list' && isBroken ? { error: { code: -32603, message: 'x' } } : undefined,
    });
    const agent = await harness.agent();
    expect(await toolNames(agent)).toEqual(['a__t']);
    isBroken = true;
    expect(await toolNames(agent)).toEqual(['a__t']);
    const asked = server.of('tools/list').length;
    expect(await toolNames(agent)).toEqual(['a__t']);
    expect(server.of('tools/list')).toHaveLength(asked);
  });

  it('tells of a change once, after it has fetched the list, to every session of the project', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    await harness.server('z', { tools: [tool('z')] });
    harness.route({ name: 'other', project: 'elsewhere' });
    const [one, two, other] = [
      await harness.agent(),
      await harness.agent(),
      await harness.agent({ project: 'elsewhere' }),
    ];
    await toolNames(one);
    await eventually(() => harness.observed.tools.length === 2, 'both lists');
    // What is known now is told: begin after that.
    await one.untilMethod('notifications/tools/list_changed').catch(() => undefined);
    const before = one.of('notifications/tools/list_changed').length;
    const beforeTwo = two.of('notifications/tools/list_changed').length;
    server.options = { tools: [tool('t'), tool('new')] };
    for (let times = 0; times < 5; times += 1) server.notify('notifications/tools/list_changed');
    await eventually(() => one.of('notifications/tools/list_changed').length > before, 'a notification');
    await eventually(() => two.of('notifications/tools/list_changed').length > beforeTwo, 'a notification');
    const asked = server.of('tools/list').length;
    expect(await toolNames(one)).toEqual(['a__t', 'a__new', 'z__z']);
    expect(server.of('tools/list')).toHaveLength(asked);
    expect(one.of('notifications/tools/list_changed')).toHaveLength(before + 1);
    expect(other.of('notifications/tools/list_changed')).toEqual([]);
    expect(harness.observed.tools.at(-1)).toEqual({ instanceId: 'a-1', names: ['t', 'new'] });
    expect(harness.router.tools('a-1').map(({ name }) => name)).toEqual(['t', 'new']);
  });

  it('keeps the list of a crashed server, and tells after its return only if it differs', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    await toolNames(agent);
    await eventually(() => agent.of('notifications/tools/list_changed').length > 0, 'the first notification');
    const told = (): number => agent.of('notifications/tools/list_changed').length;
    const before = told();
    server.stream.destroy();
    await eventually(() => harness.observed.lost.length === 1, 'the loss');
    expect(await toolNames(agent)).toEqual(['a__t']);
    const same = await harness.server('a', { tools: [tool('t')] }, 'a-2');
    await eventually(() => harness.observed.tools.length === 2, 'the new list');
    expect(await toolNames(agent)).toEqual(['a__t']);
    expect(told()).toBe(before);
    same.stream.destroy();
    await eventually(() => harness.observed.lost.length === 2, 'the second loss');
    await harness.server('a', { tools: [tool('u')] }, 'a-3');
    await eventually(() => told() === before + 1, 'a notification');
    expect(await toolNames(agent)).toEqual(['a__u']);
  });

  it('tells when a server is added or removed', async () => {
    harness = new Harness();
    await harness.server('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    await toolNames(agent);
    await harness.server('b', { tools: [tool('t')], resources: [{ uri: 'x://1', name: '1' }] });
    await agent.until(({ method }) => method === 'notifications/resources/list_changed', 'a notification');
    expect(await toolNames(agent)).toEqual(['a__t', 'b__t']);
    const before = agent.of('notifications/tools/list_changed').length;
    harness.unroute('a');
    await eventually(() => agent.of('notifications/tools/list_changed').length > before, 'a notification');
    expect(await toolNames(agent)).toEqual(['b__t']);
    expect(await agent.request('tools/call', { name: 'a__t' })).toMatchObject({ error: { code: -32602 } });
  });

  it('keeps the first server reachable under a name that two claim, and says so once', async () => {
    harness = new Harness();
    harness.route({ name: 'a', prefix: 'x' }, { name: 'b', prefix: 'x' });
    const first = await harness.server('a', { tools: [tool('t')] });
    await harness.server('b', { tools: [tool('t'), tool('own')] });
    const agent = await harness.agent();
    expect(await toolNames(agent)).toEqual(['x__t', 'x__own']);
    await agent.request('tools/call', { name: 'x__t', arguments: {} });
    expect(first.calls).toHaveLength(1);
    expect(harness.observed.conflicts).toEqual([{ project: 'default', name: 'x__t', servers: ['a', 'b'] }]);
  });

  it('cuts a name that is too long, routes it, and reports it', async () => {
    harness = new Harness();
    const long = 'n'.repeat(100);
    const server = await harness.server('a', { tools: [tool(long)] });
    const agent = await harness.agent();
    const [name] = await toolNames(agent);
    expect(name).toMatch(/^a__n+_[0-9a-f]{6}$/);
    expect(String(name)).toHaveLength(64);
    await agent.request('tools/call', { name, arguments: {} });
    expect(server.calls[0]?.['params']).toMatchObject({ name: long });
    expect(harness.observed.conflicts).toEqual([{ project: 'default', name, servers: ['a'] }]);
  });
});

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
    harness.router.disconnect('a-1', 'stopped by the operator');
    harness.router.disconnect('a-1', 'again');
    expect((await answer)['error']).toMatchObject({
      code: -32000,
      message: expect.stringContaining('stopped by the operator') as string,
    });
    expect(harness.observed.lost).toEqual([]);
    expect(harness.router.tools('a-1')).toEqual([]);
  });
});
