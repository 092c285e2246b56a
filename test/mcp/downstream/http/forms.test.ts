/** Clients that take one kind of answer only, name versions that nobody knows, or say too much of themselves. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { open, send, type Answer } from '../../../support/worlds/http-client.ts';
import { HttpHarness } from '../../../support/worlds/http-harness.ts';
import { tool, type FakeServer, type Message } from '../../../support/worlds/mcp-harness.ts';
import { modern } from '../../../support/worlds/modern.ts';

let h: HttpHarness;
let server: FakeServer;
beforeEach(async () => {
  h = await new HttpHarness({ settings: { maxPrincipalSessions: 4, maxSessions: 8 } }).listen();
  server = await h.server('a', {
    tools: [tool('t')],
    on: (message, self) => {
      const { method, id, params } = message;
      if (method !== 'tools/call') return undefined;
      const progressToken = ((params as Message)['_meta'] as Message | undefined)?.['progressToken'];
      if (progressToken !== undefined) self.notify('notifications/progress', { progressToken, progress: 1 });
      self.result(id, { content: [] });
      return 'ignore';
    },
  });
});
afterEach(() => h.close());

const clientInfo = { name: 'c', version: '1' };
const initialize = (params: Message = {}): Message => ({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo, ...params },
});
const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a__t', _meta: { progressToken: 7 } } };
const nested = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));

async function begin(headers: Record<string, string>): Promise<{ readonly id: string; readonly first: Answer }> {
  const first = await send(h.url, { body: initialize(), headers });
  return { id: String(first.headers['mcp-session-id']), first };
}

describe('HttpEndpoint: clients that take JSON only', () => {
  it('get plain JSON, without what would come before it', async () => {
    const accept = { accept: 'application/json' };
    const { id, first } = await begin(accept);
    expect(first.headers['content-type']).toBe('application/json');
    const answer = await send(h.url, { body: call, headers: { ...accept, 'mcp-session-id': id } });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
    expect(JSON.parse(answer.text)).toEqual({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    expect(server.calls).toHaveLength(1);
  });

  it('get it in revision 2026-07-28 too', async () => {
    const params = { name: 'a__t', arguments: {}, _meta: { progressToken: 7 } };
    const { status, message } = await modern(h.url, 'tools/call', params, { headers: { accept: 'application/json' } });
    expect([status, message['result']]).toMatchObject([200, { content: [] }]);
  });
});

describe('HttpEndpoint: clients that take events only', () => {
  it('get each answer as one', async () => {
    const accept = { accept: 'text/event-stream' };
    const { id, first } = await begin(accept);
    expect(first.headers['content-type']).toBe('text/event-stream');
    const answer = await open(h.url, { body: call, headers: { ...accept, 'mcp-session-id': id } });
    expect(answer.response.headers['content-type']).toBe('text/event-stream');
    await answer.text();
    expect(answer.messages.map(({ method, id: of }) => method ?? of)).toEqual(['notifications/progress', 1]);
  });
});

describe('HttpEndpoint: versions in headers', () => {
  it('that nobody knows do not keep a client from agreeing on one; later requests must name it', async () => {
    const { id, first } = await begin({ 'mcp-protocol-version': '2099-01-01' });
    expect(JSON.parse(first.text)).toMatchObject({ result: { protocolVersion: '2025-11-25' } });
    const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };
    const status = async (version: string): Promise<number> =>
      (await send(h.url, { body: ping, headers: { 'mcp-session-id': id, 'mcp-protocol-version': version } })).status;
    expect([await status('2025-11-25'), await status(''), await status('2099-01-01')]).toEqual([200, 200, 400]);
  });
});

describe('HttpEndpoint: a body with a byte order mark', () => {
  it('is read', async () => {
    expect((await send(h.url, { body: `\ufeff${JSON.stringify(initialize())}` })).status).toBe(200);
  });
});

describe('HttpEndpoint: what clients say of themselves', () => {
  it.each([
    ['capabilities over 64 KiB', { capabilities: { x: 'y'.repeat(66_000) } }],
    ['capabilities of 33 levels', { capabilities: nested(33) }],
    ['a name over 64 KiB', { clientInfo: { name: 'n'.repeat(66_000), version: '1' } }],
  ])('is refused as %s, in every revision', async (_what, params) => {
    const answer = await send(h.url, { body: initialize(params) });
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { code: -32602, message: expect.stringContaining('over 65536 bytes or 32 levels') },
    });
    const { message } = await modern(h.url, 'tools/list', {}, params as Parameters<typeof modern>[3]);
    expect(message['error']).toMatchObject({ code: -32602 });
    expect(h.router.agents.sessions().every(({ client }) => client === '-')).toBe(true);
  });

  it('is taken up to 32 levels', async () => {
    const answer = await send(h.url, { body: initialize({ capabilities: nested(32) }) });
    expect(JSON.parse(answer.text)).toHaveProperty('result');
  });
});

describe('HttpEndpoint: one principal', () => {
  it('has no more sessions than its share, so that others get theirs', async () => {
    const streams = [];
    for (let count = 0; count < 4; count += 1) streams.push(await (await h.session()).listen());
    const refused = await send(h.url, { body: initialize() });
    expect([refused.status, refused.text]).toEqual([
      503,
      expect.stringContaining('this caller has 4 sessions over HTTP, which is the limit: end one first'),
    ]);
    expect((await send(h.url, { body: initialize(), headers: { 'x-principal': 'bob' } })).status).toBe(200);
    for (const stream of streams) stream.destroy();
  });
});
