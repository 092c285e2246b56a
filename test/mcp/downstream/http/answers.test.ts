/** What comes back on a POST: JSON, a stream, or nothing; and what of it an agent gets that lost its connection. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpHarness } from '../../../support/worlds/http-harness.ts';
import { eventually, tool, type Message } from '../../../support/worlds/mcp-harness.ts';

const call = (name: string, id: string | number = 1, meta?: Message): Message => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {}, ...(meta === undefined ? {} : { _meta: meta }) },
});

describe('28. HTTP endpoint: answers', () => {
  let h: HttpHarness;
  beforeEach(async () => {
    h = await new HttpHarness().listen();
  });
  afterEach(() => h.close());

  it('answers a request as JSON, with its id, and a notification with 202', async () => {
    await h.server('a', { tools: [tool('t')] });
    const agent = await h.session();
    const answer = await agent.send(call('a__t', 'x'));
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
    expect(JSON.parse(answer.text)).toMatchObject({ id: 'x', result: { content: [{ text: 't' }] } });
    const noted = await agent.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect([noted.status, noted.text]).toEqual([202, '']);
  });

  it('puts progress before the answer on the stream of the POST that asked', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method, id, params }, self) => {
        if (method !== 'tools/call') return undefined;
        const { progressToken } = (params as { _meta: Message })._meta;
        self.notify('notifications/progress', { progressToken, progress: 1 });
        self.result(id, { content: [] });
        return 'ignore';
      },
    });
    const agent = await h.session();
    const other = await agent.listen();
    const stream = await agent.open(call('a__t', 7, { progressToken: 'mine' }));
    await stream.text();
    expect(stream.response.headers['content-type']).toBe('text/event-stream');
    expect(stream.messages).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 1 } },
      { id: 7, result: { content: [] } },
    ]);
    expect(other.messages).toEqual([]);
    expect(server.calls).toHaveLength(1);
    other.destroy();
  });

  it('asks the client on the stream of the call, and takes its answer from another POST', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method }, self) => {
        if (method !== 'tools/call') return undefined;
        self.send({ jsonrpc: '2.0', id: 'q', method: 'sampling/createMessage', params: { messages: [] } });
        return 'ignore';
      },
    });
    const agent = await h.session({ capabilities: { sampling: {} } });
    const stream = await agent.open(call('a__t', 1));
    const asked = await stream.message(({ method }) => method === 'sampling/createMessage');
    // Indented JSON reaches the server as one line all the same.
    const body = JSON.stringify({ jsonrpc: '2.0', id: asked['id'], result: { model: 'm' } }, null, 2);
    expect((await agent.send(body)).status).toBe(202);
    await expect(server.answer('q')).resolves.toMatchObject({ result: { model: 'm' } });
    server.result(server.calls[0]?.['id'], { content: [] });
    await stream.message(({ result }) => result !== undefined);
    await stream.text();
  });

  it('tells changed lists on the GET stream, once for those that changed while nobody listened', async () => {
    const server = await h.server('a', { tools: [tool('t')] });
    const agent = await h.session();
    for (const name of ['u', 'v']) {
      server.options = { ...server.options, tools: [tool(name)] };
      const before = server.of('tools/list').length;
      server.notify('notifications/tools/list_changed');
      await eventually(() => server.of('tools/list').length > before, 'the list being fetched');
      const names = async (): Promise<string> => JSON.stringify(await agent.request('tools/list'));
      while (!(await names()).includes(`a__${name}`)) await new Promise(setImmediate);
    }
    const stream = await agent.listen();
    await stream.message(({ method }) => method === 'notifications/tools/list_changed');
    server.notify('notifications/prompts/list_changed');
    await stream.message(({ method }) => method === 'notifications/prompts/list_changed');
    expect(stream.messages.filter(({ method }) => method === 'notifications/tools/list_changed')).toHaveLength(1);
    stream.destroy();
  });

  it('gives the rest of a stream to an agent that comes back with the id of the last event', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method }) => (method === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await h.session();
    const opened = agent.open(call('a__t', 1, { progressToken: 1 }));
    await server.untilMethod('tools/call');
    const { id, params } = server.calls[0] as { id: number; params: { _meta: Message } };
    const step = (progress: number): void =>
      server.notify('notifications/progress', { progressToken: params._meta['progressToken'], progress });
    step(1);
    const first = await opened;
    await first.message(({ method }) => method === 'notifications/progress');
    first.destroy();
    step(2);
    const lastEventId = first.events.at(-1)?.id ?? '';
    const second = await agent.listen({ 'last-event-id': lastEventId });
    await second.message(({ params: p }) => (p as Message | undefined)?.['progress'] === 2);
    second.destroy();
    await eventually(() => second.isEnded, 'the end of the second connection');
    server.result(id, { content: [] });
    const third = await agent.listen({ 'last-event-id': second.events.at(-1)?.id ?? '' });
    await third.text();
    expect(third.messages).toMatchObject([{ id: 1, result: { content: [] } }]);
    const fourth = await agent.listen({ 'last-event-id': third.events.at(-1)?.id ?? '' });
    expect(fourth.status).toBe(204);
  });

  it('says that an answer of over 1 MiB is gone when the connection that had it is', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method }) => (method === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await h.session();
    const opened = agent.open(call('a__t', 1, { progressToken: 1 }));
    await server.untilMethod('tools/call');
    const { id, params } = server.calls[0] as { id: number; params: { _meta: Message } };
    server.notify('notifications/progress', { progressToken: params._meta['progressToken'], progress: 1 });
    const first = await opened;
    await first.message(({ method }) => method === 'notifications/progress');
    first.destroy();
    await eventually(() => first.isEnded, 'the end of the connection');
    server.result(id, { content: [{ type: 'text', text: 'x'.repeat(1024 * 1024) }] });
    await eventually(() => h.router.counts().calls === 0, 'the answer');
    const rest = await agent.listen({ 'last-event-id': first.events.at(-1)?.id ?? '' });
    await rest.text();
    expect(rest.messages).toMatchObject([{ id: 1, error: { code: -32000 } }]);
    expect(JSON.stringify(rest.messages)).toContain('too long to be kept');
  });

  it('begins a stream with an event without data for 2025-11-25 only', async () => {
    const server = await h.server('a', { tools: [tool('t')] });
    server.options = {
      ...server.options,
      on: ({ method }, self) => {
        if (method === 'tools/call') self.notify('notifications/message', { level: 'info', data: 'x' });
        return undefined;
      },
    };
    for (const [version, count] of [
      ['2025-11-25', 1],
      ['2025-06-18', 0],
    ] as const) {
      const agent = await h.session({ version });
      const stream = await agent.open(call('a__t'));
      await stream.text();
      expect(stream.events.filter(({ data }) => data === '')).toHaveLength(count);
      expect(stream.messages).toHaveLength(2);
    }
  });

  it('passes 16 MiB as an answer and as an event, and what follows', async () => {
    const text = 'x'.repeat(16 * 1024 * 1024);
    await h.server('a', {
      tools: [tool('plain'), tool('noisy')],
      on: ({ method, id, params }, self) => {
        if (method !== 'tools/call') return undefined;
        if ((params as Message)['name'] === 'noisy') self.notify('notifications/message', { level: 'info', data: 1 });
        self.result(id, { content: [{ type: 'text', text }] });
        return 'ignore';
      },
    });
    const agent = await h.session();
    const plain = await agent.send(call('a__plain'));
    expect([plain.headers['content-type'], plain.text.length > text.length]).toEqual(['application/json', true]);
    const noisy = await agent.open(call('a__noisy'));
    await noisy.text();
    expect(noisy.events.at(-1)?.data.length).toBeGreaterThan(text.length);
    expect(await agent.request('ping')).toMatchObject({ result: {} });
  });

  it('passes 16 MiB of arguments, and a long answer of the client', async () => {
    const text = 'y'.repeat(16 * 1024 * 1024);
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method }, self) => {
        if (method !== 'tools/call') return undefined;
        self.send({ jsonrpc: '2.0', id: 'q', method: 'sampling/createMessage', params: {} });
        return 'ignore';
      },
    });
    const agent = await h.session({ capabilities: { sampling: {} } });
    const stream = await agent.open({ ...call('a__t', 1), params: { name: 'a__t', arguments: { text } } });
    const { id } = await stream.message(({ method }) => method === 'sampling/createMessage');
    expect(server.calls[0]?.['params']).toMatchObject({ arguments: { text } });
    const answer = JSON.stringify({ jsonrpc: '2.0', id, result: { text } }, null, 1);
    expect((await agent.send(answer)).status).toBe(202);
    expect(await server.answer('q')).toMatchObject({ result: { text } });
    stream.destroy();
  });

  it('accepts a batch in 2025-03-26 and refuses it later', async () => {
    await h.server('a', { tools: [tool('t')] });
    const ping = (id: number): Message => ({ jsonrpc: '2.0', id, method: 'ping' });
    const old = await h.session({ version: '2025-03-26' });
    const both = await old.send([ping(1), call('a__t', 2), { jsonrpc: '2.0', method: 'notifications/initialized' }]);
    expect(both.status).toBe(200);
    expect(new Set((JSON.parse(both.text) as Message[]).map(({ id }) => id))).toEqual(new Set([1, 2]));
    const mixed = await old.send([7, ping(3)]);
    expect(new Set((JSON.parse(mixed.text) as Message[]).map(({ id }) => id))).toEqual(new Set([3, null]));
    const notes = await old.send([{ jsonrpc: '2.0', method: 'notifications/initialized' }]);
    expect(notes.status).toBe(202);
    const agent = await h.session();
    const refused = await agent.send([ping(1)]);
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([400, { error: { code: -32600 } }]);
  });

  it('answers a cancelled call with nothing', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method }) => (method === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await h.session();
    const pending = agent.send(call('a__t', 5));
    await server.untilMethod('tools/call');
    await agent.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
    expect((await pending).status).toBe(202);
    await server.untilMethod('notifications/cancelled');
    expect(h.router.counts().calls).toBe(0);
  });
});
