/** How the engine waits for servers behind URLs: as long as they say, and no longer than until somebody asks for them. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { Peer, type Message } from '../../support/worlds/peer.ts';
import { ScriptedServer, type Exchange } from '../../support/fakes/scripted-server.ts';

describe('a server behind a URL that wants to be waited for', () => {
  let harness: Harness;
  let server: ScriptedServer;

  beforeEach(async () => {
    harness = await engineHarness();
    server = await ScriptedServer.start();
  });
  afterEach(async () => {
    await harness.close();
    await server.close();
  });

  const create = (health: object = {}): Promise<unknown> =>
    harness.engine.commands.createServer({
      name: 'far',
      runtime: 'remote',
      source: { kind: 'url', url: server.url, allowPrivate: true },
      health,
    });
  const refuse = (status: number, headers: Record<string, string>, names?: readonly string[]): void => {
    server.script = ({ response, name, method }: Exchange) => {
      if (method !== 'POST' || names?.includes(name) === false) return false;
      response.writeHead(status, headers).end('slow down');
      return true;
    };
  };

  async function connectAgent(): Promise<Peer> {
    const [ours, theirs] = duplexPair();
    harness.engine.router.agents.accept(ours, { project: 'default' });
    const agent = new Peer(theirs);
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'agent', version: '1' } };
    agent.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
    await harness.until(() => agent.received.length > 0, 'initialize');
    return agent;
  }

  async function call(agent: Peer, id: number): Promise<Message> {
    agent.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'far__echo', arguments: {} } });
    for (let round = 0; round < 200 && !agent.received.some((message) => message['id'] === id); round += 1) {
      await harness.pass(1);
    }
    return agent.answer(id);
  }

  it.each([
    [429, { 'retry-after': '600' }, 600_000, 'RATE_LIMITED'],
    [503, { 'retry-after': '5' }, 5_000, 'HTTP_STATUS'],
    [503, { 'retry-after': '999999' }, 3_600_000, 'HTTP_STATUS'],
    [429, {}, 30_000, 'RATE_LIMITED'],
  ])('and answers initialize with %i and %j is tried again after %i ms', async (status, headers, waitMs, code) => {
    refuse(status, headers);
    await create();
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({ code });
    expect((row.retry?.nextRetryAt ?? 0) - (row.retry?.lastAttemptAt ?? 0)).toBe(waitMs);
    const until = /until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/.test(row.failure?.message ?? '');
    expect(until).toBe('retry-after' in headers);
  });

  it('a date is such a wait too', async () => {
    const at = new Date(Math.ceil(harness.clock.now() / 1000) * 1000 + 90_000);
    refuse(429, { 'retry-after': at.toUTCString() });
    await create();
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.retry?.nextRetryAt).toBeLessThanOrEqual(at.getTime());
    expect(row.retry?.nextRetryAt).toBeGreaterThan(at.getTime() - 5_000);
  });

  it('is not asked by calls nor by probes until then; agents are told when', async () => {
    await create({ intervalMs: 1_000, timeoutMs: 500 });
    await harness.until(() => harness.instances().some((row) => row.health === 'healthy'), 'healthy');
    const agent = await connectAgent();
    refuse(429, { 'retry-after': '40' }, ['tools/call', 'tools/list']);
    const first = await call(agent, 1);
    expect(first['error']).toMatchObject({ code: -32000, data: { state: 'rate limited', retryAfterMs: 40_000 } });
    const before = server.seen.length;
    const second = (await call(agent, 2))['error'] as { readonly data: { readonly retryAfterMs: number } };
    expect(second.data.retryAfterMs).toBeGreaterThan(30_000);
    for (let passed = 0; passed < 30; passed += 5) await harness.pass(5_000);
    expect(server.seen.length).toBe(before);
    const row = harness.instance('far-1');
    expect(row).toMatchObject({ phase: 'running', health: 'degraded' });
    expect(row.healthReason).toMatch(/rate limited until/);
    server.script = () => false;
    await harness.pass(11_000);
    await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy again');
    expect((await call(agent, 3))['result']).toBeDefined();
  });

  it('hears initialized again once it can take it', async () => {
    refuse(429, { 'retry-after': '7' }, ['notifications/initialized']);
    await create();
    await harness.until(() => server.named('notifications/initialized').length === 1, 'initialized');
    server.script = () => false;
    await harness.pass(7_500);
    await harness.until(() => server.named('notifications/initialized').length === 2, 'initialized again');
    await harness.until(() => harness.instances().some((row) => row.health === 'healthy'), 'healthy');
    expect(server.named('notifications/initialized')).toHaveLength(2);
  });

  it('is tried at once when an agent asks for it in its back-off, at most every 10 s', async () => {
    await create();
    await harness.until(() => harness.instances().some((row) => row.health === 'healthy'), 'healthy');
    const agent = await connectAgent();
    const { port } = server;
    await server.close();
    for (let id = 1; id <= 3; id += 1) await call(agent, id);
    await harness.untilPhase('far-1', 'error');
    server = await ScriptedServer.start(port);
    await harness.pass(11_000);
    expect(harness.instance('far-1').phase).toBe('error');
    expect((await call(agent, 10))['result']).toBeDefined();
    expect(harness.instance('far-1').phase).toBe('running');
  });

  it('that stays away is tried once in 10 s, and agents are told when again', async () => {
    await create();
    await harness.until(() => harness.instances().some((row) => row.health === 'healthy'), 'healthy');
    const agent = await connectAgent();
    refuse(500, {});
    await harness.engine.commands.restart('far-1');
    await harness.untilPhase('far-1', 'error');
    await harness.pass(11_000);
    const before = server.named('initialize').length;
    for (let id = 1; id <= 5; id += 1) {
      const { data } = (await call(agent, id))['error'] as { readonly data: { readonly retryAfterMs: number } };
      expect(data.retryAfterMs).toBeLessThanOrEqual(10_000);
    }
    expect(server.named('initialize').length).toBe(before + 1);
  });

  it('is in the audit log and among its events when its session had to be begun anew', async () => {
    server.sessionId = 'first';
    await create({ intervalMs: 1_000, timeoutMs: 500 });
    await harness.until(() => harness.instances().some((row) => row.health === 'healthy'), 'healthy');
    server.sessionId = 'second';
    await harness.pass(1_100);
    await harness.until(() => server.named('initialize').length === 2, 'a new session');
    await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy');
    await harness.pass(10);
    expect(await harness.audit('session_renew')).toMatchObject([
      { target: 'instance/far-1', outcome: 'ok', message: 'a new session: its session ended (HTTP 404)' },
    ]);
    const { events } = await harness.engine.commands.instanceDetail('far-1');
    expect(events.map(({ kind }) => kind)).toContain('session');
  });
});
