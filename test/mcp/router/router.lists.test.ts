import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { eventually, Harness, tool, type Message, type Peer } from '../../support/worlds/mcp-harness.ts';

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
    await harness.server('b', {
      tools: [tool('t', { icons: [{ src: 'x' }], future: { x: 1 } })],
      prompts: [{ name: 'p' }],
    });
    await harness.server('a', { tools: [tool('t')], prompts: [{ name: 'p' }] });
    await harness.server('other', { tools: [tool('hidden')] });
    const agent = await harness.agent();
    const { result } = await agent.request('tools/list');
    expect(result).toEqual({
      tools: [tool('a__t'), { ...tool('b__t'), icons: [{ src: 'x' }], future: { x: 1 } }],
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
    for (const cursor of ['', null]) {
      expect(await agent.request('tools/list', { cursor })).toMatchObject({ result: { tools: { length: 3 } } });
    }
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

  it.each(['session', 'shared'] as const)(
    'keeps a call waiting for a server that is starting, also where its tools are not known: isolation %s',
    async (isolation) => {
      const clock = new FakeClock();
      harness = new Harness({ clock, listDeadlineMs: 5_000 });
      harness.route({
        name: 'soon',
        isolation,
        startTimeoutMs: 30_000,
        down: { state: 'starting', reason: 'pulling' },
      });
      const agent = await harness.agent();
      const found = harness.router.operators.findTool('soon', 't');
      const called = agent.request('tools/call', { name: 'soon__t', arguments: {} });
      for (let second = 0; second < 20; second += 1) await clock.advance(1_000);
      await harness.server('soon', { tools: [tool('t')] });
      expect(await called).toHaveProperty('result');
      expect(await found).toMatchObject({ kind: 'tool' });
      // One that never comes is given up when its start has taken too long.
      harness.route({
        name: 'never',
        isolation,
        startTimeoutMs: 30_000,
        down: { state: 'starting', reason: 'pulling' },
      });
      const waiting = agent.request('tools/call', { name: 'never__t', arguments: {} });
      await agent.request('ping');
      for (let second = 0; second < 45; second += 1) await clock.advance(1_000);
      expect((await waiting)['error']).toMatchObject({ message: 'server never is starting: pulling' });
    },
  );

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
    expect(harness.router.servers.tools('a-1').map(({ name }) => name)).toEqual(['t', 'new']);
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

  it('leaves room in names for what clients put in front of them, as it is set', async () => {
    harness = new Harness();
    const long = 'n'.repeat(55);
    await harness.server('a', { tools: [tool(long), tool('t')] });
    const agent = await harness.agent();
    expect(await toolNames(agent)).toEqual([`a__${long}`, 'a__t']);
    const problems = async (): Promise<(string | undefined)[]> =>
      (await harness.router.operators.catalog({ server: 'a' }))[0]?.lists.tools.items.map(({ problem }) => problem) ??
      [];
    expect(await problems()).toEqual([
      '71 characters with mcp__mcptui__ in front: edit project --client-prefix',
      undefined,
    ]);
    const before = agent.of('notifications/tools/list_changed').length;
    harness.route({ name: 'a', naming: { limit: 64, clientPrefix: 'mcp__mcptui__' } });
    await eventually(() => agent.of('notifications/tools/list_changed').length > before, 'the change');
    const names = await toolNames(agent);
    expect(names.map((name) => String(name).length)).toEqual([51, 4]);
    expect(await problems()).toEqual(['cut to 51 characters (64 less mcp__mcptui__)', undefined]);
    harness.route({ name: 'a', naming: { limit: 64, clientPrefix: '' } });
    expect(await problems()).toEqual([undefined, undefined]);
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
