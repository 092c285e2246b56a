/** Real servers over HTTP behind the router. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEverything, type Everything } from '../../../support/worlds/everything.ts';
import { eventually, Harness, type Message } from '../../../support/worlds/mcp-harness.ts';

describe.each([
  ['streamableHttp', 'streamable-http'],
  ['sse', 'sse'],
  ['sse', 'streamable-http'],
] as const)('server-everything in %s mode, reached as %s', (mode, transport) => {
  let everything: Everything;
  let harness: Harness;

  beforeEach(async () => {
    everything = await startEverything(mode);
    harness = new Harness({ listDeadlineMs: 30_000 });
    harness.route({ name: 'every', prefix: 'every' });
    await harness.remote('every', everything.url, { transport });
  });
  afterEach(async () => {
    await harness.close();
    await everything.close();
  });

  it('lists tools, calls them, and passes progress before the answer', async () => {
    const agent = await harness.agent({ capabilities: { sampling: {}, elicitation: {} } });
    await eventually(() => harness.observed.tools.length > 0, 'tools');
    const { result } = await agent.request('tools/list');
    const names = ((result as Message)['tools'] as Message[]).map((tool) => tool['name']);
    expect(names).toContain('every__echo');
    const echoed = await agent.request('tools/call', { name: 'every__echo', arguments: { message: 'ß\n"x"' } });
    expect(echoed).toMatchObject({ result: { content: [{ type: 'text', text: 'Echo: ß\n"x"' }] } });
    const long = await agent.request('tools/call', {
      name: 'every__trigger-long-running-operation',
      arguments: { duration: 0.4, steps: 4 },
      _meta: { progressToken: 'mine' },
    });
    expect(long['result']).toBeDefined();
    const progress = agent.of('notifications/progress').map(({ params }) => params as Message);
    expect(progress.map((params) => params['progressToken'])).toEqual(['mine', 'mine', 'mine', 'mine']);
  });

  it('passes a request of the server to the session whose call is in flight, and its answer back', async () => {
    const agent = await harness.agent({ capabilities: { sampling: {} } });
    const call = agent.request('tools/call', {
      name: 'every__trigger-sampling-request',
      arguments: { prompt: 'say it', maxTokens: 5 },
    });
    const asked = await agent.untilMethod('sampling/createMessage');
    agent.send({
      jsonrpc: '2.0',
      id: asked['id'],
      result: { role: 'assistant', content: { type: 'text', text: 'as you like' }, model: 'm' },
    });
    expect(JSON.stringify((await call)['result'])).toContain('as you like');
  });

  it('subscribes to a resource and hears of its updates', async () => {
    const agent = await harness.agent();
    const uri = 'demo://resource/dynamic/text/1';
    await agent.request('resources/subscribe', { uri });
    await agent.request('tools/call', { name: 'every__toggle-subscriber-updates', arguments: {} });
    const updated = await agent.untilMethod('notifications/resources/updated');
    expect(updated['params']).toMatchObject({ uri });
  });
});
