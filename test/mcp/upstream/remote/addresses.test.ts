import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/kernel/clock.ts';
import { addressRefusal, isPrivateAddress, urlRefusal } from '../../../../src/mcp/upstream/remote/address-policy.ts';
import { HttpClient } from '../../../../src/mcp/upstream/remote/http-client.ts';
import { ScriptedServer } from '../../../support/fakes/scripted-server.ts';

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.127.255.255',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fdff::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '[::1]',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'no address',
  ])('holds %s for private', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    'holds %s for public',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});

describe('urlRefusal', () => {
  it('lets https through, and plain http to loopback that is allowed', () => {
    expect(urlRefusal(new URL('https://mcp.example.com/x'), false)).toBeUndefined();
    expect(urlRefusal(new URL('http://127.0.0.1:3000/x'), true)).toBeUndefined();
    expect(urlRefusal(new URL('http://localhost:3000/x'), true)).toBeUndefined();
    expect(urlRefusal(new URL('https://10.0.0.1/x'), true)).toBeUndefined();
    expect(addressRefusal('http:', '10.0.0.1', true)).toMatch(/without TLS/);
  });
});

describe('HttpClient', () => {
  const resolved =
    (...addresses: string[]) =>
    (_host: string, done: (error: Error | null, found: readonly LookupAddress[]) => void): void =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  const ask = (url: string, allowPrivate: boolean, ...addresses: string[]) => {
    const client = new HttpClient({ clock: systemClock, allowPrivate, resolve: resolved(...addresses) });
    return client.request({ method: 'GET', url: new URL(url), headers: {} }).finally(() => client.close());
  };

  it.each([
    [['127.0.0.1'], '127.0.0.1'],
    [['10.0.0.7', '192.168.1.1'], '10.0.0.7'],
    [['::1'], '::1'],
    [['169.254.169.254'], '169.254.169.254'],
  ])('does not connect where a public name leads to %j', async (addresses, named) => {
    await expect(ask('https://mcp.example.com/mcp', false, ...addresses)).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
      message: `https://mcp.example.com/mcp: ${named} is a private address`,
      hint: expect.stringContaining('--allow-private') as string,
    });
  });

  it('judges what the name leads to for each connection afresh, however it was answered before', async () => {
    const answers = [['::ffff:127.0.0.1'], ['10.0.0.9']];
    const client = new HttpClient({
      clock: systemClock,
      allowPrivate: false,
      resolve: (host, done) => resolved(...(answers.shift() ?? []))(host, done),
    });
    const url = new URL('https://mcp.example.com/mcp');
    for (const address of ['::ffff:127.0.0.1', '10.0.0.9', 'no address']) {
      const message = `https://mcp.example.com/mcp: ${address} is a private address`;
      await expect(client.request({ method: 'GET', url, headers: {} })).rejects.toMatchObject({ message });
    }
  });

  it('connects to a private address that is allowed, by a name too', async () => {
    const server = await ScriptedServer.start();
    const response = await ask(`http://mcp.localhost:${server.port}/mcp`, true, '127.0.0.1');
    expect(response.statusCode).toBe(405);
    response.destroy();
    await server.close();
  });
});
