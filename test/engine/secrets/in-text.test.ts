/** Secrets inside longer texts: in variables, headers and URLs; what of them is shown, and what is told when one changes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { literalSecrets } from '../../../src/engine/servers/literal-secrets.ts';
import { shownArguments, shownTemplate } from '../../../src/engine/views/shown-server.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { ScriptedServer } from '../../support/fakes/scripted-server.ts';

describe('a secret inside a longer text', () => {
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

  const remote = (source: object): Promise<unknown> =>
    harness.engine.commands.createServer({
      name: 'far',
      runtime: 'remote',
      source: { kind: 'url', url: server.url, allowPrivate: true, ...source } as never,
      health: { intervalMs: 1_000, timeoutMs: 500 },
    });
  const local = (env: object): Promise<unknown> =>
    harness.engine.commands.createServer({
      name: 'near',
      runtime: 'process',
      source: { kind: 'command', command: ['near'] },
      env: [env] as never,
      health: { intervalMs: 1_000, timeoutMs: 500 },
    });
  const isHealthy = (): boolean => harness.instances().some((row) => row.health === 'healthy');

  it('is put into a URL at the start and shown nowhere', async () => {
    harness.secrets.set('KEY', 'a value/with:signs');
    await harness.engine.commands.setSecret('path', 'path-value-1');
    await remote({ url: `${server.url}/s/secret:file/path/x?apiKey=secret:env/KEY&b={secret:env/KEY}` });
    await harness.untilPhase('far-1', 'running');
    expect(server.seen[0]?.url).toBe(
      '/mcp/s/path-value-1/x?apiKey=a%20value%2Fwith%3Asigns&b=a%20value%2Fwith%3Asigns',
    );
    const detail = await harness.engine.commands.instanceDetail('far-1');
    expect(detail.command).toEqual([`${server.url}/s/secret:file/path/x?apiKey=secret:env/KEY&b={secret:env/KEY}`]);
    expect(detail.env).toEqual([{ name: 'url', from: 'secret file/path, env/KEY', state: 'ok' }]);
    const shown = JSON.stringify([detail, [...harness.engine.view().servers.values()], await harness.audit()]);
    expect(shown).not.toMatch(/path-value|with:signs|with%3A/);
    server.script = ({ response, url, method }) => {
      if (method !== 'POST') return false;
      response.writeHead(500).end(`no such path ${url}`);
      return true;
    };
    await harness.pass(1_100);
    await harness.until(() => harness.instance('far-1').healthReason !== undefined, 'a reason');
    expect(harness.instance('far-1').healthReason).not.toMatch(/path-value|with%3A/);
  });

  it('that is missing in a URL is named, with what to do', async () => {
    await remote({ url: `${server.url}?k=secret:file/nope&e=secret:env/NOPE` });
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: 'secret resolution failed: url: file/nope: no such entry; url: env/NOPE: not set',
      hint: 'mcptui create secret nope; start the engine with NOPE set in its environment, or refer to secret:file/…',
    });
    expect(await harness.engine.commands.secrets()).toMatchObject([
      { name: 'env/NOPE', state: 'missing', cause: 'not set', servers: ['far'], stale: [] },
      { name: 'file/nope', state: 'missing', cause: 'no such entry', servers: ['far'], stale: [] },
    ]);
    expect(server.seen).toEqual([]);
  });

  it('is put into a header and a variable', async () => {
    harness.secrets.set('TOK', 'tok-1234');
    await remote({ headers: [{ name: 'X-Auth', template: 'key={secret:env/TOK}; v=1' }] });
    await harness.untilPhase('far-1', 'running');
    expect(server.seen[0]?.headers['x-auth']).toBe('key=tok-1234; v=1');
    await local({ name: 'SERVE_STDERR', template: 'postgres://u:{secret:env/TOK}@h/db' });
    const lines = async (): Promise<string> => JSON.stringify(await harness.engine.commands.logs('near-1'));
    await harness.untilPhase('near-1', 'running');
    expect(await lines()).toContain('postgres://u:[secret env/TOK]@h/db');
    const shown = JSON.stringify([[...harness.engine.view().servers.values()], await harness.audit()]);
    expect(shown).not.toContain('tok-1234');
  });

  it('that is changed is told with who has the old one, and those are no longer ok nor healthy', async () => {
    await harness.engine.commands.setSecret('t', 'value-one-1');
    await local({ name: 'T', secret: { backend: 'file', path: 't' } });
    await harness.until(isHealthy, 'healthy');
    expect(await harness.engine.commands.setSecret('t', 'value-one-1')).toMatchObject({ holders: [] });
    expect(await harness.engine.commands.setSecret('t', 'value-two-2')).toEqual({
      holders: ['near-1'],
      renewed: [],
      servers: ['near'],
    });
    expect((await harness.engine.commands.instanceDetail('near-1')).env).toEqual([
      { name: 'T', from: 'secret file/t', state: 'stale' },
    ]);
    expect(await harness.engine.commands.secrets()).toMatchObject([
      { name: 'file/t', state: 'ok', servers: ['near'], stale: ['near-1'] },
    ]);
    await harness.pass(1_100);
    await harness.until(() => harness.instance('near-1').health === 'degraded', 'degraded');
    expect(harness.instance('near-1').healthReason).toBe('it has an old value of secret file/t: mcptui restart near-1');
    const [told] = (await harness.audit('secret_set')).filter(({ message }) => message !== undefined);
    expect(told?.message).toBe('held with its old value by near-1');
    await harness.engine.commands.restart('near-1');
    await harness.pass(10);
    await harness.until(isHealthy, 'healthy');
    expect((await harness.engine.commands.instanceDetail('near-1')).env).toMatchObject([{ state: 'ok' }]);
    expect(await harness.engine.commands.removeSecret('t', { force: true })).toMatchObject({
      holders: ['near-1'],
      servers: ['near'],
    });
  });

  it('of a URL that is changed is used by a new connection', async () => {
    await harness.engine.commands.setSecret('t', 'value-one-1');
    await remote({ headers: [{ name: 'X-Key', secret: { backend: 'file', path: 't' } }] });
    await harness.until(isHealthy, 'healthy');
    expect(await harness.engine.commands.setSecret('t', 'value-two-2')).toMatchObject({
      holders: [],
      renewed: ['far-1'],
    });
    await harness.until(() => server.seen.at(-1)?.headers['x-key'] === 'value-two-2', 'the new value');
    expect(server.named('initialize')).toHaveLength(2);
  });
});

describe('shownTemplate', () => {
  it.each([
    ['https://h.example/s/SECRETPATH/mcp?apiKey=abc', 'https://h.example/s/…/mcp'],
    ['https://user:pw@h.example/mcp#x', 'https://h.example/mcp'],
    ['https://h.example/0f9a8b7c-aaaa/sse', 'https://h.example/…/sse'],
    ['https://h.example:8443/v1/docs/mcp', 'https://h.example:8443/v1/docs/mcp'],
    [
      'https://h.example/s/{secret:file/a}/mcp?k=secret:env/K&l=1',
      'https://h.example/s/{secret:file/a}/mcp?k=secret:env/K',
    ],
    ['no url', '…'],
  ])('shows %s as %s', (url, shown) => {
    expect(shownTemplate(url)).toBe(shown);
  });
});

describe('shownArguments', () => {
  it('leaves out what is named like a secret, and what URLs hide', () => {
    const args = [
      'x',
      '--token',
      'abc',
      '--api-key=abc',
      'PASSWORD=p',
      'Authorization: Bearer abc',
      '--verbose',
      '--token',
      '--other',
      'https://u:p@h/x?token=1&a=2',
      '--url=https://h/?api_key=1',
      '/srv/docs',
    ];
    expect(shownArguments(args)).toEqual([
      'x',
      '--token',
      '[masked]',
      '--api-key=[masked]',
      'PASSWORD=[masked]',
      'Authorization: [masked]',
      '--verbose',
      '--token',
      '--other',
      'https://…@h/x?token=[masked]&a=2',
      '--url=https://h/?api_key=[masked]',
      '/srv/docs',
    ]);
  });
});

describe('literalSecrets', () => {
  it('names each with the right form', () => {
    const command = ['server', '--token', 'abc', '--verbose'];
    expect(
      literalSecrets({
        name: 'x',
        runtime: 'process',
        source: { kind: 'command', command },
        env: [
          { name: 'API_KEY', value: 'abc' },
          { name: 'MODE', value: 'fast' },
          { name: 'TOKEN', value: '' },
        ],
      }),
    ).toEqual([
      expect.stringMatching(/^API_KEY is stored as it stands.*--env API_KEY=secret:file\/NAME/),
      expect.stringMatching(/^argument 3 \(--token\) can be read by everybody/),
    ]);
    const url = 'https://h.example/mcp?api_key=abc&token=secret:env/T';
    expect(literalSecrets({ name: 'x', runtime: 'remote', source: { kind: 'url', url } })).toEqual([
      expect.stringMatching(/^api_key in the URL.*\?api_key=secret:file\/NAME/),
    ]);
  });
});
