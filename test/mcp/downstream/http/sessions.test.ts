/** Which session a request belongs to, and what a request must look like. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { open, send } from '../../../support/worlds/http-client.ts';
import { HttpHarness } from '../../../support/worlds/http-harness.ts';
import { tool, type Message } from '../../../support/worlds/mcp-harness.ts';

const MIB = 1024 * 1024;
const ping: Message = { jsonrpc: '2.0', id: 1, method: 'ping' };
const initialize: Message = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};

describe('28. HTTP endpoint: sessions', () => {
  let h: HttpHarness;
  let clock: FakeClock;
  beforeEach(async () => {
    clock = new FakeClock();
    h = await new HttpHarness({ clock, settings: { maxSessions: 3 } }).listen();
  });
  afterEach(() => h.close());

  it('gives each its own unguessable id, and one session of the router', async () => {
    const agents = [await h.session(), await h.session()];
    expect(new Set(agents.map(({ id }) => id)).size).toBe(2);
    for (const { id } of agents) expect(id).toMatch(/^[\w-]{32}$/);
    expect(h.router.agents.sessions()).toMatchObject([
      { client: 'agent 1', project: 'default' },
      { client: 'agent 1' },
    ]);
  });

  it('answers 400 without a session id, 404 for one that is unknown, ended, of another or of another project', async () => {
    const agent = await h.session();
    const header = { 'mcp-session-id': agent.id };
    const statusOf = async (headers: Record<string, string>, url = h.url): Promise<number> =>
      (await send(url, { body: ping, headers })).status;
    expect(await statusOf({})).toBe(400);
    expect(await statusOf({ 'mcp-session-id': 'unknown' })).toBe(404);
    expect(await statusOf({ ...header, 'x-principal': 'bob' })).toBe(404);
    expect(await statusOf(header, h.url.replace('default', 'ops'))).toBe(404);
    expect(await statusOf(header)).toBe(200);
    expect((await send(h.url, { method: 'GET' })).status).toBe(400);
    expect((await agent.delete()).status).toBe(200);
    expect(await statusOf(header)).toBe(404);
    expect((await agent.delete()).status).toBe(404);
    expect(h.router.agents.sessions()).toEqual([]);
  });

  it('says which projects exist when there is no such one', async () => {
    const answer = await send(h.url.replace('default', 'nowhere'), { body: initialize });
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('projects: default')]);
  });

  it('ends the calls of a session that is deleted, at the server too', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method }) => (method === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await h.session();
    const pending = agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a__t' } });
    const listening = await agent.listen();
    await server.untilMethod('tools/call');
    await agent.delete();
    expect(JSON.parse((await pending).text)).toMatchObject({ id: 1, error: { code: -32000 } });
    await server.untilMethod('notifications/cancelled');
    await listening.text();
  });

  it('ends a session that nobody uses for 30 minutes, but none with a connection', async () => {
    const idle = await h.session();
    const listening = await h.session();
    const stream = await listening.listen();
    await clock.advance(29 * 60_000);
    expect(h.endpoint.sessionCount).toBe(2);
    await clock.advance(2 * 60_000);
    expect((await idle.send(ping)).status).toBe(404);
    expect((await listening.send(ping)).status).toBe(200);
    expect(h.observed.ended).toMatchObject([{ reason: 'it was idle' }]);
    stream.destroy();
  });

  it('sends a comment every 15 s, also for a call that is long in coming', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method }) => (method === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await h.session();
    const stream = await agent.listen();
    const call = agent.open({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a__t' } });
    await server.untilMethod('tools/call');
    await clock.advance(15_000);
    await clock.advance(15_000);
    await stream.untilComments(2);
    expect(stream.comments).toContain('keep-alive');
    const answer = await call;
    await answer.untilComments(1);
    server.result(server.calls[0]?.['id'], { content: [] });
    await answer.message(({ id }) => id === 1);
    stream.destroy();
  });

  it('makes room for a fourth session of three by the one of that caller that was left alone longest', async () => {
    const first = await h.session();
    await clock.advance(1_000);
    const others = [await h.session(), await h.session(), await h.session()];
    expect((await first.send(ping)).status).toBe(404);
    for (const agent of others) expect((await agent.send(ping)).status).toBe(200);
    expect(h.endpoint.sessionCount).toBe(3);
    const foreign = await send(h.url, { body: initialize, headers: { 'x-principal': 'bob' } });
    expect(foreign.status).toBe(503);
  });

  it('refuses a fourth session of three with 503 while all are in use', async () => {
    const streams = [];
    for (let count = 0; count < 3; count += 1) streams.push(await (await h.session()).listen());
    const answer = await send(h.url, { body: initialize });
    for (const stream of streams) stream.destroy();
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10']);
    expect(answer.text).toContain('3 sessions');
  });

  it('lets the newest of two GETs have the stream', async () => {
    const agent = await h.session();
    const first = await agent.listen();
    const second = await agent.listen();
    await first.text();
    h.router.agents.builtinChanged(['tools']);
    await clock.advance(200);
    await second.message(({ method }) => method === 'notifications/tools/list_changed');
    expect(first.messages).toEqual([]);
    second.destroy();
  });
});

describe('28. HTTP endpoint: what a request must look like', () => {
  let h: HttpHarness;
  beforeEach(async () => {
    h = await new HttpHarness({ settings: { maxBodyBytes: MIB, maxPendingBodyBytes: 2 * MIB } }).listen();
  });
  afterEach(() => h.close());

  it.each([
    [415, { 'content-type': 'text/plain' }],
    [415, { 'content-type': 'application/x-www-form-urlencoded' }],
    [406, { accept: 'text/html' }],
    [403, { origin: 'https://evil.example' }],
    [403, { origin: 'null' }],
    [403, { origin: 'http://127.0.0.1.evil.example' }],
  ])('answers %i to %o', async (status, headers) => {
    const answer = await send(h.url, { body: initialize, headers });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32000 } });
    expect(h.router.agents.sessions()).toEqual([]);
  });

  it.each([
    { origin: 'http://localhost:5173' },
    { origin: 'http://[::1]:80' },
    { 'content-type': 'application/json; charset=utf-8' },
    { accept: '*/*' },
    { accept: 'application/*, text/event-stream;q=0.5' },
    { 'mcp-protocol-version': '2025-03-26' },
    { 'mcp-protocol-version': '1999-01-01' },
    { 'mcp-protocol-version': '' },
    { accept: 'application/json' },
    { accept: 'text/event-stream' },
  ])('lets %o through', async (headers) => {
    expect((await send(h.url, { body: initialize, headers })).status).toBe(200);
  });

  it('answers 405 to other methods, 406 to a GET for something else, 400 to what is no message', async () => {
    const put = await send(h.url, { method: 'PUT' });
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, POST, DELETE']);
    const agent = await h.session();
    const listen = await open(h.url, {
      method: 'GET',
      headers: { accept: 'application/json', 'mcp-session-id': agent.id },
    });
    expect(listen.status).toBe(406);
    const code = async (body: string): Promise<unknown> => {
      const answer = await agent.send(body);
      return [answer.status, (JSON.parse(answer.text) as { error: { code: number } }).error.code];
    };
    expect(await code('{')).toEqual([400, -32700]);
    expect(await code('7')).toEqual([400, -32600]);
    expect(await code('{"jsonrpc":"2.0"}')).toEqual([400, -32600]);
    expect((await send(h.url, { body: '{' })).status).toBe(400);
  });

  it('answers 413 to a body over the limit, announced or not, and goes on', async () => {
    const agent = await h.session();
    const large = Buffer.alloc(MIB + 1, 32);
    expect((await agent.send(large)).status).toBe(413);
    expect((await agent.send(large, { headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413);
    expect(await agent.request('ping')).toMatchObject({ result: {} });
  });

  it('answers 503 when the bodies that are being received hold too much together', async () => {
    const agent = await h.session();
    const half = Buffer.alloc(MIB, 32);
    const answers = [1, 2, 3, 4].map(() => agent.send(half));
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    // Those that were taken whole are no messages: 400.
    for (const status of statuses) expect([400, 503]).toContain(status);
    expect(await agent.request('ping')).toMatchObject({ result: {} });
  });
});
