/** Points 16 to 22 and 29 of the protocol's checklist: what is relayed as it is, sizes, batches, time. */
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, paramsOf, tool, type Message } from '../../support/worlds/mcp-harness.ts';
import { errorOf, resultOf, SETTINGS, World } from '../../support/worlds/point-world.ts';

let world: World;
afterEach(() => world.close());

const MIB = 1024 * 1024;

describe.each(SETTINGS)('$name', (setting) => {
  it('16. errors: code, message and data verbatim, and no error becomes a result or the other way round', async () => {
    const errors = [
      { code: -32602, message: 'MCP error -32602: bad', data: { a: [1, { b: null }] } },
      { code: 7, message: '' },
      { code: -32042, message: 'visit', data: { elicitations: [{ elicitationId: 'e', url: 'https://x.example' }] } },
    ];
    let next = 0;
    world = await World.open(setting, {
      tools: [tool('t')],
      on: (message) => {
        if ((message['params'] as Message | undefined)?.['name'] !== 't') return undefined;
        const error = errors[next];
        next += 1;
        return error === undefined ? { result: { content: [], isError: true } } : { error };
      },
    });
    const agent = await world.agent();
    for (const error of errors) expect(errorOf(await world.call(agent, 't'))).toEqual(error);
    expect(resultOf(await world.call(agent, 't'))).toEqual({ content: [], isError: true });
  });

  it('17. _meta: both ways, on requests, results, notifications and items', async () => {
    const _meta = { 'com.example/trace': { id: 'x', n: [1, 2] } };
    world = await World.open(setting, {
      tools: [tool('t', { _meta })],
      on: (m) =>
        (m['params'] as Message | undefined)?.['name'] === 't' ? { result: { content: [], _meta } } : undefined,
    });
    const agent = await world.agent();
    const listed = resultOf(await agent.request('tools/list'))['tools'] as Message[];
    expect(listed.find(({ name }) => name === 'a__t')?.['_meta']).toEqual(_meta);
    expect(resultOf(await world.call(agent, 't', {}, { _meta }))['_meta']).toEqual(_meta);
    const server = await world.instanceOf(agent);
    expect(paramsOf(server.calls[0])['_meta']).toEqual(_meta);
    server.notify('notifications/vendor', { _meta });
    expect((await agent.untilMethod('notifications/vendor'))['params']).toEqual({ _meta });
  });

  it('18. unknown methods: routed by a known name or URI, else -32601', async () => {
    world = await World.open(setting, {
      tools: [tool('t')],
      resources: [{ uri: 'x://1', name: 'one' }],
      on: (message) =>
        String(message['method']).startsWith('vendor/') ? { result: { got: message['params'] } } : undefined,
    });
    const agent = await world.agent();
    await agent.request('tools/list');
    await agent.request('resources/list');
    expect(resultOf(await agent.request('vendor/do', { name: 'a__t', x: 1 }))).toEqual({ got: { name: 't', x: 1 } });
    expect(resultOf(await agent.request('vendor/see', { uri: 'x://1' }))).toEqual({ got: { uri: 'x://1' } });
    expect(errorOf(await agent.request('vendor/nothing', { x: 1 }))).toMatchObject({ code: -32601 });
  });

  it('19. tool results: untouched, with content types and members that nobody knows', async () => {
    const result = {
      content: [
        { type: 'hologram', rays: [1, 2], annotations: { audience: ['user'], x: 1 } },
        { type: 'text', text: 'é\u0000\u2028', _meta: {} },
      ],
      structuredContent: [1, 2],
      isError: false,
      tomorrow: { yes: true },
    };
    world = await World.open(setting, {
      tools: [tool('t', { outputSchema: { type: 'object', required: ['nope'] } })],
      on: (m) => ((m['params'] as Message | undefined)?.['name'] === 't' ? { result } : undefined),
    });
    const agent = await world.agent();
    expect(resultOf(await world.call(agent, 't'))).toEqual(result);
  });

  it('20. sizes: 11 MiB pass both ways; over the limit that call alone fails', { timeout: 120_000 }, async () => {
    world = await World.open(
      setting,
      {
        tools: [tool('echo')],
        on: (message) => {
          const params = message['params'] as Message | undefined;
          return params?.['name'] === 'echo'
            ? { result: { text: (params['arguments'] as Message)['text'] } }
            : undefined;
        },
      },
      {},
      { maxMessageBytes: 12 * MIB },
    );
    const agent = await world.agent();
    const text = 'x'.repeat(11 * MIB);
    expect(resultOf(await world.call(agent, 'echo', { text }))['text']).toHaveLength(text.length);
    const beside = world.call(agent, 'echo', { text: 'small' });
    const tooLong = await world.call(agent, 'echo', { text: 'x'.repeat(13 * MIB) });
    expect(errorOf(tooLong)).toMatchObject({ code: -32000, data: { reason: 'message too large' } });
    expect(resultOf(await beside)['text']).toBe('small');
    expect(resultOf(await world.call(agent, 'echo', { text: 'after' }))['text']).toBe('after');
  });

  it('21. batching: arrays for 2025-03-26 alone; bad JSON, a BOM and noise cost nothing but an answer', async () => {
    world = await World.open(setting, { tools: [tool('t')] });
    const old = await world.agent({ version: '2025-03-26' });
    const call = (id: number): Message => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: world.exposed('t'), arguments: {} },
    });
    old.send([call(101), call(102)]);
    await old.answer(102);
    expect(old.raw.at(-1)).toMatch(/^\[.*\]$/);
    const agent = await world.agent();
    agent.send([call(1)]);
    agent.sendLine('{nope');
    agent.sendLine('\uFEFF{"jsonrpc":"2.0","id":5,"method":"ping"}');
    agent.sendLine('');
    await agent.request('ping');
    const codes = agent.received.filter(({ id }) => id === null).map((answer) => errorOf(answer)['code']);
    expect(codes).toEqual([-32600, -32700, -32700]);
    const server = await world.instanceOf(agent);
    for (const noise of ['Listening on 3000', '{"jsonrpc":"2.0"', '[]', '\uFEFF']) server.sendLine(noise);
    expect(await world.call(agent, 't')).toHaveProperty('result');
  });

  it('22. timeouts: none of its own; where set, progress resets the idle one and the ceiling holds', async () => {
    world = await World.open(
      setting,
      {
        tools: [tool('t')],
        on: (message, server) => {
          const params = message['params'] as Message | undefined;
          if (params?.['name'] !== 't') return undefined;
          const token = (params['_meta'] as Message | undefined)?.['progressToken'];
          let progress = 0;
          const timer = setInterval(
            () => server.notify('notifications/progress', { progressToken: token, progress: ++progress }),
            20,
          );
          setTimeout(() => clearInterval(timer), 5_000);
          return 'ignore';
        },
      },
      { callTimeouts: { idleMs: 1_500, ceilingMs: 2_000 } },
    );
    const agent = await world.agent();
    expect(errorOf(await world.call(agent, 't'))).toMatchObject({ code: -32001, data: { timeoutMs: 2_000 } });
    // The token that keeps the idle time is the router's own: the client asked for none.
    expect(agent.of('notifications/progress')).toEqual([]);
    await eventually(
      () => world.instances().some((server) => server.of('notifications/cancelled').length === 1),
      'cancelled',
    );
  });

  it('29. concurrency: a slow call delays nothing else', async () => {
    world = await World.open(setting, {
      tools: [tool('t'), tool('slow')],
      on: (message) => ((message['params'] as Message | undefined)?.['name'] === 'slow' ? 'ignore' : undefined),
    });
    const [agent, other] = [await world.agent(), await world.agent()];
    for (let count = 0; count < 20; count += 1) void world.call(agent, 'slow').catch(() => {});
    for (const one of [agent, other]) {
      expect(await one.request('ping')).toHaveProperty('result');
      expect(await one.request('tools/list')).toHaveProperty('result');
      expect(await world.call(one, 't')).toHaveProperty('result');
    }
    expect(world.harness.router.counts()).toMatchObject({ calls: 20 });
  });
});
