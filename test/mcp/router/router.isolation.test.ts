/** An instance serves one session at a time: two agents never see each other's roots, levels, subscriptions, lists or tasks. */
import { afterEach, describe, expect, it } from 'vitest';
import { OFFERED_CAPABILITIES } from '../../../src/mcp/eras/legacy.ts';
import { eventually, Harness, tool, type FakeServer, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const call = (name: string): Message => ({ name, arguments: {} });
const initializeOf = (server: FakeServer): Message => server.of('initialize')[0]?.['params'] as Message;

describe('createRouter: an isolated server', () => {
  it('leases an instance to one session, grows on demand, and gives each session always the same one', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    const [one, two] = [await harness.agent(), await harness.agent()];
    for (let round = 0; round < 3; round += 1) {
      for (const agent of [one, two]) expect(await agent.request('tools/call', call('a__t'))).toHaveProperty('result');
    }
    expect([...fleet.servers.keys()]).toEqual(['a-1', 'a-2']);
    const users = [...fleet.servers.values()].map(({ calls }) => calls.length);
    expect(users).toEqual([3, 3]);
    expect(new Set(harness.observed.leases.map(({ sessionId }) => sessionId)).size).toBe(2);
  });

  it('retires what a session has used, and starts it afresh', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    await agent.request('tools/call', call('a__t'));
    const used = fleet.server('a-1');
    agent.stream.end();
    const ended = /^session ses_\w+ ended$/;
    await eventually(() => harness.observed.retired.some(({ reason }) => ended.test(reason)), 'the retirement');
    expect(harness.observed.retired.at(-1)?.instanceId).toBe('a-1');
    await fleet.settled();
    await eventually(() => fleet.servers.get('a-1') !== undefined && fleet.server('a-1') !== used, 'a fresh one');
    const next = await harness.agent();
    await next.request('tools/call', call('a__t'));
    expect(fleet.server('a-1').calls).toHaveLength(1);
  });

  it('answers lists from the cache without starting anything', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    const first = await harness.agent();
    expect((await first.request('tools/list'))['result']).toMatchObject({ tools: [{ name: 'a__t' }] });
    await fleet.settled();
    const before = fleet.started.length;
    for (let index = 0; index < 20; index += 1) {
      const agent = await harness.agent();
      for (const list of ['tools', 'prompts', 'resources', 'resources/templates']) {
        expect(await agent.request(`${list}/list`)).toHaveProperty('result');
      }
    }
    await fleet.settled();
    expect(fleet.started).toHaveLength(before);
  });

  it('refuses the session that is one too many, and says what to do', async () => {
    harness = new Harness();
    await harness.fleet('a', { tools: [tool('t')] }, { maxInstances: 2 });
    const agents = [await harness.agent(), await harness.agent(), await harness.agent()];
    const answers = [];
    for (const agent of agents) answers.push(await agent.request('tools/call', call('a__t')));
    expect(answers[2]?.['error']).toMatchObject({
      code: -32000,
      message: 'server a is exhausted: all 2 instances are leased to other sessions; raise maxInstances, or share it',
      data: { server: 'a', state: 'exhausted', maxInstances: 2 },
    });
    agents[0]?.stream.end();
    await eventually(() => harness.observed.retired.some(({ reason }) => reason.includes('ended')), 'room');
    expect(await agents[2]?.request('tools/call', call('a__t'))).toHaveProperty('result');
  });

  it('serves any client from a warm instance, as long as the server asks nothing of clients', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    for (const capabilities of [
      {},
      { roots: {} },
      { roots: {}, sampling: {}, elicitation: {} },
      { experimental: { x: 1 } },
    ]) {
      const agent = await harness.agent({ capabilities });
      expect((await agent.request('tools/list'))['result']).toMatchObject({ tools: [{ name: 'a__t' }] });
      expect(await agent.request('tools/call', call('a__t'))).toHaveProperty('result');
      agent.stream.end();
      await eventually(() => harness.router.counts().sessions === 0, 'its end');
      await fleet.settled();
    }
    expect(harness.observed.retired.every(({ reason }) => reason.endsWith(' ended'))).toBe(true);
    for (const server of fleet.started) expect(initializeOf(server)['capabilities']).toEqual(OFFERED_CAPABILITIES);
  });

  it('tells an instance what the client of its session has declared, and nothing else, once the server has asked', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    fleet.server('a-1').send({ jsonrpc: '2.0', id: 1, method: 'sampling/createMessage' });
    expect((await fleet.server('a-1').answer(1))['error']).toMatchObject({ code: -32603 });
    const capabilities = { roots: { listChanged: true }, sampling: {}, experimental: { x: { y: 1 } } };
    const agent = await harness.agent({ capabilities });
    await agent.request('tools/call', call('a__t'));
    const users = fleet.started.filter(({ calls }) => calls.length > 0);
    expect(users.map((server) => initializeOf(server)['capabilities'])).toEqual([capabilities]);
    // One instance was enough: the warm one of another kind of client has made room.
    expect(fleet.servers.size).toBe(1);
    expect(harness.observed.retired.map(({ reason }) => reason)).toEqual([
      'a client with other capabilities needs an instance',
    ]);
  });

  it('serves what is known at once where lists differ by client, and corrects it behind the agent’s back', async () => {
    harness = new Harness();
    const fleet = await harness.fleet(
      'a',
      {
        on: (message, server) => {
          if (message['method'] === 'notifications/initialized')
            server.send({ jsonrpc: '2.0', id: 'r', method: 'sampling/createMessage' });
          if (message['method'] !== 'tools/list') return undefined;
          const { sampling } = initializeOf(server)['capabilities'] as Message;
          return { result: { tools: sampling === undefined ? [tool('plain')] : [tool('plain'), tool('sample')] } };
        },
      },
      { replicas: 2 },
    );
    fleet.server('a-1').send({ jsonrpc: '2.0', id: 'r', method: 'sampling/createMessage' });
    await fleet.server('a-1').answer('r');
    const plain = await harness.agent();
    const sampling = await harness.agent({ capabilities: { sampling: { tools: {}, context: {} } } });
    const names = async (agent: typeof plain): Promise<string[]> =>
      ((await agent.request('tools/list'))['result'] as { tools: { name: string }[] }).tools.map(({ name }) => name);
    const told = plain.untilMethod('notifications/tools/list_changed');
    expect(await names(plain)).toEqual(['a__plain', 'a__sample']);
    expect(await names(sampling)).toEqual(['a__plain', 'a__sample']);
    await told;
    await eventually(
      () => fleet.started.some((server) => server.of('tools/list').length > 0 && fleet.started.indexOf(server) > 1),
      'an instance of its own kind',
    );
    await eventually(() => plain.of('notifications/tools/list_changed').length > 0, 'the correction');
    await expect.poll(() => names(plain), { timeout: 60_000 }).toEqual(['a__plain']);
    expect(await names(sampling)).toEqual(['a__plain', 'a__sample']);
    expect((await plain.request('tools/call', call('a__sample')))['error']).toMatchObject({ code: -32602 });
    expect(await sampling.request('tools/call', call('a__sample'))).toHaveProperty('result');
  });
});
