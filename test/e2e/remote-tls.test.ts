/** Remote servers over TLS, straight and through a forward proxy, with the built program. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceView } from '../../src/engine/index.ts';
import { anAuthority, type Authority } from '../support/worlds/certificate.ts';
import { ConnectProxy } from '../support/worlds/connect-proxy.ts';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';
import { ScriptedServer } from '../support/fakes/scripted-server.ts';

const host = 'mcp.example.test';

describe('a remote server over TLS', () => {
  let authority: Authority;
  let server: ScriptedServer;
  let home: Home;
  beforeAll(() => {
    authority = anAuthority(host);
  });
  afterAll(() => authority.remove());
  beforeEach(async () => {
    server = await ScriptedServer.start(0, authority.certificate);
    home = aHome();
  });
  afterEach(async () => {
    await home.close();
    await server.close();
  });

  const create = (url: string): Promise<unknown> =>
    home.mcptui(['create', 'server', 'far', '--url', url, '--allow-private']);
  const instance = async (): Promise<InstanceView | undefined> =>
    (await home.json<InstanceView[]>(['get', 'instances']))[0];
  const failure = async (): Promise<InstanceView['failure']> => {
    await expect.poll(async () => (await instance())?.failure, { timeout: 60_000 }).toBeDefined();
    return (await instance())?.failure;
  };

  it('whose authority is unknown is not connected, and the reason says how to trust it', async () => {
    await create(server.url);
    await home.daemon();
    expect(await failure()).toMatchObject({
      code: 'UNREACHABLE',
      message: `${server.url}: UNABLE_TO_VERIFY_LEAF_SIGNATURE: unable to verify the first certificate`,
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS=FILE') as string,
    });
    expect(server.seen).toEqual([]);
    expect((await home.mcptui(['describe', 'server', 'far'])).stdout).toContain('NODE_EXTRA_CA_CERTS=FILE');
  });

  it('whose authority the engine is told of serves calls', async () => {
    await create(server.url);
    await home.daemon({ NODE_EXTRA_CA_CERTS: authority.caFile });
    await home.healthy(1);
    const called = await home.mcptui(['call', 'far', 'echo', '--args', '{"n":1}']);
    expect(called).toMatchObject({ code: 0, stdout: expect.stringContaining('{"n":1}') as string });
  });

  describe('behind a forward proxy', () => {
    let proxy: ConnectProxy;
    let env: NodeJS.ProcessEnv;
    beforeEach(async () => {
      proxy = await ConnectProxy.start();
      env = {
        NODE_EXTRA_CA_CERTS: authority.caFile,
        HTTPS_PROXY: `http://me:hush@127.0.0.1:${proxy.port}`,
        NO_PROXY: '',
      };
    });
    afterEach(() => proxy.close());

    it('is reached through the proxy that HTTPS_PROXY names, by its name', async () => {
      await create(`https://${host}:${server.port}/mcp`);
      await home.daemon(env);
      await home.healthy(1);
      expect((await home.mcptui(['call', 'far', 'echo', '--args', '{"n":2}'])).stdout).toContain('{"n":2}');
      expect(proxy.asked[0]).toMatchObject({
        target: `${host}:${server.port}`,
        headers: { 'proxy-authorization': `Basic ${Buffer.from('me:hush').toString('base64')}` },
      });
      expect(server.seen.filter(({ headers }) => 'proxy-authorization' in headers)).toEqual([]);
    });

    it('is looked up here where NO_PROXY names it', async () => {
      await create(`https://${host}:${server.port}/mcp`);
      await home.daemon({ ...env, NO_PROXY: 'other.test, .example.test' });
      expect(await failure()).toMatchObject({ message: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) as string });
      expect(proxy.asked).toEqual([]);
    });

    it('is reached without it on this machine', async () => {
      await create(server.url);
      await home.daemon(env);
      await home.healthy(1);
      expect(proxy.asked).toEqual([]);
    });

    it('is not reached when the proxy refuses; the reason names the proxy and no password', async () => {
      proxy.refusal = '407 Proxy Authentication Required';
      await create(`https://${host}:${server.port}/mcp`);
      await home.daemon(env);
      const reason = await failure();
      expect(reason).toMatchObject({
        code: 'UNREACHABLE',
        message: expect.stringMatching(/via http:\/\/127\.0\.0\.1.*407/) as string,
        hint: expect.stringContaining('HTTPS_PROXY') as string,
      });
      expect(JSON.stringify(reason)).not.toContain('hush');
    });
  });
});
