import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type Message, type Peer } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const resource = (uri: string): Message => ({ uri, name: uri });
const uris = async (agent: Peer): Promise<unknown[]> =>
  (((await agent.request('resources/list'))['result'] as Message)['resources'] as Message[]).map(({ uri }) => uri);

describe('createRouter: resources', () => {
  it('routes a URI by the lists, then by the templates, and leaves it as it is', async () => {
    harness = new Harness();
    harness.route({ name: 'a' }, { name: 'b' });
    await harness.server('a', { resources: [resource('demo://one')] });
    const b = await harness.server('b', {
      resources: [resource('memo://two')],
      templates: [{ uriTemplate: 'log://{day}/{+path}{?tail}', name: 'log' }],
    });
    const agent = await harness.agent();
    expect(await uris(agent)).toEqual(['demo://one', 'memo://two']);
    expect(await agent.request('resources/read', { uri: 'memo://two' })).toMatchObject({
      result: { contents: [{ uri: 'memo://two' }] },
    });
    await agent.request('resources/read', { uri: 'log://monday/a/b?tail=5' });
    expect(b.of('resources/read').map(({ params }) => (params as Message)['uri'])).toEqual([
      'memo://two',
      'log://monday/a/b?tail=5',
    ]);
    const templates = await agent.request('resources/templates/list');
    expect(templates['result']).toEqual({
      resourceTemplates: [{ uriTemplate: 'log://{day}/{+path}{?tail}', name: 'log' }],
    });
  });

  it('shows a URI that another server claims already as mcptui+<server>:, and maps it in read, links, updates and completion', async () => {
    harness = new Harness();
    harness.route({ name: 'a' }, { name: 'b' });
    const shared = 'demo://same';
    const template = 'demo://{id}';
    const link = {
      content: [
        { type: 'resource_link', uri: shared, name: 'l' },
        { type: 'resource', resource: { uri: shared, text: 'x' } },
      ],
    };
    const options = {
      resources: [resource(shared)],
      templates: [{ uriTemplate: template, name: 't' }],
      tools: [tool('link')],
      on: (message: Message) => (message['method'] === 'tools/call' ? { result: link } : undefined),
    };
    const a = await harness.server('a', options);
    const b = await harness.server('b', options);
    const mapped = `mcptui+b:${shared}`;
    const agent = await harness.agent();
    expect(await uris(agent)).toEqual([shared, mapped]);
    expect(new URL(mapped).href).toBe(mapped);
    expect(await agent.request('resources/read', { uri: mapped })).toMatchObject({
      result: { contents: [{ uri: mapped }] },
    });
    expect(b.of('resources/read')[0]?.['params']).toEqual({ uri: shared });
    expect(await agent.request('resources/read', { uri: shared })).toMatchObject({
      result: { contents: [{ uri: shared }] },
    });
    expect(a.of('resources/read')).toHaveLength(1);
    const fromB = await agent.request('tools/call', { name: 'b__link', arguments: {} });
    expect(fromB['result']).toEqual({
      content: [
        { type: 'resource_link', uri: mapped, name: 'l' },
        { type: 'resource', resource: { uri: mapped, text: 'x' } },
      ],
    });
    await agent.request('resources/subscribe', { uri: mapped });
    b.notify('notifications/resources/updated', { uri: shared, extra: 1 });
    a.notify('notifications/resources/updated', { uri: shared });
    expect((await agent.untilMethod('notifications/resources/updated'))['params']).toEqual({ uri: mapped, extra: 1 });
    const completion = { argument: { name: 'id', value: '' }, context: { arguments: { x: '1' } } };
    await agent.request('completion/complete', {
      ref: { type: 'ref/resource', uri: `mcptui+b:${template}` },
      ...completion,
    });
    await agent.request('completion/complete', { ref: { type: 'ref/resource', uri: template }, ...completion });
    expect(b.of('completion/complete')[0]?.['params']).toEqual({
      ref: { type: 'ref/resource', uri: template },
      ...completion,
    });
    expect(a.of('completion/complete')).toHaveLength(1);
    expect(agent.of('notifications/resources/updated')).toHaveLength(1);
  });

  it('reads a URI that a result has named, from the server that named it', async () => {
    harness = new Harness();
    harness.route({ name: 'a' }, { name: 'b' });
    await harness.server('a');
    const b = await harness.server('b', {
      tools: [tool('link')],
      on: (message) =>
        message['method'] === 'tools/call'
          ? { result: { content: [{ type: 'resource_link', uri: 'gen://77', name: 'x' }] } }
          : undefined,
    });
    const agent = await harness.agent();
    await agent.request('tools/call', { name: 'b__link', arguments: {} });
    await agent.request('resources/read', { uri: 'gen://77' });
    expect(b.of('resources/read')).toHaveLength(1);
  });

  it('asks the servers in turn for a URI that nobody has named, and gives the first error when none knows it', async () => {
    harness = new Harness();
    harness.route({ name: 'a' }, { name: 'b' }, { name: 'c' });
    const not = (data: string) => ({
      on: (message: Message) =>
        message['method'] === 'resources/read'
          ? { error: { code: -32002, message: 'Resource not found', data } }
          : undefined,
    });
    await harness.server('a', not('a'));
    const knows = await harness.server('b', {
      on: (message) =>
        message['method'] === 'resources/read' && (message['params'] as Message)['uri'] === 'odd://none'
          ? { error: { code: -32002, message: 'Resource not found', data: 'b' } }
          : undefined,
    });
    const never = await harness.server('c', { capabilities: { tools: {} } });
    const agent = await harness.agent();
    expect(await agent.request('resources/read', { uri: 'odd://1' })).toMatchObject({
      result: { contents: [{ uri: 'odd://1' }] },
    });
    expect(await agent.request('resources/read', { uri: 'odd://none' })).toMatchObject({
      error: { code: -32002, data: 'a' },
    });
    expect(knows.of('resources/read')).toHaveLength(2);
    expect(never.of('resources/read')).toEqual([]);
    expect(await agent.request('resources/subscribe', { uri: 'odd://2' })).toMatchObject({
      error: { code: -32002, data: { uri: 'odd://2' } },
    });
  });

  it('maps the name of a prompt in a completion', async () => {
    harness = new Harness();
    harness.route({ name: 'a' }, { name: 'b' });
    await harness.server('a', { prompts: [{ name: 'p' }] });
    const b = await harness.server('b', { prompts: [{ name: 'p' }] });
    const agent = await harness.agent();
    const rest = { argument: { name: 'x', value: 'y' }, context: { arguments: { z: '1' } } };
    await agent.request('completion/complete', { ref: { type: 'ref/prompt', name: 'b__p' }, ...rest });
    expect(b.of('completion/complete')[0]?.['params']).toEqual({ ref: { type: 'ref/prompt', name: 'p' }, ...rest });
    expect(
      await agent.request('completion/complete', { ref: { type: 'ref/prompt', name: 'p' }, ...rest }),
    ).toMatchObject({ error: { code: -32602 } });
  });
});

describe('createRouter: subscriptions', () => {
  it('are made once for all sessions and ended with the last, and updates go to subscribers only', async () => {
    harness = new Harness();
    const server = await harness.server('a', { resources: [resource('x://1')] });
    const [one, two, none] = [await harness.agent(), await harness.agent(), await harness.agent()];
    for (const agent of [one, two])
      expect(await agent.request('resources/subscribe', { uri: 'x://1' })).toMatchObject({ result: {} });
    expect(server.of('resources/subscribe')).toHaveLength(1);
    server.notify('notifications/resources/updated', { uri: 'x://1' });
    server.notify('notifications/resources/updated', { uri: 'x://2' });
    await Promise.all([one, two].map((agent) => agent.untilMethod('notifications/resources/updated')));
    await none.request('ping');
    expect(none.of('notifications/resources/updated')).toEqual([]);
    expect(await one.request('resources/unsubscribe', { uri: 'x://1' })).toMatchObject({ result: {} });
    expect(server.of('resources/unsubscribe')).toEqual([]);
    two.stream.destroy();
    await server.untilMethod('resources/unsubscribe');
    expect(one.of('notifications/resources/updated')).toHaveLength(1);
  });

  it('are made again after a restart', async () => {
    harness = new Harness();
    const first = await harness.server('a', { resources: [resource('x://1')] });
    const agent = await harness.agent();
    await agent.request('resources/subscribe', { uri: 'x://1' });
    first.stream.destroy();
    await eventually(() => harness.observed.lost.length === 1, 'the loss');
    const second = await harness.server('a', { resources: [resource('x://1')] }, 'a-2');
    expect((await second.untilMethod('resources/subscribe'))['params']).toEqual({ uri: 'x://1' });
    second.notify('notifications/resources/updated', { uri: 'x://1' });
    await agent.untilMethod('notifications/resources/updated');
  });

  it('that the server refuses are refused, in its words', async () => {
    harness = new Harness();
    await harness.server('a', {
      resources: [resource('x://1')],
      on: (m) => (m['method'] === 'resources/subscribe' ? { error: { code: -32601, message: 'never' } } : undefined),
    });
    const agent = await harness.agent();
    for (let times = 0; times < 2; times += 1) {
      expect(await agent.request('resources/subscribe', { uri: 'x://1' })).toMatchObject({
        error: { code: -32601, message: 'never' },
      });
    }
  });
});
