/** An instance serves one session at a time: two agents never see each other's roots, levels, subscriptions, lists or tasks. */
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const call = (name: string): Message => ({ name, arguments: {} });

describe('createRouter: an isolated server and its sessions', () => {
  it('makes an instance that has asked for roots in vain ask again, once a session with roots has it', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    const server = fleet.server('a-1');
    server.send({ jsonrpc: '2.0', id: 'r', method: 'roots/list' });
    expect(await server.answer('r')).toHaveProperty('error');
    const agent = await harness.agent({ capabilities: { roots: {}, sampling: { tools: {}, context: {} } } });
    expect(await agent.request('tools/call', call('a__t'))).toHaveProperty('result');
    expect(server.of('notifications/roots/list_changed')).toHaveLength(1);
    expect(harness.observed.retired).toEqual([]);
  });

  it('brings roots of the client that has the instance, and tells only its instance that they changed', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] }, { replicas: 2 });
    const capabilities = { roots: { listChanged: true } };
    const agents = [await harness.agent({ capabilities }), await harness.agent({ capabilities })];
    for (const [index, agent] of agents.entries()) {
      await agent.request('tools/call', call('a__t'));
      const server = [...fleet.servers.values()].find(({ calls }) => calls.length > 0 && calls.length === index + 1);
      expect(server ?? fleet.servers.size).toBeDefined();
    }
    const owners = [...fleet.servers.values()].filter(({ calls }) => calls.length > 0);
    expect(owners).toHaveLength(2);
    for (const owner of owners) owner.send({ jsonrpc: '2.0', id: 'r', method: 'roots/list' });
    for (const [index, agent] of agents.entries()) {
      const asked = await agent.untilMethod('roots/list');
      agent.send({ jsonrpc: '2.0', id: asked['id'], result: { roots: [{ uri: `file:///${index}` }] } });
    }
    const uris = await Promise.all(owners.map(async (owner) => (await owner.answer('r'))['result']));
    expect(uris.map((result) => JSON.stringify(result)).toSorted()).toEqual([
      '{"roots":[{"uri":"file:///0"}]}',
      '{"roots":[{"uri":"file:///1"}]}',
    ]);
    agents[0]?.notify('notifications/roots/list_changed');
    await agents[0]?.request('tools/call', call('a__t'));
    await agents[1]?.request('tools/call', call('a__t'));
    expect(
      owners.map((owner) => owner.of('notifications/roots/list_changed').length).toSorted((a, b) => a - b),
    ).toEqual([0, 1]);
  });

  it('refuses roots at once where the client has none', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    await agent.request('tools/call', call('a__t'));
    const server = fleet.server('a-1');
    server.send({ jsonrpc: '2.0', id: 1, method: 'roots/list' });
    expect((await server.answer(1))['error']).toMatchObject({ code: -32601 });
  });

  it('asks the session of the instance also while no call is in flight, and nobody for an idle one', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] }, { replicas: 2 });
    const agent = await harness.agent({ capabilities: { sampling: {} } });
    await agent.request('tools/call', call('a__t'));
    await fleet.settled();
    for (const server of fleet.servers.values())
      server.send({ jsonrpc: '2.0', id: 's', method: 'sampling/createMessage' });
    const asked = await agent.untilMethod('sampling/createMessage');
    agent.send({ jsonrpc: '2.0', id: asked['id'], result: { model: 'm' } });
    const [owner, idle] = [...fleet.servers.values()].toSorted((a, b) => b.calls.length - a.calls.length);
    expect((await owner?.answer('s'))?.['result']).toEqual({ model: 'm' });
    expect((await idle?.answer('s'))?.['error']).toMatchObject({
      code: -32603,
      message: 'mcptui cannot tell whom to ask for sampling/createMessage: no session has this instance',
    });
    expect(agent.of('sampling/createMessage')).toHaveLength(1);
    expect(harness.observed.serverRequests).toMatchObject([
      { server: 'a', method: 'sampling/createMessage', outcome: 'refused' },
      { server: 'a', method: 'sampling/createMessage', outcome: 'ok', client: 'agent 1' },
    ]);
  });

  it('sets the level and makes the subscriptions of its session alone, again after a crash', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', {
      tools: [tool('t')],
      resources: [{ uri: 'x://1', name: 'one' }],
    });
    const [loud, quiet] = [await harness.agent(), await harness.agent()];
    await loud.request('logging/setLevel', { level: 'debug' });
    for (const agent of [loud, quiet]) await agent.request('tools/call', call('a__t'));
    await loud.request('resources/subscribe', { uri: 'x://1' });
    const [first, second] = [fleet.server('a-1'), fleet.server('a-2')];
    expect(first.of('logging/setLevel').map(({ params }) => params)).toEqual([{ level: 'debug' }]);
    expect(second.of('logging/setLevel')).toEqual([]);
    for (const server of [first, second]) {
      server.notify('notifications/message', { level: 'debug', data: 1 });
      server.notify('notifications/resources/updated', { uri: 'x://1' });
    }
    await loud.untilMethod('notifications/resources/updated');
    await quiet.request('tools/call', call('a__t'));
    expect([loud, quiet].map((agent) => agent.of('notifications/resources/updated').length)).toEqual([1, 0]);
    expect([loud, quiet].map((agent) => agent.of('notifications/message').length)).toEqual([1, 1]);
    fleet.crash('a-1');
    await eventually(() => fleet.servers.has('a-1'), 'the return');
    await fleet.settled();
    const again = fleet.server('a-1');
    await again.untilMethod('resources/subscribe');
    expect(
      again.received.map(({ method }) => method).filter((method) => /setLevel|subscribe/.test(String(method))),
    ).toEqual(['logging/setLevel', 'resources/subscribe']);
    again.notify('notifications/resources/updated', { uri: 'x://1' });
    await eventually(() => loud.of('notifications/resources/updated').length === 2, 'the update');
  });

  it('shows a session the lists that its own instance has changed, and nobody else', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] }, { replicas: 2 });
    const [one, two] = [await harness.agent(), await harness.agent()];
    for (const agent of [one, two]) await agent.request('tools/call', call('a__t'));
    await fleet.settled();
    await eventually(() => two.of('notifications/tools/list_changed').length === 1, 'the list became known');
    const before = one.of('notifications/tools/list_changed').length;
    const mine = fleet.started.find(({ calls }) => calls.length > 0);
    if (mine === undefined) throw new Error('no call');
    mine.options = { ...mine.options, tools: [tool('t'), tool('extra')] };
    mine.notify('notifications/tools/list_changed');
    await eventually(() => one.of('notifications/tools/list_changed').length === before + 1, 'the change');
    const names = async (agent: typeof one): Promise<string[]> =>
      ((await agent.request('tools/list'))['result'] as { tools: { name: string }[] }).tools.map(({ name }) => name);
    expect(await names(one)).toEqual(['a__t', 'a__extra']);
    expect(await names(two)).toEqual(['a__t']);
    expect(two.of('notifications/tools/list_changed')).toHaveLength(1);
    // Its successor is as the others are: the session is told, and sees what they see.
    const id = [...fleet.servers].find(([, server]) => server === mine)?.[0] ?? '';
    fleet.crash(id);
    await eventually(() => one.of('notifications/tools/list_changed').length === before + 2, 'the second change');
    expect(await names(one)).toEqual(['a__t']);
  });

  it('lets a call wait for its instance, and ends the wait when it is cancelled or cannot be served', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] }, { maxInstances: 3 });
    const first = await harness.agent();
    await first.request('tools/call', call('a__t'));
    fleet.stopRefilling();
    const second = await harness.agent();
    second.send({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: call('a__t') });
    await second.request('ping');
    second.notify('notifications/cancelled', { requestId: 7, reason: 'enough' });
    const waiting = second.request('tools/call', call('a__t'), 8);
    await second.request('ping');
    harness.route({
      name: 'a',
      isolation: 'session',
      maxInstances: 3,
      noMore: { state: 'error', reason: 'no memory', retryAt: Date.now() + 5000 },
    });
    expect((await waiting)['error']).toMatchObject({
      code: -32000,
      data: { server: 'a', state: 'error', reason: 'no memory' },
    });
    expect(second.received.some(({ id }) => id === 7)).toBe(false);
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['ok', 'cancelled', 'rpc-error']);
    expect(harness.router.counts()).toMatchObject({ calls: 0, upstreamRequests: 0 });
  });

  it('starts no second instance before the first has shown that the server runs', async () => {
    harness = new Harness();
    const demands: number[] = [];
    const fleet = harness.beginFleet('a', { on: (m) => (m['method'] === 'initialize' ? 'ignore' : undefined) });
    const original = fleet.demand.bind(fleet);
    fleet.demand = (sessions) => {
      demands.push(sessions);
      original(sessions);
    };
    const agents = [await harness.agent(), await harness.agent(), await harness.agent()];
    for (const agent of agents)
      agent.send({ jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'x://1' } });
    await eventually(() => demands.length >= 3, 'three claims');
    expect(demands.every((sessions) => sessions === 0)).toBe(true);
    expect(fleet.started).toHaveLength(1);
  });
});
