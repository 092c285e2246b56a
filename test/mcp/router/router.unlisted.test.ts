/** Calls of a server that runs and whose list is not known: they wait for it, or are told why it does not come. */
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type FakeServer, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const call = (name: string): Message => ({ name, arguments: {} });

describe('createRouter: a call of a tool that no list has yet', () => {
  it('waits for the list of its server, also where readers wait for that no more', async () => {
    harness = new Harness({ listDeadlineMs: 100 });
    const slow: FakeServer = await harness.server('slow', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/list' ? 'ignore' : undefined),
    });
    const agent = await harness.agent();
    expect((await agent.request('tools/list'))['result']).toEqual({ tools: [] });
    const answer = agent.request('tools/call', call('slow__t'));
    await agent.request('ping');
    await eventually(() => slow.of('tools/list').length > 0, 'the list');
    for (const { id } of slow.of('tools/list')) slow.result(id, { tools: [tool('t')] });
    expect(await answer).toHaveProperty('result');
  });

  it('is told why, and when to try again, where that list has failed; of no server it is unknown', async () => {
    harness = new Harness();
    await harness.server('bad', {
      tools: [tool('t')],
      on: (message) =>
        message['method'] === 'tools/list' ? { error: { code: -32000, message: 'no tools today' } } : undefined,
    });
    const agent = await harness.agent();
    await agent.request('tools/list');
    expect((await agent.request('tools/call', call('bad__t')))['error']).toMatchObject({
      code: -32000,
      data: { server: 'bad', state: 'unlisted', reason: expect.stringContaining('no tools today') as string },
    });
    expect((await agent.request('tools/call', call('other__t')))['error']).toMatchObject({
      code: -32602,
      message: 'Unknown tool: other__t',
    });
  });
});
