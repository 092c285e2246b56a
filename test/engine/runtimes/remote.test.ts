/** Servers behind a URL, as the engine runs them: attempts, health, failures and what is shown of secrets. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { freePort } from '../../support/worlds/everything.ts';
import { ScriptedServer } from '../../support/fakes/scripted-server.ts';

type Message = Record<string, unknown>;

describe('a server behind a URL', () => {
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

  function refuse(status: number): void {
    server.script = ({ response }) => {
      response.writeHead(status).end('no');
      return true;
    };
  }

  async function create(source: Message = {}, extra: Message = {}): Promise<void> {
    await harness.engine.commands.createServer({
      name: 'far',
      runtime: 'remote',
      source: { kind: 'url', url: server.url, allowPrivate: true, ...source } as never,
      ...extra,
    });
  }

  it('runs once initialize is answered, and is healthy once a probe came back', async () => {
    await create();
    await harness.untilPhase('far-1', 'running');
    await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy');
    expect(harness.instance('far-1').tools).toBe(1);
    expect((await harness.engine.commands.instanceDetail('far-1')).command).toEqual([server.url]);
  });

  it('names the URL and the cause when nothing listens there, and backs off', async () => {
    const port = await freePort();
    await create({ url: `http://127.0.0.1:${port}/mcp?key=hidden` });
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({ code: 'UNREACHABLE' });
    expect(row.failure?.message).toContain(`http://127.0.0.1:${port}/mcp: `);
    expect(row.failure?.message).toContain('ECONNREFUSED');
    expect(row.failure?.message).not.toContain('hidden');
    expect(row.retry?.nextRetryAt).toBeGreaterThan(harness.clock.now());
  });

  it('fails with the cause once a server that ran cannot be reached three times in a row, and starts again when due', async () => {
    await create({}, { health: { intervalMs: 1_000, timeoutMs: 500 } });
    await harness.until(() => harness.instances().some((row) => row.health === 'healthy'), 'healthy');
    const { port } = server;
    await server.close();
    for (let probes = 0; probes < 6 && harness.instance('far-1').phase === 'running'; probes += 1) {
      await harness.pass(1_100);
      await harness.until(() => harness.instance('far-1').health !== 'healthy', 'no longer healthy');
    }
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({ code: 'UNREACHABLE' });
    server = await ScriptedServer.start(port);
    await harness.pass(35_000);
    await harness.untilPhase('far-1', 'running');
  });

  it('resolves the secrets of its headers at every attempt and shows none of them', async () => {
    const headers = [
      { name: 'Authorization', prefix: 'Bearer ', secret: { backend: 'env', path: 'TOKEN' } },
      { name: 'X-Team', value: 'blue-team' },
    ];
    await create({ headers });
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: 'secret resolution failed: Authorization: env/TOKEN: not set',
    });
    expect(server.seen).toEqual([]);
    harness.secrets.set('TOKEN', 'abcd-1234');
    await harness.engine.commands.retry('far-1');
    await harness.untilPhase('far-1', 'running');
    expect(server.seen[0]?.headers).toMatchObject({ authorization: 'Bearer abcd-1234', 'x-team': 'blue-team' });
    const detail = await harness.engine.commands.instanceDetail('far-1');
    expect(detail.env).toEqual([
      { name: 'header Authorization', from: 'secret env/TOKEN', state: 'ok' },
      { name: 'header X-Team', from: 'literal', state: 'ok' },
    ]);
    const shown = JSON.stringify([detail, [...harness.engine.view().servers.values()], await harness.audit()]);
    expect(shown).not.toContain('abcd-1234');
    expect(shown).not.toContain('blue-team');
  });

  it('masks a secret that the server says back', async () => {
    harness.secrets.set('TOKEN', 'abcd-1234');
    const echo = createServer((request, response) => {
      response.writeHead(500).end(`bad token ${String(request.headers['x-key'])}`);
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}/mcp`;
    await create({ url, headers: [{ name: 'X-Key', secret: { backend: 'env', path: 'TOKEN' } }] });
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure?.message).toContain('bad token [secret env/TOKEN]');
    await new Promise((resolve) => echo.close(resolve));
  });

  it('is alive though not ready when it answers 401 later: it is not restarted', async () => {
    const headers = [{ name: 'Authorization', value: 'Bearer old' }];
    await create({ headers }, { health: { intervalMs: 1_000, timeoutMs: 500 } });
    await harness.until(() => harness.instances().some((row) => row.health === 'healthy'), 'healthy');
    refuse(401);
    for (let probes = 0; probes < 8; probes += 1) {
      const before = server.seen.length;
      await harness.pass(1_100);
      await harness.until(() => server.seen.length > before, 'probed');
    }
    await harness.until(() => harness.instance('far-1').health === 'unhealthy', 'unhealthy');
    expect(harness.instance('far-1')).toMatchObject({ phase: 'running', restarts: 0 });
  });

  it('asks for a login when it answers 401 and no header says who we are', async () => {
    refuse(401);
    await create();
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({ code: 'OAUTH_REQUIRED', hint: 'mcptui login far' });
  });

  it.each([
    ['http://127.0.0.1:1/mcp', { allowPrivate: false }, /private address/],
    ['http://localhost/mcp', { allowPrivate: false }, /private address/],
    ['https://[::ffff:10.0.0.1]/mcp', { allowPrivate: false }, /private address/],
    ['https://0x7f.1/mcp', { allowPrivate: false }, /private address/],
    ['http://10.0.0.1/mcp', { allowPrivate: true }, /without TLS/],
    ['http://example.com/mcp', {}, /without TLS/],
    ['https://user:pass@example.com/mcp', {}, /user name or password/],
  ])('refuses %s as a definition', async (url, extra, words) => {
    await expect(create({ url, allowPrivate: false, ...extra })).rejects.toThrow(words);
  });
});
