/** Messages stay what they were, and what cannot be read is answered: ids, numbers, depth, answers that are none. */
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type FakeServer, type Message, type Peer } from '../support/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const LONG = 'A'.repeat(9_000);
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** A server whose calls the test answers, and an agent. */
async function world(version?: string): Promise<{ server: FakeServer; agent: Peer }> {
  harness = new Harness({ mask: (text) => text.replaceAll('s3cret', '***') });
  const server = await harness.server('a', {
    tools: [tool('t')],
    on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
  });
  return { server, agent: await harness.agent(version === undefined ? {} : { version }) };
}

/** The text of the only line that has come to a peer and holds `what`. */
async function rawWith(peer: Peer, what: string): Promise<string> {
  await eventually(() => peer.raw.some((line) => line.includes(what)), what);
  return peer.raw.find((line) => line.includes(what)) ?? '';
}

async function calls(server: FakeServer, count: number): Promise<number> {
  await eventually(() => server.calls.length === count, `${count} calls`);
  return server.calls[count - 1]?.['id'] as number;
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
    const { server, agent } = await world('2025-03-26');
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

  it('a server’s request and its answer keep their numbers and the server’s id', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (m) => (m['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent({ capabilities: { sampling: {} } });
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
    const { agent } = await world('2025-03-26');
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
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (m) => (m['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent({ capabilities: { sampling: {} } });
    agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a__t' } });
    await calls(server, 1);
    server.send({ jsonrpc: '2.0', id: 'q', method: 'sampling/createMessage', params: { messages: [] } });
    const asked = await agent.untilMethod('sampling/createMessage');
    agent.sendLine(`{"jsonrpc":"2.0","id":${String(asked['id'])},"result":{"x":${deep(700)}}}`);
    expect(await server.answer('q')).toMatchObject({ error: { code: -32603 } });
  });
});

describe('createRouter: answers of a server that are none', () => {
  const long = (id: number, rest: string): string => `{"jsonrpc":"2.0","id":${id},"result":{"text":"${LONG}"${rest}`;

  it.each<[string, (id: number) => string | Buffer, string]>([
    ['a trailing comma', (id) => long(id, ',}}'), 'is not valid JSON'],
    ['a raw control character', (id) => long(id, ',"x":"\u001b]0;x\u0007"}}'), 'a control character'],
    ['no end', (id) => long(id, ''), 'ends in its midst'],
    [
      'invalid UTF-8',
      (id) => Buffer.concat([Buffer.from(long(id, ',"x":"')), Buffer.from([0xff, 0xc0]), Buffer.from('"}}')]),
      'UTF-8',
    ],
    ['too many levels', (id) => long(id, `,"x":${deep(600)}}}`), 'nested deeper than 512'],
    ['a request inside it', (id) => long(id, '},"params":{},"more":1}'), 'it has a member "params"'],
    ['two results', (id) => long(id, '},"result":{"b":"second"}}'), 'it has "result" twice'],
    ['result and error', (id) => long(id, '},"error":{"code":1,"message":"m"}}'), 'both a result and an error'],
    [
      'the id last and broken inside',
      (id) => `{"result":{"text":"${LONG}",},"jsonrpc":"2.0","id":${id}}`,
      'not valid JSON',
    ],
    [
      'short: result and error',
      (id) => `{"jsonrpc":"2.0","id":${id},"result":{},"error":{"code":1,"message":"m"}}`,
      'both a result and an error',
    ],
    ['short: no end', (id) => `{"jsonrpc":"2.0","id":${id},"result":{"token":"s3cret`, '"token":"***'],
    ['short: neither', (id) => `{"jsonrpc":"2.0","id":${id}}`, 'neither a result nor an error'],
    ['short: too deep', (id) => `{"jsonrpc":"2.0","id":${id},"result":{"x":${deep(600)}}}`, 'nested too deep'],
    ['null for an id', () => '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what?"}}', 'what?'],
    ['an object for an id', () => '{"jsonrpc":"2.0","id":{},"result":{}}', '"id":{}'],
    ['an id of nobody', () => '{"jsonrpc":"2.0","id":"zzz","result":{"a":1}}', '"zzz"'],
    ['no id', () => '{"jsonrpc":"2.0","result":{"a":1}}', 'nobody has used'],
  ])('fail that call at once and name the server: %s', async (_what, line, words) => {
    const { server, agent } = await world();
    const answer = agent.request('tools/call', { name: 'a__t' }, 1);
    server.sendLine(line(await calls(server, 1)));
    const error = (await answer)['error'] as Message;
    expect(error).toMatchObject({ code: -32000, data: { server: 'a' } });
    expect(error['message']).toContain('server a sent an invalid answer');
    expect(error['message']).toContain(words);
    expect(String(error['message']).length).toBeLessThan(700);
    await eventually(() => harness.observed.invalid.length > 0, 'a word on the instance');
    expect(harness.observed.invalid.join('')).not.toContain('s3cret');
    const next = agent.request('tools/call', { name: 'a__t' }, 2);
    server.result(await calls(server, 2), { content: [] });
    expect(await next).toHaveProperty('result');
    await eventually(() => harness.observed.traces.length === 2, 'traces');
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['rpc-error', 'ok']);
  });

  it.each<[string, (id: number) => string]>([
    ['a BOM', (id) => `\uFEFF{"jsonrpc":"2.0","id":${id},"result":{"content":[]}}`],
    ['colour codes', (id) => `\u001b[0;32m{"jsonrpc":"2.0","id":${id},"result":{"content":[]}}\u001b[0m`],
    ['a banner', (id) => `Server {v1} ready. {"jsonrpc":"2.0","id":${id},"result":{"content":[]}}`],
    [
      'another message',
      (id) =>
        `{"jsonrpc":"2.0","id":${id},"result":{"content":[],"t":"${LONG}"}} {"jsonrpc":"2.0","method":"notifications/x"}`,
    ],
    ['a long BOM', (id) => `\uFEFF{"jsonrpc":"2.0","id":${id},"result":{"content":[],"t":"${LONG}"}}`],
    ['its id in quotes', (id) => `{"jsonrpc":"2.0","id":"${id}","result":{"content":[]}}`],
    ['its id in quotes, long', (id) => `{"jsonrpc":"2.0","id":"${id}","result":{"content":[],"t":"${LONG}"}}`],
    ['null beside the result', (id) => `{"jsonrpc":"2.0","id":${id},"error":null,"result":{"content":[]}}`],
    [
      'null beside the result, long',
      (id) => `{"jsonrpc":"2.0","id":${id},"error":null,"result":{"content":[],"t":"${LONG}"}}`,
    ],
  ])('but for %s are taken', async (_what, line) => {
    const { server, agent } = await world();
    const answer = agent.request('tools/call', { name: 'a__t' }, 1);
    server.sendLine(line(await calls(server, 1)));
    const got = await answer;
    expect(got).toMatchObject({ result: { content: [] } });
    expect(Object.keys(got)).toEqual(['result', 'jsonrpc', 'id']);
  });

  it('late, doubled or quoted in a log line concern nobody', async () => {
    const { server, agent } = await world();
    const first = agent.request('tools/call', { name: 'a__t' }, 1);
    const id = await calls(server, 1);
    server.result(id, { content: [] });
    await first;
    const second = agent.request('tools/call', { name: 'a__t' }, 2);
    const next = await calls(server, 2);
    server.result(id, { content: ['late'] });
    server.sendLine(`got {"jsonrpc":"2.0","id":${next},"method":"tools/call","params":{"name":"t"}}`);
    server.sendLine('{"level":"info","message":"working"}');
    server.sendLine('[INFO] {"id":1} and so on');
    server.sendLine('{"level":"error","id":"request-1","error":"boom"}');
    server.sendLine('{"level":"error","id":"request-1","error":"boom}');
    server.result(next, { content: [] });
    expect(await second).toMatchObject({ result: { content: [] } });
    expect(agent.received.filter(({ id: known }) => known === 2)).toHaveLength(1);
    expect(server.received.some((message) => 'error' in message)).toBe(false);
  });

  it('that are cut off and go on as the next one fail, and the next one is taken', async () => {
    const { server, agent } = await world();
    const first = agent.request('tools/call', { name: 'a__t' }, 1);
    const id = await calls(server, 1);
    server.stream.write(`{"jsonrpc":"2.0","id":${id},"res`);
    const second = agent.request('tools/call', { name: 'a__t' }, 2);
    server.result(await calls(server, 2), { content: [] });
    expect(await second).toHaveProperty('result');
    expect(await first).toMatchObject({ error: { code: -32000 } });
  });

  it('blame nobody when several calls wait and none is named', async () => {
    const { server, agent } = await world();
    const both = [1, 2].map((id) => agent.request('tools/call', { name: 'a__t' }, id));
    await calls(server, 2);
    server.sendLine('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what?"}}');
    for (const { id } of server.calls) server.result(id, { content: [] });
    for (const answer of both) expect(await answer).toHaveProperty('result');
  });

  it('of 64 MiB that end badly are told without stopping others for long', { timeout: 30_000 }, async () => {
    const { server, agent } = await world();
    const answer = agent.request('tools/call', { name: 'a__t' }, 1);
    const id = await calls(server, 1);
    server.stream.write(`{"jsonrpc":"2.0","id":${id},"result":{"text":"`);
    for (let part = 0; part < 60; part += 1) server.stream.write('x'.repeat(1_000_000));
    server.stream.write('",}}\n');
    expect((await answer)['error']).toMatchObject({ code: -32000 });
  });
});
