/** Requests of 2026-07-28 over HTTP: what each must say of itself, what its answer has, and that nothing is shared by mistake. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { META } from '../../../../src/mcp/eras/modern.ts';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { send } from '../../../support/worlds/http-client.ts';
import { HttpHarness } from '../../../support/worlds/http-harness.ts';
import { eventually, tool, type Message } from '../../../support/worlds/mcp-harness.ts';
import { modern, modernMessage, openModern } from '../../../support/worlds/modern.ts';

describe('HttpEndpoint: requests of 2026-07-28', () => {
  let h: HttpHarness;
  beforeEach(async () => {
    h = await new HttpHarness().listen();
  });
  afterEach(() => h.close());

  it('discovers without a session, and says who answers', async () => {
    await h.server('a', { tools: [tool('t')], instructions: 'Be kind.' });
    const { status, headers, result } = await modern(h.url, 'server/discover');
    expect([status, headers['mcp-session-id']]).toEqual([200, undefined]);
    expect(result).toMatchObject({
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: { listChanged: true }, resources: { subscribe: true } },
      instructions: expect.stringContaining('Be kind.') as string,
      _meta: { [META.serverInfo]: { name: 'mcptui' } },
    });
    expect(result['capabilities']).not.toHaveProperty('tasks');
  });

  it('gives every result its type, and lists and reads how long they may be kept', async () => {
    await h.server('a', { tools: [tool('t')], resources: [{ uri: 'x://1', name: 'one' }] });
    const kept = { resultType: 'complete', ttlMs: expect.any(Number) as number, cacheScope: 'private' };
    for (const method of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']) {
      expect((await modern(h.url, method)).result).toMatchObject(kept);
    }
    expect((await modern(h.url, 'resources/read', { uri: 'x://1' })).result).toMatchObject({ ...kept, ttlMs: 0 });
    const { result } = await modern(h.url, 'tools/call', { name: 'a__t', arguments: { x: 1 } }, { id: 'mine' });
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { x: 1 } });
    expect(result).not.toHaveProperty('ttlMs');
  });

  it('hands a server nothing of what only this revision knows', async () => {
    const server = await h.server('a', { tools: [tool('t')] });
    const meta = { traceparent: '00-1', [META.logLevel]: 'error' };
    await modern(h.url, 'tools/call', { name: 'a__t', arguments: {}, inputResponses: { x: {} } }, { meta });
    expect(server.calls[0]?.['params']).toEqual({ name: 't', arguments: {}, _meta: { traceparent: '00-1' } });
  });

  it('answers large results and long lists with type and id, without a parse in between', async () => {
    const text = 'x'.repeat(1024 * 1024);
    const tools = Array.from({ length: 500 }, (_, index) => tool(`t${index}`, { description: 'd'.repeat(50) }));
    await h.server('a', {
      tools,
      on: ({ method }) => (method === 'tools/call' ? { result: { content: [{ type: 'text', text }] } } : undefined),
    });
    const list = await modern(h.url, 'tools/list', {}, { id: 'l' });
    expect([list.message['id'], list.result['resultType'], (list.result['tools'] as []).length]).toEqual([
      'l',
      'complete',
      500,
    ]);
    const call = await modern(h.url, 'tools/call', { name: 'a__t0' }, { id: 'c' });
    expect([call.message['id'], call.result['resultType'], call.text.length > text.length]).toEqual([
      'c',
      'complete',
      true,
    ]);
  });

  it.each([
    ['no _meta', { params: {} }, 400, -32602],
    ['no revision', { params: { _meta: { [META.clientCapabilities]: {} } } }, 400, -32602],
    ['no capabilities', { params: { _meta: { [META.version]: '2026-07-28' } } }, 400, -32602],
    ['an id that is none', { id: null }, 400, -32600],
  ])('refuses a request with %s', async (_, change, status, code) => {
    const body = { ...modernMessage('tools/list', {}, { id: 7 }), ...change };
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
    const answer = await send(h.url, { body, headers });
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([status, { error: { code } }]);
    expect(h.router.agents.sessions()).toEqual([]);
  });

  it('names the revisions it serves when another is asked for', async () => {
    const options = { meta: { [META.version]: '2030-01-01' }, headers: { 'mcp-protocol-version': '2030-01-01' } };
    const { status, message } = await modern(h.url, 'tools/list', {}, options);
    expect([status, message['error']]).toMatchObject([
      400,
      { code: -32022, data: { supported: ['2026-07-28'], requested: '2030-01-01' } },
    ]);
  });

  it.each([
    ['another revision', { 'mcp-protocol-version': '2025-11-25' }],
    ['no revision', { 'mcp-protocol-version': undefined }],
    ['another method', { 'mcp-method': 'tools/list' }],
    ['a method in capitals', { 'mcp-method': 'TOOLS/CALL' }],
    ['no method', { 'mcp-method': undefined }],
    ['another name', { 'mcp-name': 'a__u' }],
    ['no name', { 'mcp-name': undefined }],
    ['a name that is no base64', { 'mcp-name': '=?base64?YV9fd?=' }],
  ])('answers -32020 to headers with %s than the body', async (_, headers) => {
    const server = await h.server('a', { tools: [tool('t')] });
    const { status, message } = await modern(h.url, 'tools/call', { name: 'a__t' }, { headers });
    expect([status, message]).toMatchObject([400, { id: 1, error: { code: -32020 } }]);
    expect(server.calls).toEqual([]);
  });

  it('takes a name in base64, and space around it', async () => {
    await h.server('a', { tools: [tool('t')] });
    for (const name of [`=?base64?${Buffer.from('a__t').toString('base64')}?=`, '  a__t ']) {
      const { status } = await modern(h.url, 'tools/call', { name: 'a__t' }, { headers: { 'mcp-name': name } });
      expect(status).toBe(200);
    }
  });

  it('compares arguments with the headers that the schema of the tool names', async () => {
    const inputSchema = {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        deep: { type: 'object', properties: { count: { type: 'integer', 'x-mcp-header': 'Count' } } },
      },
    };
    await h.server('a', { tools: [tool('t', { inputSchema })] });
    await modern(h.url, 'tools/list');
    const statusOf = async (headers: Record<string, string>): Promise<number> => {
      const args = { region: 'eu', deep: { count: 3 } };
      return (await modern(h.url, 'tools/call', { name: 'a__t', arguments: args }, { headers })).status;
    };
    expect(await statusOf({ 'mcp-param-region': 'eu', 'mcp-param-count': '3' })).toBe(200);
    expect(await statusOf({ 'mcp-param-region': '=?base64?ZXU=?=', 'mcp-param-count': '3' })).toBe(200);
    expect(await statusOf({ 'mcp-param-region': 'us', 'mcp-param-count': '3' })).toBe(400);
    expect(await statusOf({ 'mcp-param-region': 'eu' })).toBe(400);
    expect(await statusOf({ 'mcp-param-region': '=?base64?ZXU?=', 'mcp-param-count': '3' })).toBe(400);
  });

  it.each(['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'tasks/list', 'unknown/method'])(
    'answers 404 and -32601 to %s',
    async (method) => {
      const { status, message } = await modern(h.url, method, {}, { id: 'x' });
      expect([status, message]).toMatchObject([404, { id: 'x', error: { code: -32601 } }]);
    },
  );

  it('answers -32602 with the URI for a resource that is not there', async () => {
    await h.server('a', {
      on: ({ method }) => (method === 'resources/read' ? { error: { code: -32002, message: 'gone' } } : undefined),
    });
    const { status, message } = await modern(h.url, 'resources/read', { uri: 'x://none' });
    expect([status, message['error']]).toMatchObject([200, { code: -32602, data: { uri: 'x://none' } }]);
  });

  it('knows no GET, no DELETE and no batches', async () => {
    const headers = { 'mcp-protocol-version': '2026-07-28' };
    expect((await send(h.url, { method: 'GET', headers })).status).toBe(405);
    expect((await send(h.url, { method: 'DELETE', headers })).status).toBe(405);
    expect((await send(h.url, { body: [modernMessage('tools/list')], headers })).status).toBe(400);
  });

  it('sends log messages to the requests that ask for them, at their level', async () => {
    await h.server('a', {
      tools: [tool('t')],
      on: ({ method }, self) => {
        if (method !== 'tools/call') return undefined;
        for (const level of ['debug', 'warning']) self.notify('notifications/message', { level, data: level });
        return undefined;
      },
    });
    const heard = async (meta: Message): Promise<unknown[]> => {
      const stream = await openModern(h.url, 'tools/call', { name: 'a__t' }, { meta });
      await stream.text();
      return stream.messages.flatMap(({ params }) => (params === undefined ? [] : [(params as Message)['data']]));
    };
    expect(await heard({ [META.logLevel]: 'warning' })).toEqual(['warning']);
    expect(await heard({})).toEqual([]);
    expect(await heard({ [META.logLevel]: 'debug' })).toEqual(['debug', 'warning']);
  });

  it('cancels a call whose connection is closed', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method, params }, self) => {
        if (method !== 'tools/call') return undefined;
        const { progressToken } = (params as { _meta: Message })._meta;
        self.notify('notifications/progress', { progressToken, progress: 1 });
        return 'ignore';
      },
    });
    const stream = await openModern(h.url, 'tools/call', { name: 'a__t' }, { meta: { progressToken: 'p' } });
    const progress = await stream.message(({ method }) => method === 'notifications/progress');
    expect(progress['params']).toEqual({ progressToken: 'p', progress: 1 });
    stream.destroy();
    await server.untilMethod('notifications/cancelled');
    await eventually(() => h.router.counts().calls === 0, 'no call');
  });

  it('serves two clients of one kind that use the same ids, in one session; another identity has its own', async () => {
    await h.server('a', { tools: [tool('t')] });
    const call = (x: number, headers = {}) =>
      modern(h.url, 'tools/call', { name: 'a__t', arguments: { x } }, { headers });
    const answers = await Promise.all([call(1), call(2), call(3, { 'x-principal': 'bob' })]);
    expect(answers.map(({ result }) => result['structuredContent'])).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
    expect(h.router.agents.sessions()).toHaveLength(2);
    await modern(h.url, 'tools/list', {}, { clientInfo: { name: 'other', version: '2' } });
    expect(
      h.router.agents
        .sessions()
        .map(({ client }) => client)
        .toSorted(),
    ).toEqual(['modern 1', 'modern 1', 'other 2']);
  });
});

describe('HttpEndpoint: subscriptions of 2026-07-28', () => {
  let h: HttpHarness;
  let clock: FakeClock;
  beforeEach(async () => {
    clock = new FakeClock();
    h = await new HttpHarness({ clock }).listen();
  });
  afterEach(() => h.close());

  it('acknowledges first, then tells what was asked for and nothing else', async () => {
    const server = await h.server('a', { resources: [{ uri: 'x://1', name: 'one' }] });
    const notifications = { promptsListChanged: true, resourceSubscriptions: ['x://1'] };
    const stream = await openModern(h.url, 'subscriptions/listen', { notifications }, { id: 'sub' });
    const stamped = { _meta: { [META.subscriptionId]: 'sub' } };
    await server.untilMethod('resources/subscribe');
    server.notify('notifications/tools/list_changed');
    server.notify('notifications/resources/updated', { uri: 'x://1' });
    server.notify('notifications/prompts/list_changed');
    await eventually(() => server.of('prompts/list').length > 1, 'the list being fetched');
    await clock.advance(200);
    await stream.message(({ method }) => method === 'notifications/prompts/list_changed');
    expect(stream.messages).toEqual([
      { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { notifications, ...stamped } },
      { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'x://1', ...stamped } },
      { jsonrpc: '2.0', method: 'notifications/prompts/list_changed', params: stamped },
    ]);
    stream.destroy();
    await server.untilMethod('resources/unsubscribe');
  });

  it('refuses one that does not say for what', async () => {
    expect((await modern(h.url, 'subscriptions/listen')).message['error']).toMatchObject({ code: -32602 });
  });

  it('ends one well when the router stops, and says every 15 s until then that it lives', async () => {
    const stream = await openModern(
      h.url,
      'subscriptions/listen',
      { notifications: { toolsListChanged: true } },
      { id: 9 },
    );
    await stream.message(({ method }) => method === 'notifications/subscriptions/acknowledged');
    await clock.advance(15_000);
    await clock.advance(15_000);
    await stream.untilComments(1);
    await h.router.close();
    await stream.text();
    expect(stream.messages.at(-1)).toMatchObject({
      id: 9,
      result: { resultType: 'complete', _meta: { [META.subscriptionId]: 9 } },
    });
  });

  it('lets no caller use up the sessions by names of clients', async () => {
    const few = await new HttpHarness({ settings: { maxSessions: 3 } }).listen();
    for (let count = 0; count < 10; count += 1) {
      const { status } = await modern(few.url, 'tools/list', {}, { clientInfo: { name: `c${count}`, version: '1' } });
      expect(status).toBe(200);
    }
    expect(few.router.agents.sessions()).toHaveLength(3);
    await few.close();
  });

  it('ends a session that nobody uses for 30 minutes, but none that listens', async () => {
    await modern(h.url, 'server/discover', {}, { clientInfo: { name: 'idle', version: '1' } });
    const stream = await openModern(h.url, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
    await clock.advance(31 * 60_000);
    await clock.advance(15_000);
    expect(h.router.agents.sessions().map(({ client }) => client)).toEqual(['modern 1']);
    stream.destroy();
  });
});
