/** Points 11 to 15 of the protocol's checklist: pages, caches, subscriptions, capabilities and tasks, instructions. */
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, tool, type FakeServer, type Message } from '../../support/worlds/mcp-harness.ts';
import { errorOf, namesIn, resultOf, SETTINGS, World } from '../../support/worlds/point-world.ts';

let world: World;
afterEach(() => world.close());

/** A server of tasks: `work` makes task `id`, and `tasks/*` speak of it. */
function taskServer(id: string) {
  return {
    tools: [tool('work')],
    capabilities: { tools: {}, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
    on(message: Message): Message | undefined {
      const params = (message['params'] ?? {}) as Message;
      const task = { taskId: id, status: 'working', ttl: null };
      if (message['method'] === 'tools/call' && params['name'] === 'work') return { result: { task } };
      if (message['method'] === 'tasks/list') return { result: { tasks: [task, { ...task, taskId: 'of another' }] } };
      if (!String(message['method']).startsWith('tasks/')) return undefined;
      if (params['taskId'] !== id) return { error: { code: -32602, message: 'no such task' } };
      if (message['method'] !== 'tasks/result') return { result: task };
      const _meta = { 'io.modelcontextprotocol/related-task': { taskId: id } };
      return { result: { content: [{ type: 'text', text: id }], _meta } };
    },
  };
}

describe.each(SETTINGS)('$name', (setting) => {
  it('11. pagination: pages are walked to the end, "" is a cursor, one that comes twice ends it, ours are unknown', async () => {
    const pages: Record<string, Message> = {
      first: { tools: [tool('mark'), tool('one')], nextCursor: '' },
      '': { tools: [tool('two')], nextCursor: 'x' },
      x: { tools: [tool('three')], nextCursor: '' },
    };
    world = await World.open(setting, {
      on: (message) => {
        if (message['method'] !== 'tools/list') return undefined;
        const cursor = (message['params'] as Message | undefined)?.['cursor'];
        return { result: pages[typeof cursor === 'string' ? cursor : 'first'] ?? {} };
      },
    });
    const agent = await world.agent();
    const names = namesIn(await agent.request('tools/list')).filter((name) => name.startsWith('a__'));
    expect(names.filter((name) => name !== 'a__mark')).toEqual(['a__one', 'a__two', 'a__three']);
    expect(errorOf(await agent.request('tools/list', { cursor: 'x' }))).toMatchObject({ code: -32602 });
  });

  it('12. list cache: asked once for all readers, and the order is always the same', async () => {
    world = await World.open(setting, { tools: [tool('z'), tool('y')] });
    const agents = await Promise.all(Array.from({ length: 5 }, () => world.agent()));
    const first = await agents[0]?.request('tools/list');
    await eventually(() => world.harness.router.counts().upstreamRequests === 0, 'quiet');
    const asked = (): number => world.instances().reduce((sum, server) => sum + server.of('tools/list').length, 0);
    const before = asked();
    const all = await Promise.all(agents.flatMap((agent) => [1, 2, 3].map(() => agent.request('tools/list'))));
    for (const answer of all) expect(resultOf(answer)).toEqual(resultOf(first ?? {}));
    expect(asked()).toBe(before);
  });

  it('12. list cache: a slow upstream delays neither initialize nor the others’ lists beyond the deadline', async () => {
    let release = (): void => {};
    const waiting = new Promise<void>((resolve) => (release = resolve));
    world = await World.open(
      setting,
      {
        on: (message, server) => {
          if (message['method'] !== 'tools/list') return undefined;
          void waiting.then(() => server.result(message['id'], { tools: [tool('mark'), tool('late')] }));
          return 'ignore';
        },
      },
      {},
      { listDeadlineMs: 100 },
    );
    const agent = await world.agent();
    const names = namesIn(await agent.request('tools/list'));
    expect(names.some((name) => name.startsWith('a__'))).toBe(false);
    expect(names.includes('b__mark')).toBe(setting.several);
    release();
    await agent.untilMethod('notifications/tools/list_changed');
    await eventually(() => world.harness.router.counts().upstreamRequests === 0, 'the list');
    expect(namesIn(await agent.request('tools/list'))).toContain('a__late');
  });

  it('13. subscriptions: counted, told to subscribers alone, ended with the last, made again after a restart', async () => {
    world = await World.open(setting, { resources: [{ uri: 'x://1', name: 'one' }] });
    const [one, two, three] = [await world.agent(), await world.agent(), await world.agent()];
    for (const agent of [one, two]) await agent.request('resources/subscribe', { uri: 'x://1' });
    const servers = new Set([await world.instanceOf(one), await world.instanceOf(two), await world.instanceOf(three)]);
    const sum = (method: string): number => [...servers].reduce((all, server) => all + server.of(method).length, 0);
    expect(sum('resources/subscribe')).toBe(setting.isolation === 'shared' ? 1 : 2);
    const update = (): void => {
      for (const server of world.instances()) server.notify('notifications/resources/updated', { uri: 'x://1' });
    };
    update();
    for (const agent of [one, two]) await agent.untilMethod('notifications/resources/updated');
    await three.request('ping');
    expect([one, two, three].map((agent) => agent.of('notifications/resources/updated').length)).toEqual([1, 1, 0]);
    await one.request('resources/unsubscribe', { uri: 'x://1' });
    expect(sum('resources/unsubscribe')).toBe(setting.isolation === 'shared' ? 0 : 1);
    const holder = await world.instanceOf(two);
    world.crash(holder);
    const isBack = (): boolean => world.instances().at(-1)?.of('resources/subscribe').length === 1;
    await eventually(() => world.instances().at(-1) !== holder && isBack(), 'the subscription');
    update();
    await eventually(() => two.of('notifications/resources/updated').length === 2, 'an update');
    expect(one.of('notifications/resources/updated')).toHaveLength(1);
  });

  it('14. capabilities: what the router can serve, whoever is behind it', async () => {
    world = await World.open(setting, { capabilities: { tools: {} } });
    const peer = world.harness.rawAgent();
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
    expect(resultOf(await peer.request('initialize', params))['capabilities']).toMatchObject({
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      logging: {},
      completions: {},
      tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
    });
    const older = await world.harness.rawAgent().request('initialize', { ...params, protocolVersion: '2025-06-18' });
    expect(resultOf(older)['capabilities']).not.toHaveProperty('tasks');
  });

  it('14. tasks: routed by their ids to the server that has them, shown and readable to their session alone', async () => {
    world = await World.open(setting, taskServer('1'));
    const [mine, other] = [await world.agent(), await world.agent()];
    const made = resultOf(await world.call(mine, 'work', {}, { task: { ttl: 1000 } }));
    expect(made['task']).toMatchObject({ taskId: '1', status: 'working' });
    expect(resultOf(await mine.request('tasks/get', { taskId: '1' }))).toMatchObject({ taskId: '1' });
    expect(resultOf(await mine.request('tasks/result', { taskId: '1' }))['content']).toEqual([
      { type: 'text', text: '1' },
    ]);
    expect(resultOf(await mine.request('tasks/list'))['tasks']).toMatchObject([{ taskId: '1' }]);
    expect(errorOf(await other.request('tasks/get', { taskId: '1' }))).toMatchObject({ code: -32602 });
    expect(resultOf(await other.request('tasks/list'))['tasks']).toEqual([]);
    const server = await world.instanceOf(mine);
    await world.instanceOf(other);
    server.notify('notifications/tasks/status', { taskId: '1', status: 'completed' });
    await mine.untilMethod('notifications/tasks/status');
    await other.request('ping');
    expect(other.of('notifications/tasks/status')).toEqual([]);
    expect(resultOf(await mine.request('tasks/cancel', { taskId: '1' }))).toMatchObject({ taskId: '1' });
  });

  it('15. instructions: a section a server, in order, with what its tools begin with', async () => {
    world = await World.open(setting, { instructions: 'Be kind.' });
    const peer = world.harness.rawAgent();
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
    const said = String(resultOf(await peer.request('initialize', params))['instructions']);
    const section = (name: string): string => `## ${name} (its tools begin with ${name}__)\n\nBe kind.`;
    expect(said).toBe(setting.several ? `${section('a')}\n\n${section('b')}` : section('a'));
  });
});

describe('14. tasks of two servers that chose the same id', () => {
  it.each(['shared', 'session'] as const)('are told apart (%s)', async (isolation) => {
    world = await World.open({ name: '', isolation, several: false }, taskServer('1'));
    const { harness } = world;
    let second: () => FakeServer;
    if (isolation === 'shared') {
      const server = await harness.server('b', taskServer('1'));
      second = () => server;
    } else {
      const fleet = await harness.fleet('b', taskServer('1'));
      second = () => [...fleet.servers.values()].find(({ calls }) => calls.length > 0) as FakeServer;
    }
    const agent = await world.agent();
    await world.call(agent, 'work', {}, { task: {} });
    const made = await agent.request('tools/call', { name: 'b__work', arguments: {}, task: {} });
    expect(resultOf(made)['task']).toMatchObject({ taskId: 'b:1' });
    expect(resultOf(await agent.request('tasks/get', { taskId: 'b:1' }))).toMatchObject({ taskId: 'b:1' });
    const result = resultOf(await agent.request('tasks/result', { taskId: 'b:1' }));
    expect(result['_meta']).toEqual({ 'io.modelcontextprotocol/related-task': { taskId: 'b:1' } });
    const listed = resultOf(await agent.request('tasks/list'))['tasks'] as { taskId: string }[];
    expect(listed.map(({ taskId }) => taskId)).toEqual(['1', 'b:1']);
    expect(
      second()
        .of('tasks/get')
        .map(({ params }) => params),
    ).toEqual([{ taskId: '1' }]);
    second().notify('notifications/tasks/status', { taskId: '1', status: 'completed' });
    expect((await agent.untilMethod('notifications/tasks/status'))['params']).toMatchObject({ taskId: 'b:1' });
  });
});
