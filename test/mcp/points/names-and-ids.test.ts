/** Points 1 to 6 of the protocol's checklist: names, prompts, URIs, ids, progress, cancellation. */
import { afterEach, describe, expect, it } from 'vitest';
import { tool, type Message } from '../../support/worlds/mcp-harness.ts';
import { errorOf, namesIn, resultOf, SETTINGS, World } from '../../support/worlds/point-world.ts';

let world: World;
afterEach(() => world.close());

describe.each(SETTINGS)('$name', (setting) => {
  it('1. names: fit for models, routed by the table and not by splitting, long ones cut and stable', async () => {
    const long = 'x'.repeat(80);
    world = await World.open(setting, { tools: [tool('b__t'), tool('dots.and/slashes'), tool(long)] });
    const agent = await world.agent();
    const names = namesIn(await agent.request('tools/list'));
    expect(names.every((name) => /^[A-Za-z0-9_-]{1,64}$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
    const cut = names.find((name) => name.startsWith('a__xxx')) ?? '';
    expect(cut).toMatch(/^a__x{54}_[0-9a-f]{6}$/);
    for (const [name, own] of [
      ['a__b__t', 'b__t'],
      ['a__dots_and_slashes', 'dots.and/slashes'],
      [cut, long],
    ] as const) {
      const answer = await agent.request('tools/call', { name, arguments: {} });
      expect(resultOf(answer)['content']).toEqual([{ type: 'text', text: own }]);
    }
  });

  it('2. prompts and completions: names and URIs mapped back, context.arguments kept', async () => {
    const uriTemplate = 'x://{id}';
    world = await World.open(setting, { prompts: [{ name: 'p' }], templates: [{ uriTemplate, name: 't' }] });
    const agent = await world.agent();
    expect(namesIn(await agent.request('prompts/list'), 'prompts')).toContain('a__p');
    expect(resultOf(await agent.request('prompts/get', { name: 'a__p' }))['description']).toBe('p');
    const rest = { argument: { name: 'x', value: 'y' }, context: { arguments: { z: '1' } } };
    const ref = { type: 'ref/prompt', name: 'a__p' };
    await agent.request('resources/templates/list');
    await agent.request('completion/complete', { ref, ...rest });
    await agent.request('completion/complete', { ref: { type: 'ref/resource', uri: uriTemplate }, ...rest });
    const server = await world.instanceOf(agent);
    expect(server.of('completion/complete').map(({ params }) => params)).toEqual([
      { ref: { type: 'ref/prompt', name: 'p' }, ...rest },
      { ref: { type: 'ref/resource', uri: uriTemplate }, ...rest },
    ]);
  });

  it('3. resource URIs: as they are, mapped only where two servers claim one, in list, read and template', async () => {
    const resources = [{ uri: 'x://1', name: 'one' }];
    world = await World.open(setting, { resources, templates: [{ uriTemplate: 'y://{id}', name: 't' }] });
    const agent = await world.agent();
    const listed = resultOf(await agent.request('resources/list'))['resources'] as { uri: string }[];
    const uris = setting.several ? ['x://1', 'mcptui+b:x://1'] : ['x://1'];
    expect(listed.map(({ uri }) => uri)).toEqual(uris);
    for (const uri of uris) {
      const read = resultOf(await agent.request('resources/read', { uri }));
      expect(read['contents']).toMatchObject([{ uri }]);
    }
    const read = resultOf(await agent.request('resources/read', { uri: 'y://7' }));
    expect(read['contents']).toMatchObject([{ uri: 'y://7' }]);
    const server = await world.instanceOf(agent);
    expect(server.of('resources/read').map(({ params }) => (params as Message)['uri'])).toEqual(['x://1', 'y://7']);
  });

  it('4. request ids: numbers, strings and 0 come back as they were; one in flight twice is refused', async () => {
    const held: (() => void)[] = [];
    world = await World.open(setting, {
      tools: [tool('t'), tool('slow')],
      on: (message, server) => {
        if ((message['params'] as Message | undefined)?.['name'] !== 'slow') return undefined;
        held.push(() => server.result(message['id'], { content: [] }));
        return 'ignore';
      },
    });
    const agent = await world.agent();
    for (const id of [0, '0', 7, 'a"b', -1]) {
      const answer = await agent.request('tools/call', { name: world.exposed('t'), arguments: {} }, id);
      expect(answer['id']).toBe(id);
    }
    const first = agent.request('tools/call', { name: world.exposed('slow'), arguments: {} }, 'twice');
    await world.call(agent, 't');
    const before = agent.received.length;
    agent.send({ jsonrpc: '2.0', id: 'twice', method: 'tools/list' });
    await agent.until((message) => agent.received.indexOf(message) >= before, 'a refusal');
    expect(errorOf(agent.received[before] ?? {})).toMatchObject({ code: -32600 });
    agent.received.splice(before);
    held[0]?.();
    expect(await first).toBeDefined();
  });

  it('5. progress: the client’s own token with its type, in order, before the result and never after it', async () => {
    world = await World.open(setting, {
      tools: [tool('t')],
      on: (message, server) => {
        const params = message['params'] as Message | undefined;
        if (message['method'] !== 'tools/call' || params?.['name'] !== 't') return undefined;
        const token = (params['_meta'] as Message)['progressToken'];
        for (const progress of [1, 2, 3]) server.notify('notifications/progress', { progressToken: token, progress });
        server.result(message['id'], { content: [] });
        server.notify('notifications/progress', { progressToken: token, progress: 4 });
        return 'ignore';
      },
    });
    // The same tokens in two sessions are two tokens.
    const agents = await Promise.all([world.agent(), world.agent()]);
    for (const token of ['tok', 5, 0]) {
      await Promise.all(agents.map((agent) => world.call(agent, 't', {}, { _meta: { progressToken: token } })));
    }
    for (const agent of agents) {
      const seen = agent.of('notifications/progress').map(({ params }) => params as Message);
      expect(seen.map(({ progressToken, progress }) => [progressToken, progress])).toEqual(
        ['tok', 5, 0].flatMap((token) => [1, 2, 3].map((progress) => [token, progress])),
      );
      // Word of lists that have become known may come in between, whenever they come.
      const order = agent.received
        .filter(({ method }) => method === undefined || method === 'notifications/progress')
        .map(({ method }) => (method === undefined ? 'answer' : 'progress'));
      expect(order.slice(1).join(' ')).toBe(Array(3).fill('progress progress progress answer').join(' '));
    }
  });

  it('6. cancellation: to the owning upstream alone, with the reason, and no answer; of a client that is gone: all', async () => {
    world = await World.open(setting, {
      tools: [tool('slow')],
      on: (message) => ((message['params'] as Message | undefined)?.['name'] === 'slow' ? 'ignore' : undefined),
    });
    const agent = await world.agent();
    const server = await world.instanceOf(agent);
    agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: world.exposed('slow'), arguments: {} } });
    const sent = await server.until((message) => (message['params'] as Message)?.['name'] === 'slow', 'the call');
    agent.notify('notifications/cancelled', { requestId: 1, reason: 'enough' });
    const cancelled = await server.untilMethod('notifications/cancelled');
    expect(cancelled['params']).toEqual({ requestId: sent['id'], reason: 'enough' });
    server.result(sent['id'], { content: [] });
    await agent.request('ping');
    expect(agent.received.some(({ id }) => id === 1)).toBe(false);
    agent.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: world.exposed('slow'), arguments: {} } });
    await server.until(
      (message) => message['id'] !== sent['id'] && (message['params'] as Message)?.['name'] === 'slow',
      'another',
    );
    agent.stream.destroy();
    await server.until((message) => server.of('notifications/cancelled').indexOf(message) === 1, 'the second');
    expect(world.harness.router.counts()).toMatchObject({ calls: 0 });
  });
});
