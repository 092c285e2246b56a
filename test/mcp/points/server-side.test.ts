/** Points 7 to 10 of the protocol's checklist: requests of servers, logging, changed lists, what sessions share. */
import { pause } from '../../support/until.ts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  eventually,
  paramsOf,
  tool,
  type FakeServer,
  type Message,
  type Peer,
} from '../../support/worlds/mcp-harness.ts';
import { errorOf, namesIn, resultOf, SETTINGS, World } from '../../support/worlds/point-world.ts';

let world: World;
afterEach(() => world.close());

let askings = 0;

/** A call during which the server asks `method`; resolves to what the server got. */
async function asking(
  agent: Peer,
  server: FakeServer,
  method: string,
  params: Message,
  answer?: Message,
): Promise<Message> {
  const id = `ask ${(askings += 1)}`;
  const calls = server.calls.length;
  const call = world.call(agent, 'ask');
  await eventually(() => server.calls.length > calls, 'the call');
  const before = agent.of(method).length;
  server.send({ jsonrpc: '2.0', id, method, params });
  if (answer !== undefined) {
    await eventually(() => agent.of(method).length > before, method);
    agent.send({ jsonrpc: '2.0', id: agent.of(method)[before]?.['id'], ...answer });
  }
  const got = await server.answer(id);
  server.result(server.calls[calls]?.['id'], { content: [] });
  await call;
  return got;
}

const asks = {
  tools: [tool('ask')],
  on: (m: Message) => ((m['params'] as Message | undefined)?.['name'] === 'ask' ? 'ignore' : undefined),
} as const;

describe.each(SETTINGS)('$name', (setting) => {
  it('7. requests of servers: sampling with tools, elicitation in both modes and unknown ones reach the client, unvalidated', async () => {
    world = await World.open(setting, asks);
    const capabilities = { sampling: { tools: {} }, elicitation: { form: {}, url: {} }, experimental: { x: {} } };
    const agent = await world.agent({ capabilities });
    const server = await world.instanceOf(agent);
    const odd = { result: { anything: [1, { deep: true }], model: 7 } };
    for (const [method, params] of [
      ['sampling/createMessage', { messages: [], maxTokens: 5, tools: [tool('x')], new: 1 }],
      ['elicitation/create', { message: 'm', requestedSchema: { type: 'object' } }],
      ['elicitation/create', { mode: 'url', message: 'm', url: 'https://x.example', elicitationId: 'e1' }],
      ['vendor/unknown', { y: 2 }],
    ] as const) {
      expect(resultOf(await asking(agent, server, method, params, odd))).toEqual(odd.result);
      const asked = paramsOf(agent.of(method).at(-1));
      expect(asked).toMatchObject(params);
      expect((asked['_meta'] as Message)['io.mcptui/server']).toBe('a');
    }
    const refusal = { error: { code: -1, message: 'declined', data: { why: 'no' } } };
    expect(errorOf(await asking(agent, server, 'elicitation/create', { message: 'm' }, refusal))).toEqual(
      refusal.error,
    );
    expect(world.harness.observed.serverRequests.map(({ server: name, outcome }) => [name, outcome])).toEqual([
      ...Array.from({ length: 4 }, () => ['a', 'ok']),
      ['a', 'error'],
    ]);
    server.send({ jsonrpc: '2.0', id: 'p', method: 'ping' });
    expect(resultOf(await server.answer('p'))).toEqual({});
    server.notify('notifications/elicitation/complete', { elicitationId: 'e1' });
    expect((await agent.untilMethod('notifications/elicitation/complete'))['params']).toEqual({ elicitationId: 'e1' });
  });

  it('7. requests of servers: refused at once where the client cannot, with the capability that is missing', async () => {
    world = await World.open(setting, asks);
    const agent = await world.agent({ capabilities: { sampling: {}, elicitation: {} } });
    const server = await world.instanceOf(agent);
    for (const [method, params, missing] of [
      ['sampling/createMessage', { messages: [], tools: [tool('x')] }, 'sampling.tools'],
      ['elicitation/create', { mode: 'url', url: 'https://x.example' }, 'elicitation.url'],
    ] as const) {
      const error = errorOf(await asking(agent, server, method, params));
      expect(error).toMatchObject({ code: -32601, message: expect.stringContaining(missing) as string });
    }
    const bare = await world.agent();
    const other = await world.instanceOf(bare);
    expect(errorOf(await asking(bare, other, 'sampling/createMessage', { messages: [] }))).toMatchObject({
      code: -32601,
    });
    expect(world.harness.observed.serverRequests.every(({ outcome }) => outcome === 'refused')).toBe(true);
  });

  it('7. requests of servers: an error to the server when the client goes away', async () => {
    world = await World.open(setting, asks);
    const agent = await world.agent({ capabilities: { sampling: {} } });
    const server = await world.instanceOf(agent);
    void world.call(agent, 'ask').catch(() => {});
    await server.until(({ params }) => (params as Message | undefined)?.['name'] === 'ask', 'the call');
    server.send({ jsonrpc: '2.0', id: 's', method: 'sampling/createMessage', params: { messages: [] } });
    await agent.untilMethod('sampling/createMessage');
    agent.stream.destroy();
    expect(errorOf(await server.answer('s'))['message']).toContain('the client is gone');
    expect(world.harness.router.counts()).toMatchObject({ serverRequests: 0 });
  });

  it('8. logging: each session gets its own level, and again after a restart', async () => {
    world = await World.open(setting, { tools: [tool('t')] });
    const [loud, quiet] = [await world.agent(), await world.agent()];
    await loud.request('logging/setLevel', { level: 'debug' });
    await quiet.request('logging/setLevel', { level: 'error' });
    const say = (server: FakeServer): void => {
      const level = paramsOf(server.of('logging/setLevel').at(-1))['level'];
      // As a server does: nothing below the level that it was told.
      if (level === 'debug') server.notify('notifications/message', { level: 'debug', logger: 'l', data: 'x' });
      server.notify('notifications/message', { level: 'error', logger: 'l', data: 'y' });
    };
    const levels = (agent: Peer): unknown[] =>
      agent
        .of('notifications/message')
        .map(({ params }) => [(params as Message)['level'], (params as Message)['logger']]);
    const round = async (): Promise<void> => {
      const servers = new Set([await world.instanceOf(loud), await world.instanceOf(quiet)]);
      for (const server of servers) say(server);
      for (const agent of [loud, quiet]) await world.call(agent, 't');
    };
    await round();
    expect(levels(loud)).toEqual([
      ['debug', 'l'],
      ['error', 'l'],
    ]);
    expect(levels(quiet)).toEqual([['error', 'l']]);
    const victim = await world.instanceOf(loud);
    world.crash(victim);
    await eventually(() => world.instances().at(-1) !== victim, 'the return');
    await eventually(() => world.instances().at(-1)?.of('notifications/initialized').length === 1, 'initialized');
    await round();
    expect(levels(loud)).toEqual([
      ['debug', 'l'],
      ['error', 'l'],
      ['debug', 'l'],
      ['error', 'l'],
    ]);
  });

  it('9. list_changed: fetched first, then told once for a burst, to those who see it', async () => {
    world = await World.open(setting, { tools: [tool('t')] });
    const [one, two] = [await world.agent(), await world.agent()];
    const server = await world.instanceOf(one);
    await world.instanceOf(two);
    await Promise.all([one, two].map((agent) => agent.request('tools/list')));
    // What became known when the instances came has been told by then.
    await eventually(() => world.harness.router.counts().upstreamRequests === 0, 'quiet');
    await pause(150);
    const before = [one, two].map((agent) => agent.of('notifications/tools/list_changed').length);
    server.options = { ...server.options, tools: [tool('mark'), tool('t'), tool('new')] };
    for (let burst = 0; burst < 5; burst += 1) server.notify('notifications/tools/list_changed');
    await eventually(() => one.of('notifications/tools/list_changed').length > (before[0] ?? 0), 'the change');
    const told = [one, two].map(
      (agent, index) => agent.of('notifications/tools/list_changed').length - (before[index] ?? 0),
    );
    expect(told).toEqual(setting.isolation === 'shared' ? [1, 1] : [1, 0]);
    expect(namesIn(await one.request('tools/list'))).toContain('a__new');
    expect(namesIn(await two.request('tools/list')).includes('a__new')).toBe(setting.isolation === 'shared');
  });

  it('10. what sessions share: no roots, subscriptions or requests of one reach the other', async () => {
    world = await World.open(setting, { ...asks, resources: [{ uri: 'x://1', name: 'one' }] });
    const capabilities = { roots: { listChanged: true }, sampling: {} };
    const [one, two] = [await world.agent({ capabilities }), await world.agent({ capabilities })];
    const [first, second] = [await world.instanceOf(one), await world.instanceOf(two)];
    expect(first === second).toBe(setting.isolation === 'shared');
    await one.request('resources/subscribe', { uri: 'x://1' });
    for (const server of new Set([first, second])) server.notify('notifications/resources/updated', { uri: 'x://1' });
    await one.untilMethod('notifications/resources/updated');
    const got =
      setting.isolation === 'shared'
        ? resultOf(await asking(one, first, 'roots/list', {}))
        : resultOf(await asking(one, first, 'roots/list', {}, { result: { roots: [{ uri: 'file:///one' }] } }));
    expect(got).toEqual({ roots: setting.isolation === 'shared' ? [] : [{ uri: 'file:///one' }] });
    await asking(one, first, 'sampling/createMessage', { messages: [] }, { result: { model: 'm' } });
    await two.request('ping');
    expect(
      two.received.filter(({ method }) => method !== undefined && !(method as string).endsWith('list_changed')),
    ).toEqual([]);
  });
});
