/** What may go wrong before there is a connection to a remote server: nothing of the request has been seen. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/kernel/clock.ts';
import type { ProxyEnv } from '../../../../src/mcp/types/connection.ts';
import { ConnectionPools } from '../../../../src/mcp/upstream/remote/connection-pools.ts';
import { HttpClient } from '../../../../src/mcp/upstream/remote/http-client.ts';
import { callError } from '../../../../src/mcp/upstream/remote/repeatable.ts';
import { RemoteFailure } from '../../../../src/mcp/upstream/remote/remote-failure.ts';
import { anAuthority } from '../../../support/worlds/certificate.ts';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { eventually } from '../../../support/worlds/mcp-harness.ts';
import { ScriptedServer } from '../../../support/fakes/scripted-server.ts';

const failureOf = async (client: HttpClient, url: string): Promise<RemoteFailure> => {
  const error: unknown = await client.request({ method: 'POST', url: new URL(url), headers: {}, body: '{}' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  client.close();
  if (!(error instanceof RemoteFailure)) throw new Error('it did not fail', { cause: error });
  return error;
};

describe('HttpClient, before there is a connection', () => {
  /** Takes connections and says nothing. */
  let silent: Server;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    silent.close();
  });

  it('gives up a server that does not shake hands within 30 s', async () => {
    const clock = new FakeClock();
    const { port } = silent.address() as AddressInfo;
    const failing = failureOf(new HttpClient({ clock, allowPrivate: true }), `https://127.0.0.1:${port}/mcp`);
    await eventually(() => sockets.length === 1, 'a connection');
    await clock.advance(30_000);
    expect(await failing).toMatchObject({
      code: 'UNREACHABLE',
      isUnsent: true,
      message: expect.stringContaining('no connection within 30s') as string,
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it('says of a call that met an unknown authority that it did not run', async () => {
    const authority = anAuthority('mcp.example.test');
    const server = await ScriptedServer.start(0, authority.certificate);
    try {
      const failure = await failureOf(new HttpClient({ clock: systemClock, allowPrivate: true }), server.url);
      expect(failure).toMatchObject({ isUnsent: true, hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string });
      expect(callError('far', failure)).toMatchObject({ data: { state: 'unreachable' } });
    } finally {
      await server.close();
      authority.remove();
    }
  });

  it('says of a call whose server broke off that it may have run', async () => {
    const server = await ScriptedServer.start();
    server.script = ({ response }) => {
      response.destroy();
      return true;
    };
    try {
      const failure = await failureOf(new HttpClient({ clock: systemClock, allowPrivate: true }), server.url);
      expect(failure).toMatchObject({ code: 'UNREACHABLE', isUnsent: false });
      expect(callError('far', failure).message).toContain('it may have run');
    } finally {
      await server.close();
    }
  });

  it.each<[string, ProxyEnv, RegExp]>([
    ['no URL', { HTTPS_PROXY: 'http://' }, /^HTTPS_PROXY is no URL$/],
    [
      'a kind that is not known',
      { https_proxy: 'socks5://me:hush@127.0.0.1:1' },
      /^HTTPS_PROXY is of a kind .*socks5:/,
    ],
  ])('names a proxy that is %s, and not what it holds', async (_, proxyEnv, message) => {
    const client = new HttpClient({ clock: systemClock, allowPrivate: false, proxyEnv });
    const failure = await failureOf(client, 'https://mcp.example.test/mcp');
    expect(failure).toMatchObject({
      code: 'UNREACHABLE',
      isUnsent: true,
      message: expect.stringMatching(message) as string,
    });
    expect(`${failure.message}${failure.hint}`).not.toContain('hush');
  });

  it.each(['20.19.0', '22.12.0', '22.20.0', '24.4.1'])(
    'does not go past a proxy that Node %s cannot use',
    (version) => {
      const pools = new ConnectionPools({ HTTPS_PROXY: 'http://127.0.0.1:1' }, version);
      expect(() => pools.for(new URL('https://mcp.example.test/mcp'))).toThrow(`Node ${version} cannot use it`);
      expect(pools.isProxied(pools.for(new URL('https://127.0.0.1/mcp')))).toBe(false);
      for (const newer of ['22.21.0', '24.5.0', '25.0.0']) {
        const able = new ConnectionPools({ HTTPS_PROXY: 'http://127.0.0.1:1' }, newer);
        expect(able.isProxied(able.for(new URL('https://mcp.example.test/mcp')))).toBe(true);
      }
    },
  );

  it('judges an address in the URL behind a proxy, too', async () => {
    const client = new HttpClient({ clock: systemClock, allowPrivate: false, proxyEnv: { HTTPS_PROXY: 'proxy:3128' } });
    expect(await failureOf(client, 'https://10.0.0.1/mcp')).toMatchObject({ code: 'ADDRESS_REFUSED' });
  });
});
