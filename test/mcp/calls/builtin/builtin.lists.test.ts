import { afterEach, describe, expect, it } from 'vitest';
import { FakeBuiltin } from '../../../support/fakes/fake-builtin.ts';
import { eventually, Harness, tool, type Message, type Peer } from '../../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const STOPPED = { state: 'stopped', reason: 'by ann' };
const propose = tool('propose_prompt');
const prompt = (name: string): { name: string } => ({ name });
const resource = (uri: string): { uri: string; name: string } => ({ uri, name: uri });

function setUp(): FakeBuiltin {
  const builtin = new FakeBuiltin();
  harness = new Harness({ builtin });
  return builtin;
}

const result = async (agent: Peer, method: string): Promise<unknown> => (await agent.request(method))['result'];
const changes = (agent: Peer): string[] =>
  agent.received.map(({ method }) => String(method)).filter((method) => method.endsWith('/list_changed'));

describe('createRouter: own lists', () => {
  it('puts own items behind the servers’, and stands alone without any', async () => {
    const builtin = setUp();
    builtin.lists.tools = [{ name: 'propose_prompt', inputSchema: { type: 'object' } }];
    builtin.lists.prompts = [prompt('style')];
    builtin.lists.resources = [resource('mcptui://prompts/style'), resource('mcptui://prompts/two')];
    const agent = await harness.agent();
    expect(await result(agent, 'tools/list')).toEqual({ tools: [propose] });
    await harness.server('a', { tools: [tool('t')], resources: [resource('demo://one')] });
    expect(await result(agent, 'tools/list')).toEqual({ tools: [tool('a__t'), propose] });
    expect(await result(agent, 'prompts/list')).toEqual({ prompts: [prompt('style')] });
    expect(await result(agent, 'resources/list')).toEqual({
      resources: [resource('demo://one'), resource('mcptui://prompts/style'), resource('mcptui://prompts/two')],
    });
    expect(await result(agent, 'resources/templates/list')).toEqual({ resourceTemplates: [] });
  });

  it('gives each session its own items, and serialises an array once', async () => {
    const builtin = setUp();
    let serialised = 0;
    const counted = {
      ...resource('mcptui://proposals/p1'),
      toJSON: () => (serialised++, resource('mcptui://proposals/p1')),
    };
    builtin.byAgent.set('ann', [counted as unknown as { uri: string }]);
    await harness.server('a', { resources: [resource('demo://one')] });
    const ann = await harness.agent({ agent: 'ann' });
    const bob = await harness.agent({ agent: 'bob' });
    for (let i = 0; i < 3; i++) {
      expect(await result(ann, 'resources/list')).toEqual({
        resources: [resource('demo://one'), resource('mcptui://proposals/p1')],
      });
    }
    expect(await result(bob, 'resources/list')).toEqual({ resources: [resource('demo://one')] });
    expect(serialised).toBe(1);
  });

  it('tells of own changes once, exactly the sessions concerned and the kinds that changed', async () => {
    setUp();
    const ann = await harness.agent({ agent: 'ann' });
    const bob = await harness.agent({ agent: 'bob' });
    harness.router.agents.builtinChanged(['prompts'], ({ agent }) => agent === 'ann');
    harness.router.agents.builtinChanged(['prompts', 'resources'], ({ agent }) => agent === 'ann');
    await eventually(() => changes(ann).length === 2, 'two notifications');
    harness.router.agents.builtinChanged(['tools']);
    await bob.untilMethod('notifications/tools/list_changed');
    await ann.untilMethod('notifications/tools/list_changed');
    expect(changes(ann)).toEqual([
      'notifications/prompts/list_changed',
      'notifications/resources/list_changed',
      'notifications/tools/list_changed',
    ]);
    expect(changes(bob)).toEqual(['notifications/tools/list_changed']);
  });

  it('leaves a transparent project as it is: no own items, names, reads or notifications', async () => {
    const builtin = setUp();
    builtin.lists.tools = [{ name: 'propose_prompt' }];
    builtin.lists.resources = [resource('mcptui://x')];
    harness.route({ name: 'a', prefix: '' });
    const server = await harness.server('a', { tools: [tool('t')], resources: [resource('demo://one')] });
    const agent = await harness.agent();
    expect(await result(agent, 'tools/list')).toEqual({ tools: [tool('t')] });
    expect(await agent.request('tools/call', { name: 'propose_prompt' })).toMatchObject({ error: { code: -32602 } });
    await agent.request('resources/read', { uri: 'mcptui://x' });
    await agent.request('resources/subscribe', { uri: 'mcptui://x' });
    expect(server.of('resources/read')).toHaveLength(1);
    expect(server.of('resources/subscribe')).toHaveLength(1);
    harness.router.agents.builtinChanged(['tools']);
    // A second server ends the transparency, which the agent is told.
    harness.route({ name: 'b', down: STOPPED });
    await agent.untilMethod('notifications/tools/list_changed');
    expect(changes(agent).filter((method) => method === 'notifications/tools/list_changed')).toHaveLength(1);
    expect(await result(agent, 'tools/list')).toEqual({ tools: [tool('t'), { name: 'propose_prompt' }] });
  });

  it('names a clash: a server keeps a name that calls are routed by, own content keeps its URI', async () => {
    const builtin = setUp();
    builtin.lists.tools = [{ name: 'one' }, { name: 'two' }];
    builtin.lists.resources = [resource('mcptui://x')];
    harness.route({ name: 'a', prefix: '' }, { name: 'b', down: STOPPED });
    const a = await harness.server('a', { tools: [tool('one')], resources: [resource('mcptui://x')] });
    const agent = await harness.agent();
    for (let i = 0; i < 2; i++) {
      expect(await result(agent, 'tools/list')).toEqual({ tools: [tool('one'), { name: 'two' }] });
      expect(await result(agent, 'resources/list')).toEqual({
        resources: [{ uri: 'mcptui+a:mcptui://x', name: 'mcptui://x' }, resource('mcptui://x')],
      });
    }
    await agent.request('tools/call', { name: 'one', arguments: {} });
    expect(a.calls).toHaveLength(1);
    expect(await agent.request('resources/read', { uri: 'mcptui://x' })).toMatchObject({
      result: { contents: [{ text: 'own text' }] },
    });
    expect(a.of('resources/read')).toHaveLength(0);
    await agent.request('resources/read', { uri: 'mcptui+a:mcptui://x' });
    expect(a.of('resources/read')).toHaveLength(1);
    expect(harness.observed.conflicts).toEqual([
      { project: 'default', name: 'one', servers: ['a', 'mcptui'] },
      { project: 'default', name: 'mcptui://x', servers: ['mcptui', 'a'] },
    ]);
  });
});

describe('createRouter: own instructions and capabilities', () => {
  const initialize = async (project?: string, agent?: string): Promise<Message> => {
    const peer = harness.rawAgent(project, agent === undefined ? {} : { agent });
    const answer = await peer.request('initialize', { protocolVersion: '2025-11-25', capabilities: {} });
    return answer['result'] as Message;
  };

  it('says own words first, then the servers’, also where a lone server is shown as it is', async () => {
    const builtin = setUp();
    builtin.words = 'You are {agent}.\n';
    await harness.server('a', { instructions: 'Use a well.' });
    harness.route({ name: 'lone', project: 'other', prefix: '' });
    await harness.server('lone', { instructions: 'As is.' });
    expect((await initialize('default', 'ann'))['instructions']).toBe(
      'You are ann.\n\n## a (its tools begin with a__)\n\nUse a well.',
    );
    expect((await initialize('other'))['instructions']).toBe('You are nobody.\n\nAs is.');
    expect((await initialize('empty'))['instructions']).toBe('You are nobody.');
    builtin.words = '';
    expect(await initialize('empty')).not.toHaveProperty('instructions');
  });

  it('allows what is offered when no server does', async () => {
    setUp();
    await harness.server('a', { capabilities: {} });
    expect((await initialize())['capabilities']).toMatchObject({
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      completions: {},
    });
  });
});

describe('createRouter: context of a server', () => {
  it('stands before each description of its tools, and its change is told', async () => {
    setUp();
    harness.route({ name: 'a', context: '\nOnly for staging.\n' }, { name: 'b' });
    await harness.server('a', { tools: [tool('t', { description: 'Deploys.' }), tool('u')], prompts: [prompt('p')] });
    await harness.server('b', { tools: [tool('t', { description: 'Plain.' })] });
    const agent = await harness.agent();
    expect(await result(agent, 'tools/list')).toEqual({
      tools: [
        tool('a__t', { description: '[a: Only for staging.] Deploys.' }),
        tool('a__u', { description: '[a: Only for staging.]' }),
        tool('b__t', { description: 'Plain.' }),
      ],
    });
    expect(await result(agent, 'prompts/list')).toEqual({ prompts: [prompt('a__p')] });
    await eventually(() => changes(agent).length === 1, 'word of the tools that have become known');
    agent.received.splice(0);
    harness.route({ name: 'a', context: 'For all.' });
    await agent.untilMethod('notifications/tools/list_changed');
    expect(changes(agent)).toEqual(['notifications/tools/list_changed']);
    expect(await result(agent, 'tools/list')).toMatchObject({
      tools: [{ description: '[a: For all.] Deploys.' }, {}, {}],
    });
  });

  it('is not shown where a lone server is shown as it is', async () => {
    setUp();
    harness.route({ name: 'a', prefix: '', context: 'Only for staging.' });
    await harness.server('a', { tools: [tool('t', { description: 'Deploys.' })] });
    const agent = await harness.agent();
    expect(await result(agent, 'tools/list')).toEqual({ tools: [tool('t', { description: 'Deploys.' })] });
  });
});
