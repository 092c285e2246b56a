import { afterEach, describe, expect, it } from 'vitest';
import type { BuiltinAnswer } from '../../../../src/mcp/index.ts';
import { FakeBuiltin } from '../../../support/fakes/fake-builtin.ts';
import { eventually, Harness, tool } from '../../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const URI = 'mcptui://prompts/style';

function setUp(): FakeBuiltin {
  const builtin = new FakeBuiltin();
  builtin.lists.tools = [{ name: 'propose_prompt' }];
  builtin.lists.prompts = [{ name: 'style' }];
  builtin.lists.resources = [{ uri: URI, name: 'style' }];
  harness = new Harness({ builtin });
  return builtin;
}

describe('createRouter: calls of own tools', () => {
  it('answers with the agent’s id and traces the call as that of server mcptui, with who called', async () => {
    const builtin = setUp();
    const agent = await harness.agent({ agent: 'ann', personality: 'careful' });
    const answer = await agent.request('tools/call', { name: 'propose_prompt', arguments: { name: 'style' } }, 0);
    expect(answer).toEqual({
      jsonrpc: '2.0',
      id: 0,
      result: { content: [{ type: 'text', text: 'own propose_prompt' }] },
    });
    expect(builtin.calls).toMatchObject([
      {
        name: 'propose_prompt',
        args: { name: 'style' },
        session: { agent: 'ann', personality: 'careful', client: 'agent 1' },
      },
    ]);
    expect(harness.observed.traces).toMatchObject([
      {
        server: 'mcptui',
        tool: 'propose_prompt',
        agent: 'ann',
        personality: 'careful',
        outcome: 'ok',
        arguments: { name: 'style' },
        responseBytes: agent.raw.at(-1)?.length,
      },
    ]);
    expect(harness.observed.traces[0]).not.toHaveProperty('instanceId');
    expect(harness.router.counts().calls).toBe(0);
    expect(harness.router.agents.sessions()).toMatchObject([
      { agent: 'ann', personality: 'careful', calls: 1, errors: 0 },
    ]);
  });

  it('passes on errors and tool errors as such, and counts them', async () => {
    const builtin = setUp();
    const answers: BuiltinAnswer[] = [
      { error: { code: -32602, message: 'no name', data: { field: 'name' } } },
      { result: { isError: true, content: [{ type: 'text', text: 'refused' }] } },
    ];
    builtin.answer = () => Promise.resolve(answers.shift() ?? { result: {} });
    const agent = await harness.agent();
    expect((await agent.request('tools/call', { name: 'propose_prompt' }))['error']).toEqual({
      code: -32602,
      message: 'no name',
      data: { field: 'name' },
    });
    expect(await agent.request('tools/call', { name: 'propose_prompt' })).toMatchObject({ result: { isError: true } });
    expect(harness.observed.traces).toMatchObject([
      { outcome: 'rpc-error', error: '-32602 no name' },
      { outcome: 'tool-error', error: 'refused' },
    ]);
    expect(harness.router.agents.sessions()).toMatchObject([{ calls: 2, errors: 2 }]);
  });

  it('gives no answer to a call that was cancelled, and none to a session that has ended', async () => {
    const builtin = setUp();
    let release = (): void => {};
    builtin.answer = () => new Promise((resolve) => (release = () => resolve({ result: { late: true } })));
    const agent = await harness.agent();
    agent.send({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'propose_prompt' } });
    await eventually(() => harness.router.counts().calls === 1, 'the call in flight');
    expect(await agent.request('tools/call', { name: 'propose_prompt' }, 7)).toMatchObject({ error: { code: -32600 } });
    agent.notify('notifications/cancelled', { requestId: 7, reason: 'changed my mind' });
    await eventually(() => harness.router.counts().calls === 0, 'nothing in flight');
    release();
    await agent.request('ping');
    expect(agent.received.filter(({ id }) => id === 7)).toHaveLength(1);
    agent.send({ jsonrpc: '2.0', id: 8, method: 'tools/call', params: { name: 'propose_prompt' } });
    await eventually(() => harness.router.counts().calls === 1, 'the call in flight');
    agent.stream.destroy();
    await eventually(() => harness.router.counts().sessions === 0, 'the session gone');
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(harness.observed.traces).toMatchObject([
      { outcome: 'cancelled', error: 'changed my mind' },
      { outcome: 'cancelled' },
    ]);
    expect(harness.router.counts()).toMatchObject({ calls: 0, sessions: 0 });
  });

  it('answers within a batch', async () => {
    setUp();
    const agent = await harness.agent({ version: '2025-03-26' });
    const call = { jsonrpc: '2.0', method: 'tools/call', params: { name: 'propose_prompt' } };
    agent.send([
      { ...call, id: 'x' },
      { jsonrpc: '2.0', id: 'y', method: 'ping' },
    ]);
    await agent.answer('x');
    await agent.answer('y');
    expect(JSON.parse(agent.raw.at(-1) ?? '')).toHaveLength(2);
  });

  it('turns a fault of own content into an error to that agent', async () => {
    const builtin = setUp();
    builtin.answer = () => Promise.reject(new Error('a bug'));
    builtin.instructions = () => {
      throw new Error('another');
    };
    const agent = await harness.agent();
    expect(await agent.request('tools/call', { name: 'propose_prompt' })).toMatchObject({ error: { code: -32603 } });
    expect(harness.observed.bugs.splice(0)).toHaveLength(2);
  });
});

describe('createRouter: own prompts and resources', () => {
  it('gives own prompts and resources beside the servers’, which keep theirs', async () => {
    setUp();
    const server = await harness.server('a', {
      prompts: [{ name: 'style' }],
      resources: [{ uri: 'demo://one', name: 'o' }],
    });
    const agent = await harness.agent();
    await agent.request('prompts/list');
    await agent.request('resources/list');
    expect((await agent.request('prompts/get', { name: 'style', arguments: { a: '1' } }))['result']).toEqual({
      description: 'own style',
      messages: [],
      got: { a: '1' },
    });
    expect(await agent.request('prompts/get', { name: 'style' })).toMatchObject({ error: { code: -32602 } });
    expect(await agent.request('prompts/get', { name: 'a__style' })).toMatchObject({
      result: { description: 'style' },
    });
    expect(await agent.request('prompts/get', { name: 'nothing' })).toMatchObject({ error: { code: -32602 } });
    expect((await agent.request('resources/read', { uri: URI }))['result']).toEqual({
      contents: [{ uri: URI, text: 'own text' }],
    });
    await agent.request('resources/read', { uri: 'demo://one' });
    expect(server.of('resources/read')).toHaveLength(1);
    expect(server.of('prompts/get')).toHaveLength(1);
  });

  it('completes own arguments with nothing and passes on the servers’', async () => {
    setUp();
    const server = await harness.server('a', {
      prompts: [{ name: 'p' }],
      resources: [{ uri: 'demo://one', name: 'o' }],
    });
    const agent = await harness.agent();
    await agent.request('prompts/list');
    await agent.request('resources/list');
    const argument = { name: 'x', value: '' };
    for (const ref of [
      { type: 'ref/prompt', name: 'style' },
      { type: 'ref/resource', uri: URI },
    ]) {
      expect((await agent.request('completion/complete', { ref, argument }))['result']).toEqual({
        completion: { values: [], total: 0, hasMore: false },
      });
    }
    await agent.request('completion/complete', { ref: { type: 'ref/prompt', name: 'a__p' }, argument });
    await agent.request('completion/complete', { ref: { type: 'ref/resource', uri: 'demo://one' }, argument });
    expect(server.of('completion/complete')).toHaveLength(2);
  });

  it('tells the subscribers of an own URI, and forgets them when they leave', async () => {
    const builtin = setUp();
    builtin.unlisted.add('mcptui://proposals/p1');
    const server = await harness.server('a', { tools: [tool('t')] });
    const ann = await harness.agent({ agent: 'ann' });
    const bob = await harness.agent({ agent: 'bob' });
    expect((await ann.request('resources/subscribe', { uri: URI }))['result']).toEqual({});
    expect(builtin.reads).toEqual([]);
    const [first] = harness.router.agents.sessions();
    harness.router.agents.subscribeBuiltin(first?.id ?? '', 'mcptui://proposals/p2');
    harness.router.agents.subscribeBuiltin('ses_gone', URI);
    await bob.request('resources/subscribe', { uri: 'mcptui://proposals/p1' });
    expect(harness.router.counts().subscriptions).toBe(3);
    for (const uri of [URI, 'mcptui://proposals/p2', 'mcptui://proposals/p1', 'mcptui://nobody']) {
      harness.router.agents.builtinUpdated(uri);
    }
    await Promise.all([ann.request('ping'), bob.request('ping')]);
    const updated = 'notifications/resources/updated';
    expect(ann.of(updated).map(({ params }) => params)).toEqual([{ uri: URI }, { uri: 'mcptui://proposals/p2' }]);
    expect(bob.of(updated).map(({ params }) => params)).toEqual([{ uri: 'mcptui://proposals/p1' }]);
    expect((await bob.request('resources/unsubscribe', { uri: 'mcptui://proposals/p1' }))['result']).toEqual({});
    expect(harness.router.counts().subscriptions).toBe(2);
    ann.stream.destroy();
    await eventually(() => harness.router.counts().sessions === 1, 'the session gone');
    expect(harness.router.counts().subscriptions).toBe(0);
    expect(server.of('resources/subscribe')).toHaveLength(0);
    // What is nobody's goes to the one server there is.
    await bob.request('resources/subscribe', { uri: 'demo://unknown' });
    expect(server.of('resources/subscribe')).toHaveLength(1);
  });
});
