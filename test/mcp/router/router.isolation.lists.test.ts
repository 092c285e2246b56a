/** The lists of isolated servers, and what agents see of a server that comes while they are connected. */
import { afterEach, describe, expect, it } from 'vitest';
import { OFFERED_CAPABILITIES } from '../../../src/mcp/eras/legacy.ts';
import { eventually, Harness, tool, type FakeServer, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const call = (name: string): Message => ({ name, arguments: {} });
const initializeOf = (server: FakeServer): Message => server.of('initialize')[0]?.['params'] as Message;

describe('createRouter: the lists of an isolated server that changes them while it starts', () => {
  it('are everybody’s until an agent has used the instance, and a call waits for them', async () => {
    harness = new Harness();
    const fleet = harness.beginFleet('a', {
      on(message, server) {
        if (message['method'] !== 'tools/list') return undefined;
        // As servers do that add tools once they know what the client can do.
        if (server.of('tools/list').length === 1) server.notify('notifications/tools/list_changed');
        setTimeout(() => server.result(message['id'], { tools: [tool('t')] }), 10);
        return 'ignore';
      },
    });
    const [one, two] = [await harness.agent(), await harness.agent()];
    expect(await one.request('tools/call', call('a__t'))).toHaveProperty('result');
    expect(await two.request('tools/call', call('a__t'))).toHaveProperty('result');
    await fleet.settled();
  });
});

describe('createRouter: an isolated server that is added while agents are connected', () => {
  it('is announced to all of them, whatever their clients can do, and is told of one that can do all', async () => {
    harness = new Harness();
    await harness.fleet('old', { tools: [tool('t')] }, { maxInstances: 8 });
    const agents = [
      await harness.agent({ capabilities: { roots: {} } }),
      await harness.agent({ capabilities: { sampling: {} } }),
    ];
    for (const agent of agents) await agent.request('tools/list');
    const quiet = (): number =>
      agents.reduce((sum, agent) => sum + agent.of('notifications/tools/list_changed').length, 0);
    await eventually(() => harness.router.counts().upstreamRequests === 0, 'quiet');
    const before = quiet();
    const fleet = await harness.fleet('new', { tools: [tool('t')] });
    await eventually(() => quiet() >= before + 2, 'word to both');
    for (const agent of agents) {
      const { tools } = (await agent.request('tools/list'))['result'] as { tools: { name: string }[] };
      expect(tools.map(({ name }) => name)).toContain('new__t');
    }
    expect(initializeOf(fleet.started[0] as FakeServer)['capabilities']).toEqual(OFFERED_CAPABILITIES);
  });
});
