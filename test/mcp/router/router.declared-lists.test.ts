/** What a server declares and what it has: asked once where it declares nothing, none where it does not know the method. */
import { afterEach, describe, expect, it } from 'vitest';
import { Harness, tool, type FakeServer, type Message, type Peer } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

async function toolNames(agent: Peer): Promise<unknown[]> {
  const { result } = await agent.request('tools/list');
  return ((result as Message)['tools'] as Message[]).map(({ name }) => name);
}

const upstream = (server: string) => harness.router.operators.upstreams().find((one) => one.server === server);
const failureOf = (server: string): string | undefined => upstream(server)?.list.failure;

describe('createRouter: a server that has declared nothing', () => {
  it('is asked for each list once, and served when it has one', async () => {
    harness = new Harness({ listTtlMs: 1 });
    const shy = await harness.server('shy', { capabilities: {}, tools: [tool('t')] });
    const mute: FakeServer = await harness.server('mute', {
      capabilities: {},
      on: (message) =>
        String(message['method']).endsWith('/list') ? { error: { code: -32601, message: '' } } : undefined,
    });
    const some = await harness.server('some', { capabilities: { prompts: {} }, tools: [tool('hidden')] });
    const agent = await harness.agent();
    expect(await toolNames(agent)).toEqual(['shy__t']);
    expect(await agent.request('tools/call', { name: 'shy__t', arguments: {} })).toHaveProperty('result');
    for (let round = 0; round < 3; round += 1) expect(await toolNames(agent)).toEqual(['shy__t']);
    expect(mute.of('tools/list')).toHaveLength(1);
    expect(some.of('tools/list')).toHaveLength(0);
    expect(shy.of('tools/list').length).toBeGreaterThan(1);
    expect(upstream('shy')?.undeclared).toEqual(['tools']);
    expect(upstream('mute')?.undeclared).toBeUndefined();
    const signal = new AbortController().signal;
    expect(await harness.router.servers.probe('shy-1', { timeoutMs: 5_000 }, signal)).toMatchObject({
      ok: true,
      tools: 1,
    });
  });
});

describe('createRouter: a server that declares lists and does not know their methods', () => {
  it('has none of prompts and resources, which is no failure; tools it must have', async () => {
    harness = new Harness();
    const unknown = (message: Message): Message | undefined =>
      /^(?:prompts|resources)/.test(String(message['method'])) ? { error: { code: -32601, message: 'no' } } : undefined;
    const capabilities = { tools: {}, prompts: {}, resources: {} };
    await harness.server('framed', { capabilities, tools: [tool('t')], on: unknown });
    await harness.server('toolless', {
      capabilities: { tools: {} },
      on: (message) =>
        message['method'] === 'tools/list' ? { error: { code: -32601, message: 'no tools' } } : undefined,
    });
    const agent = await harness.agent();
    expect(await toolNames(agent)).toEqual(['framed__t']);
    expect((await agent.request('prompts/list'))['result']).toEqual({ prompts: [] });
    expect((await agent.request('resources/list'))['result']).toEqual({ resources: [] });
    expect(failureOf('framed')).toBeUndefined();
    expect(failureOf('toolless')).toContain('no tools');
  });
});
