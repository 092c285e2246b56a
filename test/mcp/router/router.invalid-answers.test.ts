/** What a server sends in place of an answer fails the call that it names, and no other. */
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, type Harness, type Message } from '../../support/worlds/mcp-harness.ts';
import { calls, deep, LONG, messageWorld, type MessageWorld } from '../../support/worlds/message-world.ts';

let harness: Harness;
afterEach(() => harness.close());

/** Closed after the test. */
async function world(options: Parameters<typeof messageWorld>[0] = {}): Promise<MessageWorld> {
  const opened = await messageWorld(options);
  harness = opened.harness;
  return opened;
}

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

  it('of 64 MiB that end badly are told without stopping others for long', { timeout: 120_000 }, async () => {
    const { server, agent } = await world();
    const answer = agent.request('tools/call', { name: 'a__t' }, 1);
    const id = await calls(server, 1);
    server.stream.write(`{"jsonrpc":"2.0","id":${id},"result":{"text":"`);
    for (let part = 0; part < 60; part += 1) server.stream.write('x'.repeat(1_000_000));
    server.stream.write('",}}\n');
    expect((await answer)['error']).toMatchObject({ code: -32000 });
  });
});
