/** Messages stay what they were, and what cannot be read is answered: ids, numbers, depth. */
import { afterEach, describe, expect, it } from 'vitest';
import { Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';
import { calls, deep, LONG, messageWorld, rawWith, type MessageWorld } from '../../support/worlds/message-world.ts';

let harness: Harness;
afterEach(() => harness.close());

/** Closed after the test. */
async function world(options: Parameters<typeof messageWorld>[0] = {}): Promise<MessageWorld> {
  const opened = await messageWorld(options);
  harness = opened.harness;
  return opened;
}

describe('createRouter: ids of agents', () => {
  const odd = ['9007199254740993', '12345678901234567890', '1e400', '-0', '1.0', '1E2', '"\\u0000#1"', '"\\u0061"'];

  it.each(odd)('come back as they were written: %s, of short and long answers, errors and pings', async (id) => {
    const { server, agent } = await world();
    const back = id === '"\\u0061"' ? '"a"' : id;
    agent.sendLine(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
    expect(await rawWith(agent, '"result":{}}')).toBe(`{"jsonrpc":"2.0","id":${back},"result":{}}`);
    agent.sendLine(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"nobody"}}`);
    expect(await rawWith(agent, 'Unknown tool')).toContain(`"id":${back},"error"`);
    for (const [index, text] of ['short', LONG].entries()) {
      agent.sendLine(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"a__t"}}`);
      server.result(await calls(server, index + 1), { content: [], text });
      expect(await rawWith(agent, text)).toMatch(new RegExp(`"id":${back.replace(/[\\#.]/g, '\\$&')}}$`));
    }
  });

  it('that JavaScript cannot tell apart are two, and each is cancelled alone', async () => {
    const { server, agent } = await world();
    for (const id of ['9007199254740993', '9007199254740992']) {
      agent.sendLine(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"a__t"}}`);
    }
    await calls(server, 2);
    agent.sendLine('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9007199254740993}}');
    await server.untilMethod('notifications/cancelled');
    server.result(server.calls[1]?.['id'], { content: [] });
    expect(await rawWith(agent, '"content"')).toContain('"id":9007199254740992}');
    expect(server.of('notifications/cancelled').map(({ params }) => (params as Message)['requestId'])).toEqual([
      server.calls[0]?.['id'],
    ]);
  });

  it('in a batch and as progress tokens come back as they were written', async () => {
    const { server, agent } = await world({ version: '2025-03-26' });
    agent.sendLine(
      '[{"jsonrpc":"2.0","id":12345678901234567890,"method":"ping"},{"jsonrpc":"2.0","id":1e400,"method":"ping"}]',
    );
    expect(await rawWith(agent, '1e400')).toBe(
      '[{"jsonrpc":"2.0","id":12345678901234567890,"result":{}},{"jsonrpc":"2.0","id":1e400,"result":{}}]',
    );
    agent.sendLine(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a__t","_meta":{"progressToken":9007199254740993}}}',
    );
    const id = await calls(server, 1);
    server.notify('notifications/progress', { progressToken: id, progress: 1 });
    expect(await rawWith(agent, 'notifications/progress')).toContain('"progressToken":9007199254740993}');
  });
});

describe('createRouter: what is passed on', () => {
  const args = '{ "big":9007199254740993,"zero":-0,"far":1e400,"one":1.0 , "deep":[{"x":1.50}] }';

  it('arguments go to the server byte for byte, and the rest of the params too', async () => {
    const { server, agent } = await world();
    agent.sendLine(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"x/n":1.0,"progressToken":"p"},"name":"a__t","arguments":${args},"n":-0}}`,
    );
    await calls(server, 1);
    const line = await rawWith(server, '"tools/call"');
    expect(line).toContain(`"name":"t","arguments":${args},"n":-0}`);
    expect(line).toContain('"_meta":{"x/n":1.0,"progressToken":');
  });

  it('results come to the agent byte for byte, short and long, whatever the order of the members', async () => {
    const { server, agent } = await world();
    for (const [index, text] of ['', LONG].entries()) {
      agent.sendLine(`{"jsonrpc":"2.0","id":${index},"method":"tools/call","params":{"name":"a__t"}}`);
      const id = await calls(server, index + 1);
      server.sendLine(`{"id":${id},"result": {"content":[],"n":${args},"text":"${text}"} ,"jsonrpc":"2.0"}`);
      expect(await rawWith(agent, `"text":"${text}"`)).toBe(
        `{"result":{"content":[],"n":${args},"text":"${text}"},"jsonrpc":"2.0","id":${index}}`,
      );
    }
  });

  it('a call of a megabyte comes to the server byte for byte, and its bytes to the audit', async () => {
    const { server, agent } = await world();
    const long = `{"n":1.0,"text":"${'plain '.repeat(200_000)}\\n"}`;
    agent.sendLine(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a__t","arguments":${long}}}`);
    const id = await calls(server, 1);
    expect((await rawWith(server, 'plain ')).includes(`"params":{"name":"t","arguments":${long}}`)).toBe(true);
    server.sendLine(`{"jsonrpc":"2.0","id":${id},"result":{}}`);
    await agent.answer(1);
    const [trace] = harness.observed.traces;
    expect(trace?.argumentsBytes?.map(String).join('') === long).toBe(true);
  });

  it('a server’s request and its answer keep their numbers and the server’s id', async () => {
    const { server, agent } = await world({ capabilities: { sampling: {} } });
    agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a__t' } });
    await calls(server, 1);
    server.sendLine(
      '{"jsonrpc":"2.0","id":9007199254740993,"method":"sampling/createMessage","params":{"n":1.0,"messages":[]}}',
    );
    const asked = await agent.untilMethod('sampling/createMessage');
    expect(await rawWith(agent, 'sampling/createMessage')).toContain('"n":1.0');
    agent.sendLine(`{"jsonrpc":"2.0","id":${String(asked['id'])},"result":{"n":1e400}}`);
    expect(await rawWith(server, '1e400')).toBe('{"result":{"n":1e400},"jsonrpc":"2.0","id":9007199254740993}');
  });

  it.each([
    '{"name":"a__t","name":"other"}',
    '{"name":"a__t","arguments":{},"arguments":{"x":1}}',
    '{"name":"a__t","arguments":{"a":{"b":1,"\\u0062":2}}}',
    '{"name":"a__t","_meta":{"progressToken":1,"progressToken":2}}',
  ])('a request with a member twice is refused: %s', async (params) => {
    const { server, agent } = await world();
    agent.sendLine(`{"jsonrpc":"2.0","id":9,"method":"tools/call","params":${params}}`);
    expect(await agent.answer(9)).toMatchObject({ error: { code: -32600 } });
    agent.sendLine('{"jsonrpc":"2.0","id":10,"method":"ping","method":"tools/list"}');
    expect(await agent.answer(10)).toMatchObject({ error: { code: -32600 } });
    expect(server.calls).toEqual([]);
  });
});

describe('createRouter: requests that are too deep', () => {
  it.each([
    ['arguments', `"tools/call","params":{"name":"a__t","arguments":{"x":${deep(513)}}}`],
    ['capabilities', `"initialize","params":{"capabilities":{"x":${deep(3_000)}},"protocolVersion":"2025-06-18"}`],
    ['completion', `"completion/complete","params":{"context":${deep(20_000)}}`],
  ])('are answered with -32600 and their id: %s', async (_what, rest) => {
    const { server, agent } = await world();
    agent.sendLine(`{"jsonrpc":"2.0","id":"k","method":${rest}}`);
    expect(await agent.answer('k')).toMatchObject({ error: { code: -32600 } });
    agent.sendLine(`{"method":${rest},"jsonrpc":"2.0","id":12345678901234567890}`);
    expect(await rawWith(agent, '12345678901234567890')).toContain('-32600');
    expect(server.calls).toEqual([]);
  });

  it('are answered with null where the id itself is too deep, and 512 levels pass', async () => {
    const { server, agent } = await world();
    agent.sendLine(`{"jsonrpc":"2.0","id":${deep(20_000)},"method":"ping"}`);
    expect(await agent.answer(null)).toMatchObject({ error: { code: -32600 } });
    agent.sendLine(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a__t","arguments":{"x":${deep(509)}}}}`,
    );
    server.result(await calls(server, 1), { content: [] });
    expect(await agent.answer(1)).toHaveProperty('result');
  });

  it('in a batch take nobody else’s answer', async () => {
    const { agent } = await world({ version: '2025-03-26' });
    agent.sendLine(
      `[${deep(8_000)},{"jsonrpc":"2.0","id":"a","method":"ping"},{"jsonrpc":"2.0","id":"b","method":"ping","params":{"x":${deep(600)}}}]`,
    );
    expect(await agent.answer('a')).toMatchObject({ result: {} });
    expect(await agent.answer('b')).toMatchObject({ error: { code: -32600 } });
    expect(agent.raw.filter((line) => line.startsWith('['))).toHaveLength(1);
  });

  it.each(['clientCapabilities', 'clientInfo'])(
    'of 2026-07-28, in %s, are answered before the era is known',
    async (member) => {
      harness = new Harness();
      await harness.server('a', { tools: [tool('t')] });
      for (const method of ['tools/list', 'server/discover']) {
        const agent = harness.rawAgent();
        const value = member === 'clientInfo' ? `{"name":"x","version":${deep(20_000)}}` : `{"x":${deep(3_500)}}`;
        const key = 'io.modelcontextprotocol/';
        agent.sendLine(
          `{"jsonrpc":"2.0","id":1,"method":"${method}","params":{"_meta":{"${key}protocolVersion":"2026-07-28","${key}clientCapabilities":{},"${key}${member}":${value}}}}`,
        );
        expect(await agent.answer(1)).toMatchObject({ error: { code: -32600 } });
        expect(await agent.request('ping')).toHaveProperty('id');
      }
    },
  );

  it('as the answer to a server’s request tell the server so', async () => {
    const { server, agent } = await world({ capabilities: { sampling: {} } });
    agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a__t' } });
    await calls(server, 1);
    server.send({ jsonrpc: '2.0', id: 'q', method: 'sampling/createMessage', params: { messages: [] } });
    const asked = await agent.untilMethod('sampling/createMessage');
    agent.sendLine(`{"jsonrpc":"2.0","id":${String(asked['id'])},"result":{"x":${deep(700)}}}`);
    expect(await server.answer('q')).toMatchObject({ error: { code: -32603 } });
  });
});
