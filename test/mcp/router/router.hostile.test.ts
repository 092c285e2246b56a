/** What hostile and broken peers send: that call or session alone fails, others go on, and nothing is left over. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  eventually,
  Harness,
  paramsOf,
  tool,
  type FakeServer,
  type Message,
  type Peer,
} from '../../support/worlds/mcp-harness.ts';

const MIB = 1024 * 1024;
const call = (name: string, args: Message = {}): Message => ({ name, arguments: args });
const ignoring = (name: string) => (message: Message) =>
  (message['params'] as Message | undefined)?.['name'] === name ? 'ignore' : undefined;

let harness: Harness;
afterEach(() => harness.close());

/** A good server beside the bad one, and an agent that uses it. */
async function beside(): Promise<() => Promise<void>> {
  await harness.server('good', { tools: [tool('t')] });
  const agent = await harness.agent();
  return async () => expect(await agent.request('tools/call', call('good__t'))).toHaveProperty('result');
}

function idle(): void {
  expect(harness.router.counts()).toMatchObject({ calls: 0, upstreamRequests: 0, serverRequests: 0 });
}

describe('createRouter: a hostile server', () => {
  it('that never ends its line fails the call at the limit, and says so on the instance', async () => {
    harness = new Harness({ maxMessageBytes: MIB });
    const good = await beside();
    const server = await harness.server('bad', { tools: [tool('t')], on: ignoring('t') });
    const agent = await harness.agent();
    const answer = agent.request('tools/call', call('bad__t'));
    const sent = await server.untilMethod('tools/call');
    server.stream.write(`{"jsonrpc":"2.0","id":${String(sent['id'])},"result":{"text":"`);
    for (let part = 0; part < 20; part += 1) server.stream.write('x'.repeat(100_000));
    expect((await answer)['error']).toMatchObject({ code: -32000, data: { reason: 'message too large' } });
    await eventually(() => harness.observed.invalid.length === 1, 'a word on the instance');
    expect(harness.observed.invalid[0]).toContain('over the limit of 1048576 bytes');
    await good();
    // The line ends after all: the next one is read as ever.
    server.stream.write('"}}\n');
    const next = agent.request('tools/call', call('bad__t'));
    await eventually(() => server.calls.length === 2, 'the next call');
    server.result(server.calls[1]?.['id'], { content: [] });
    expect(await next).toHaveProperty('result');
    idle();
  });

  it('that goes on with such a line is lost with its calls, since nothing else can come from it', async () => {
    harness = new Harness({ maxMessageBytes: MIB });
    const good = await beside();
    const server = await harness.server('bad', { tools: [tool('t')], on: ignoring('t') });
    const agent = await harness.agent();
    const first = agent.request('tools/call', call('bad__t'));
    const second = agent.request('tools/call', call('bad__t'));
    const sent = await server.untilMethod('tools/call');
    server.stream.write(`{"jsonrpc":"2.0","id":${String(sent['id'])},"result":{"text":"`);
    for (let part = 0; part < 50; part += 1) server.stream.write('x'.repeat(100_000));
    expect((await first)['error']).toMatchObject({ data: { reason: 'message too large' } });
    expect((await second)['error']).toMatchObject({ code: -32000, data: { server: 'bad' } });
    await eventually(() => harness.observed.lost.length === 1, 'the loss of the connection');
    await good();
    idle();
  });

  it.each([
    ['11 MB', 11_000_000],
    ['50 MB', 50_000_000],
  ])(
    'that answers with a line of %s delays nobody else’s calls for long',
    { timeout: 60_000 },
    async (_name, bytes) => {
      harness = new Harness();
      const good = await beside();
      await harness.server('big', {
        tools: [tool('t')],
        on: (m) =>
          (m['params'] as Message | undefined)?.['name'] === 't' ? { result: { text: 'x'.repeat(bytes) } } : undefined,
      });
      const agent = await harness.agent();
      const answer = agent.request('tools/call', call('big__t'));
      for (let count = 0; count < 20; count += 1) await good();
      expect(((await answer)['result'] as Message)['text']).toHaveLength(bytes);
      idle();
    },
  );

  it('that floods with notifications and list changes is read once in a while, and loses nobody’s calls', async () => {
    harness = new Harness();
    const good = await beside();
    const servers = await Promise.all(['x', 'y', 'z'].map((name) => harness.server(name, { tools: [tool('t')] })));
    const agent = await harness.agent();
    for (const name of ['x', 'y', 'z']) await agent.request('tools/call', call(`${name}__t`));
    const lists = (server: FakeServer): number => server.of('tools/list').length;
    const before = servers.map(lists);
    const line = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n';
    const message = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}\n';
    for (const server of servers) {
      for (let burst = 0; burst < 100; burst += 1) server.stream.write(line.repeat(500) + message.repeat(500));
    }
    for (let count = 0; count < 20; count += 1) await good();
    for (const name of ['x', 'y', 'z']) {
      expect(await agent.request('tools/call', call(`${name}__t`))).toHaveProperty('result');
    }
    await eventually(() => harness.router.counts().upstreamRequests === 0, 'quiet');
    for (const [index, server] of servers.entries()) expect(lists(server) - (before[index] ?? 0)).toBeLessThan(30);
  });

  it('with 10,000 levels, __proto__, odd methods, both result and error, repeated and unknown ids harms nobody', async () => {
    harness = new Harness();
    const good = await beside();
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const server = await harness.server('bad', { tools: [tool('t')], on: ignoring('t') });
    const agent = await harness.agent();
    const answers = [
      (id: unknown) => `{"jsonrpc":"2.0","id":${String(id)},"result":{"deep":${deep}}}`,
      (id: unknown) => `{"jsonrpc":"2.0","id":${String(id)},"result":{"__proto__":{"polluted":true},"constructor":1}}`,
      (id: unknown) => `{"jsonrpc":"2.0","id":${String(id)},"result":{},"error":{"code":1,"message":"both"}}`,
    ];
    for (const [index, write] of answers.entries()) {
      const answer = agent.request('tools/call', call('bad__t'));
      await eventually(() => server.calls.length === index + 1, 'the call');
      const text = write(server.calls[index]?.['id']);
      for (const line of [text, text, write(99_999), write('"7"'), write('null')]) server.sendLine(line);
      expect(await answer).toBeDefined();
    }
    for (const method of ['constructor', '__proto__', 'toString', 'notifications/__proto__']) {
      server.notify(method, { x: 1 });
      server.send({ jsonrpc: '2.0', id: method, method });
      expect((await server.answer(method))['error']).toBeDefined();
    }
    server.sendLine(`{"jsonrpc":"2.0","method":"notifications/message","params":{"data":${deep}}}`);
    expect(({} as Message)['polluted']).toBeUndefined();
    await good();
    idle();
  });

  it(
    'that stops reading is given no more than it can be owed, and the refusal says why',
    { timeout: 60_000 },
    async () => {
      harness = new Harness();
      const good = await beside();
      const server = await harness.server('deaf', { tools: [tool('t')] });
      const agent = await harness.agent();
      await agent.request('tools/list');
      server.stream.pause();
      const text = 'x'.repeat(8 * MIB);
      const answers: Promise<Message>[] = [];
      for (let count = 0; count < 20; count += 1) answers.push(agent.request('tools/call', call('deaf__t', { text })));
      const last = await (answers.at(-1) as Promise<Message>);
      expect(last['error']).toMatchObject({
        code: -32000,
        data: { server: 'deaf', reason: 'it does not read its input' },
      });
      await good();
      harness.router.servers.disconnect('deaf-1', 'it was stopped');
      for (const answer of answers) expect(await answer).toHaveProperty('error');
      idle();
    },
  );
});

describe('createRouter: a hostile client', () => {
  it('that sends 10,000 requests has 64 of them under way; when it vanishes those are cancelled and nothing is left', async () => {
    harness = new Harness();
    const good = await beside();
    const server = await harness.server('a', { tools: [tool('t')], on: ignoring('t') });
    const agent = await harness.agent();
    await agent.request('tools/list');
    const lines: string[] = [];
    for (let id = 0; id < 10_000; id += 1) {
      lines.push(JSON.stringify({ jsonrpc: '2.0', id: `c${id}`, method: 'tools/call', params: call('a__t') }));
    }
    agent.stream.write(`${lines.join('\n')}\n`);
    await eventually(() => harness.router.counts().calls === 10_000, 'the requests');
    expect(server.calls).toHaveLength(64);
    agent.stream.destroy();
    await eventually(() => server.of('notifications/cancelled').length === 64, 'the cancellations');
    // The cancellations are sent turn by turn; what remains of the session goes with the turn after the last.
    await eventually(() => harness.router.agents.sessions().length === 1, 'the end of the session');
    await good();
    idle();
    const cancelled = server.of('notifications/cancelled').map((message) => paramsOf(message)['requestId']);
    expect(new Set(cancelled).size).toBe(64);
    expect(server.calls).toHaveLength(64);
  });

  it('gets an answer to each odd request: deep, __proto__, methods and names of objects, ids of every kind', async () => {
    harness = new Harness();
    const good = await beside();
    const server = await harness.server('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const answered = async (line: string, id: unknown): Promise<Message> => {
      agent.sendLine(line);
      return agent.answer(id);
    };
    const head = (id: number, name: string): string =>
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}","arguments":`;
    expect(await answered(`${head(1, 'a__t')}{"x":${deep}}}}`, 1)).toBeDefined();
    expect(await answered(`${head(2, 'a__t')}{"__proto__":{"polluted":1}}}}`, 2)).toHaveProperty('result');
    expect(paramsOf(server.calls.at(-1))['arguments']).toHaveProperty('__proto__');
    for (const [index, name] of ['__proto__', 'constructor', 'toString'].entries()) {
      expect((await answered(`${head(10 + index, name)}{}}}`, 10 + index))['error']).toMatchObject({ code: -32602 });
      const line = `{"jsonrpc":"2.0","id":${20 + index},"method":"${name}","params":{"name":"${name}","uri":"${name}"}}`;
      expect((await answered(line, 20 + index))['error']).toMatchObject({ code: -32601 });
    }
    for (const bad of ['null', 'true', '{}', '[1]', '{"jsonrpc":"2.0","id":{},"method":"ping"}']) agent.sendLine(bad);
    await agent.request('ping');
    expect(agent.received.filter(({ id }) => id === null)).toHaveLength(5);
    expect(({} as Message)['polluted']).toBeUndefined();
    await good();
    idle();
  });

  it('that never ends its line loses that message alone', async () => {
    harness = new Harness({ maxMessageBytes: MIB });
    const agent: Peer = await harness.agent();
    agent.stream.write('{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"');
    for (let part = 0; part < 20; part += 1) agent.stream.write('x'.repeat(100_000));
    expect((await agent.answer(9))['error']).toMatchObject({ data: { reason: 'message too large' } });
    agent.stream.write('"}}\n');
    expect(await agent.request('ping')).toHaveProperty('result');
    expect(agent.received.filter(({ id }) => id === 9)).toHaveLength(1);
  });
});
