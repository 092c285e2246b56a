/** How much one session, one server and one call may have under way. */
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const MINUTE = 60_000;
const held = {
  tools: [tool('t')],
  on: (message: Message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
} as const;
const call = { name: 'a__t', arguments: {} };

describe('createRouter: calls in flight of a session', () => {
  it('are 64 at once, the rest waits in order; pings and lists do not wait', async () => {
    harness = new Harness();
    const server = await harness.server('a', held);
    const agent = await harness.agent();
    await agent.request('tools/list');
    const answers = Array.from({ length: 200 }, (_, index) => agent.request('tools/call', call, `c${index}`));
    await agent.request('ping');
    await agent.request('tools/list');
    expect(server.calls).toHaveLength(64);
    expect(harness.router.agents.sessions()[0]).toMatchObject({ open: 64, waiting: 136 });
    for (let count = 0; count < 200; count += 1) {
      await eventually(() => server.calls.length > count, `call ${count}`);
      server.result(server.calls[count]?.['id'], { content: [], n: count });
    }
    const results = await Promise.all(answers);
    expect(results.map(({ result }) => (result as Message)['n'])).toEqual(results.map((_, index) => index));
    expect(harness.router.counts()).toMatchObject({ calls: 0, upstreamRequests: 0 });
  });

  it('that wait can be cancelled, and never reach the server', async () => {
    harness = new Harness();
    const server = await harness.server('a', held);
    const agent = await harness.agent();
    await agent.request('tools/list');
    for (let id = 0; id < 70; id += 1) agent.send({ jsonrpc: '2.0', id, method: 'tools/call', params: call });
    for (let id = 64; id < 69; id += 1) agent.notify('notifications/cancelled', { requestId: id });
    await agent.request('ping');
    server.result(server.calls[0]?.['id'], { content: [] });
    await agent.answer(0);
    await eventually(() => server.calls.length === 65, 'the last call');
    expect(harness.router.counts().calls).toBe(64);
    const cancelled = harness.observed.traces.filter(({ outcome }) => outcome === 'cancelled');
    expect(cancelled.map(({ server: of, tool: name, instanceId }) => [of, name, instanceId])).toEqual(
      Array.from({ length: 5 }, () => ['a', 't', undefined]),
    );
  });

  it('that wait are 16,384 at most; what is beyond is refused with the way out', async () => {
    harness = new Harness();
    await harness.server('a', held);
    const agent = await harness.agent();
    await agent.request('tools/list');
    const line = (id: number): string => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: call });
    agent.stream.write(`${Array.from({ length: 64 + 16_384 + 1 }, (_, id) => line(id)).join('\n')}\n`);
    expect((await agent.answer(64 + 16_384))['error']).toMatchObject({
      code: -32000,
      message: expect.stringMatching(/^16384 requests \(\d+ bytes\) of this session wait already: send more when/),
    });
    agent.stream.destroy();
    await eventually(() => harness.router.counts().calls === 0, 'the end');
  });

  it('end with the session, and none that waited is sent then', async () => {
    harness = new Harness();
    harness.route({ name: 'a', maxInFlight: 1 });
    const server = await harness.server('a', held);
    const agent = await harness.agent();
    await agent.request('tools/list');
    for (let id = 0; id < 80; id += 1) agent.send({ jsonrpc: '2.0', id, method: 'tools/call', params: call });
    await agent.request('ping');
    agent.stream.destroy();
    await eventually(() => harness.router.agents.sessions().length === 0, 'the end of the session');
    expect(server.calls).toHaveLength(1);
    expect(harness.router.counts()).toMatchObject({ calls: 0, upstreamRequests: 0 });
  });
});

describe('createRouter: a server that takes few calls at a time', () => {
  it('gets them one after the other, of all sessions, in the order in which they came', async () => {
    harness = new Harness();
    harness.route({ name: 'a', maxInFlight: 1 });
    const server = await harness.server('a', held);
    const [one, two] = [await harness.agent(), await harness.agent()];
    for (const agent of [one, two]) await agent.request('tools/list');
    const answers = [one.request('tools/call', call, 1), one.request('tools/call', call, 2)];
    await one.request('ping');
    two.send({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: call });
    answers.push(two.request('tools/call', call, 4));
    await two.request('ping');
    two.notify('notifications/cancelled', { requestId: 3 });
    await two.request('ping');
    for (let count = 0; count < 3; count += 1) {
      await eventually(() => server.calls.length > count, `call ${count}`);
      await one.request('ping');
      expect(server.calls).toHaveLength(count + 1);
      server.result(server.calls[count]?.['id'], { content: [] });
    }
    await Promise.all(answers);
    expect(harness.router.counts()).toMatchObject({ calls: 0, upstreamRequests: 0 });
  });
});

describe('createRouter: a call without an answer', () => {
  it('is given up after 5 min without progress, and after 1 h with it', async () => {
    const clock = new FakeClock();
    harness = new Harness({ clock });
    const server = await harness.server('a', held);
    const agent = await harness.agent();
    await agent.request('tools/list');
    const quiet = agent.request('tools/call', call, 'quiet');
    const busy = agent.request('tools/call', { ...call, _meta: { progressToken: 'p' } }, 'busy');
    await eventually(() => server.calls.length === 2, 'both calls');
    await clock.advance(4 * MINUTE);
    expect(harness.observed.open.map(({ tool: name, openMs }) => [name, openMs])).toEqual([
      ['t', MINUTE],
      ['t', MINUTE],
    ]);
    const params = server.calls[1]?.['params'] as Message | undefined;
    const progressToken = (params?.['_meta'] as Message | undefined)?.['progressToken'];
    const told = async (): Promise<void> => {
      const before = agent.of('notifications/progress').length;
      server.notify('notifications/progress', { progressToken, progress: before });
      await eventually(() => agent.of('notifications/progress').length > before, 'the progress');
    };
    await told();
    await clock.advance(MINUTE);
    expect((await quiet)['error']).toMatchObject({
      code: -32001,
      message: 'server a did not answer within 5m',
      data: { server: 'a', timeoutMs: 5 * MINUTE },
    });
    expect(harness.router.agents.sessions()[0]).toMatchObject({ open: 1, oldestAt: clock.now() - 5 * MINUTE });
    for (let minutes = 5; minutes < 60; minutes += 4) {
      await told();
      await clock.advance(4 * MINUTE);
    }
    await clock.advance(MINUTE);
    expect((await busy)['error']).toMatchObject({ code: -32001, data: { timeoutMs: 60 * MINUTE } });
    await eventually(() => server.of('notifications/cancelled').length === 2, 'two cancellations');
  });

  it('is not given up while the server waits for the agent’s client', async () => {
    const clock = new FakeClock();
    harness = new Harness({ clock });
    const server = await harness.server('a', held);
    const agent = await harness.agent({ capabilities: { elicitation: {} } });
    await agent.request('tools/list');
    const answer = agent.request('tools/call', call, 1);
    await server.untilMethod('tools/call');
    server.send({ jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: { message: 'sure?' } });
    const question = await agent.untilMethod('elicitation/create');
    await clock.advance(20 * MINUTE);
    agent.send({ jsonrpc: '2.0', id: question['id'], result: { action: 'accept' } });
    await server.answer('q');
    server.result(server.calls[0]?.['id'], { content: [] });
    expect(await answer).toHaveProperty('result');
  });
});

describe('createRouter: requests of a server', () => {
  it('are open to 16 at once, whoever is asked; the next is refused until one is answered', async () => {
    harness = new Harness();
    const server = await harness.server('a', held);
    const agent = await harness.agent({ capabilities: { sampling: {} } });
    await agent.request('tools/list');
    const answer = agent.request('tools/call', call, 1);
    await server.untilMethod('tools/call');
    const ask = (id: string): void => server.send({ jsonrpc: '2.0', id, method: 'sampling/createMessage', params: {} });
    for (let count = 1; count <= 17; count += 1) ask(`q${count}`);
    expect(await server.answer('q17')).toMatchObject({
      error: { code: -32603, message: '16 requests of server a are open, which is the limit: wait for an answer' },
    });
    const [first] = agent.of('sampling/createMessage');
    agent.send({ jsonrpc: '2.0', id: first?.['id'], result: {} });
    await server.answer('q1');
    ask('q18');
    await eventually(() => agent.of('sampling/createMessage').length === 17, 'the next question');
    server.result(server.calls[0]?.['id'], { content: [] });
    await answer;
  });

  it('are not answered without a bound when the server does not read', async () => {
    harness = new Harness();
    const server = await harness.server('a', held);
    server.stream.pause();
    const id = 'x'.repeat(4_000);
    let sent = 0;
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 50; round += 1) {
      let text = '';
      for (let count = 0; count < 400; count += 1) {
        text += `{"jsonrpc":"2.0","id":"${id}${sent}","method":"ping"}\n`;
        sent += 1;
      }
      await new Promise<void>((resolve) => server.stream.write(text, () => resolve()));
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    server.stream.resume();
    await eventually(() => server.received.length > 0, 'some answers');
  });
});

describe('createRouter: subscriptions of a session', () => {
  it('are 256; one more is refused until one is given up', async () => {
    harness = new Harness();
    const resources = Array.from({ length: 257 }, (_, index) => ({ uri: `file:///${index}`, name: `r${index}` }));
    const server = await harness.server('a', { resources });
    const agent = await harness.agent();
    await agent.request('resources/list');
    for (let index = 0; index < 256; index += 1) {
      expect(await agent.request('resources/subscribe', { uri: `file:///${index}` })).toHaveProperty('result');
    }
    expect(await agent.request('resources/subscribe', { uri: 'file:///256' })).toMatchObject({
      error: { code: -32000, message: expect.stringContaining('256 subscriptions') },
    });
    await agent.request('resources/unsubscribe', { uri: 'file:///0' });
    expect(await agent.request('resources/subscribe', { uri: 'file:///256' })).toHaveProperty('result');
    expect(server.of('resources/subscribe')).toHaveLength(257);
  });
});
