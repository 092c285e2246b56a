/** The proxy when its engine goes away and another one comes. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { Proxy } from '../../../src/mcp/proxy/proxy.ts';
import { eventually, type Message } from '../../support/worlds/mcp-harness.ts';
import { OK, ProxyWorld } from '../../support/worlds/proxy-world.ts';

describe('Proxy, at the next engine', () => {
  let world: ProxyWorld;
  beforeEach(() => {
    world = new ProxyWorld();
  });
  afterEach(() => world.close());

  it('answers what is in flight when the engine goes away, and begins the session again at the next', async () => {
    await world.startEngine();
    const agent = world.client();
    await agent.request('initialize', { protocolVersion: '2025-06-18' }, 0);
    agent.notify('notifications/initialized');
    const first = await world.peerNumber(1);
    agent.send({ jsonrpc: '2.0', id: 0.5, method: 'tools/call', params: { name: 'x' } });
    agent.send({ jsonrpc: '2.0', id: 'cancelled', method: 'tools/call', params: {} });
    agent.notify('notifications/cancelled', { requestId: 'cancelled' });
    agent.send({ method: 'tools/call', params: { text: 'y'.repeat(20_000) }, jsonrpc: '2.0', id: 'long' });
    agent.send({ jsonrpc: '2.0', id: 'answered', method: 'ping' });
    await first.until(({ id }) => id === 'answered', 'the ping');
    first.send({ result: {}, jsonrpc: '2.0', id: 'answered' });
    first.send({ jsonrpc: '2.0', id: 'long', method: "a server's request with the same id" });
    await agent.answer('answered');
    await world.stopEngine();
    const [short, long] = [await agent.answer(0.5), await agent.answer('long')];
    for (const answer of [short, long]) {
      expect(answer['error']).toEqual({
        code: -32000,
        message: 'the mcptui engine restarted while this call was in flight; it may have run',
      });
    }
    await world.startEngine();
    const second = await world.peerNumber(2);
    await second.untilMethod('notifications/initialized');
    expect(second.received.slice(0, 2)).toEqual([
      { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18' } },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ]);
    await agent.untilMethod('notifications/resources/list_changed');
    const later = agent.request('ping', undefined, 'later');
    await second.until(({ id }) => id === 'later', 'the later ping');
    second.send({ jsonrpc: '2.0', id: 'later', result: {} });
    await later;
    expect(agent.received.filter(({ id }) => id === 0)).toHaveLength(1);
    expect(agent.received.filter(({ id }) => id === 'cancelled')).toEqual([]);
    expect(world.exits).toEqual([]);
  });

  it('asks the next engine for the log level and the subscriptions of the session, unseen by the agent', async () => {
    await world.startEngine();
    const agent = world.client();
    await agent.request('initialize', {}, 'i');
    const first = await world.peerNumber(1);
    for (const [method, params] of [
      ['logging/setLevel', { level: 'error' }],
      ['resources/subscribe', { uri: 'x://1' }],
      ['resources/subscribe', { uri: 'x://2' }],
      ['resources/unsubscribe', { uri: 'x://1' }],
      ['logging/setLevel', { level: 'debug' }],
    ] as const) {
      const id = `${method} ${JSON.stringify(params)}`;
      const answer = agent.request(method, params, id);
      await first.until((message) => message['id'] === id, method);
      first.send({ jsonrpc: '2.0', id, result: {} });
      await answer;
    }
    await world.stopEngine();
    await world.startEngine();
    const second = await world.peerNumber(2);
    const asked = await second.untilMethod('resources/subscribe');
    expect(second.of('logging/setLevel').map(({ params }) => params)).toEqual([{ level: 'debug' }]);
    expect(second.of('resources/subscribe').map(({ params }) => params)).toEqual([{ uri: 'x://2' }]);
    const seen = agent.received.length;
    for (const { id } of [...second.of('logging/setLevel'), asked]) second.send({ jsonrpc: '2.0', id, result: {} });
    await agent.untilMethod('notifications/resources/list_changed');
    expect(agent.received.slice(seen).map(({ method }) => method)).toEqual([
      'notifications/tools/list_changed',
      'notifications/prompts/list_changed',
      'notifications/resources/list_changed',
    ]);
  });

  it('asks again for an initialize that was not answered', async () => {
    await world.startEngine(OK);
    const agent = world.client();
    agent.sendLine('{"jsonrpc":"2.0","method":"ping","id":1}');
    await (await world.peerNumber(1)).untilMethod('ping');
    agent.stream.write('{"jsonrpc":"2.0","id":2,"method":"init');
    await world.stopEngine();
    await agent.answer(1);
    await world.startEngine(OK);
    await world.peerNumber(2);
    agent.stream.write('ialize","params":{}}\n');
    expect(await agent.answer(2)).toMatchObject({ result: { number: 2 } });
  });

  it('gives the next engine the beginning of a line that was under way', async () => {
    await world.startEngine();
    const agent = world.client();
    await agent.request('initialize', {}, 'i');
    const text = 'z'.repeat(200_000);
    const line = JSON.stringify({ jsonrpc: '2.0', id: 'cut', method: 'x', params: { text } });
    agent.stream.write(line.slice(0, 100_000));
    await eventually(() => (world.sockets[0]?.bytesRead ?? 0) > 100_000, 'the first half');
    await world.stopEngine();
    await world.startEngine();
    const second = await world.peerNumber(2);
    await second.untilMethod('initialize');
    agent.stream.write(`${line.slice(100_000)}\n`);
    expect((await second.until(({ id }) => id === 'cut', 'the whole line'))['params']).toEqual({ text });
  });

  it.each([
    ['never leaves half a short message', 1000, 1],
    ['ends the line of half a long one', 300_000, 2],
  ])('%s', async (_name, length, lineCount) => {
    await world.startEngine();
    const [ours, theirs] = duplexPair();
    const chunks: Buffer[] = [];
    const output = (): string => Buffer.concat(chunks).toString();
    ours.on('data', (chunk: Buffer) => chunks.push(chunk));
    // It goes on looking when the test is over, and must not find the engine of the next one.
    const { places } = world;
    const sockets = (): readonly string[] => places;
    const [exit, tell] = [(): void => {}, (): void => {}];
    const identity = { project: 'default' };
    const options = { clock: systemClock, sockets, identity, starter: undefined, exit, tell };
    new Proxy({ ...options, input: theirs, output: theirs }).start();
    ours.write('{"jsonrpc":"2.0","id":1,"method":"x"}\n');
    const peer = await world.peerNumber(1);
    await peer.untilMethod('x');
    peer.stream.write(`{"jsonrpc":"2.0","id":1,"result":{"text":"${'h'.repeat(length)}`);
    await eventually(() => lineCount === 1 || output().length > 100_000, 'half an answer');
    await world.stopEngine();
    await eventually(() => output().endsWith('}\n'), 'the error');
    const lines = output().trimEnd().split('\n');
    expect(lines).toHaveLength(lineCount);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ id: 1, error: { code: -32000 } });
    ours.end();
  });

  it('survives a batch and an engine that is not ready yet', async () => {
    await world.startEngine('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
    const agent = world.client();
    agent.send([
      { jsonrpc: '2.0', id: 1, method: 'a' },
      { jsonrpc: '2.0', id: 2, method: 'b' },
    ]);
    await eventually(() => world.requests.length > 1, 'a second try');
    // The same engine: where none listens, not even for a moment, an agent's first look for one ends.
    world.answerWith(OK);
    const peer = await world.peerNumber(1);
    await peer.until(({ id }) => id === 2, 'the batch');
    peer.send([{ jsonrpc: '2.0', id: 1, result: {} }]);
    await agent.answer(1);
    await world.stopEngine();
    expect(await agent.answer(2)).toHaveProperty('error');
    expect(agent.received.filter(({ id }: Message) => id === 1)).toHaveLength(1);
  });
});
