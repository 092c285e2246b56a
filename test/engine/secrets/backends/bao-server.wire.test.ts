/** The server that stands for OpenBao in tests, looked at by a client that others have written. */
import { expect, it } from 'vitest';
import { BaoServer } from '../../../support/fakes/bao-server.ts';

interface Answer {
  readonly data?: unknown;
  readonly error?: unknown;
}
type Ask = (what?: object) => Promise<Answer>;
interface Client {
  readonly kv2: Readonly<Record<'read' | 'write' | 'deleteLatest', Ask>>;
  readonly init: Ask;
  readonly sealStatus: Ask;
  readonly unseal: Ask;
  readonly seal: Ask;
  readonly mount: Ask;
}
type Made = new (options: { readonly endpoint: string; readonly token: string }) => Client;

/** Its types need a library of the browser: what is used of it is written down here. */
const PACKAGE: string = '@litehex/node-vault';

it('answers an independent client of Vault as that expects it', async () => {
  const { Client } = (await import(PACKAGE)) as { readonly Client: Made };
  const server = await BaoServer.start(() => 0);
  const client = new Client({ endpoint: server.url, token: 'root-token-0001' });
  const entry = { mountPath: 'kv', path: 'by-client' };
  expect(await client.kv2.write({ ...entry, data: { k: 'v1' } })).toMatchObject({ data: { data: { version: 1 } } });
  expect(await client.kv2.write({ ...entry, data: { k: 'v2' }, options: { cas: 1 } })).toMatchObject({
    data: { data: { version: 2 } },
  });
  expect((await client.kv2.write({ ...entry, data: { k: 'v3' }, options: { cas: 1 } })).error).toBeDefined();
  expect(await client.kv2.read(entry)).toMatchObject({
    data: { data: { data: { k: 'v2' }, metadata: { version: 2 } } },
  });
  expect(await client.mount({ mountPath: 'more', type: 'kv-v2' })).toMatchObject({ data: true });
  expect(await client.sealStatus()).toMatchObject({ data: { sealed: false } });
  server.isSealed = true;
  expect((await client.kv2.read(entry)).error).toBeDefined();
  expect(await client.unseal({ key: 'unseal-key' })).toMatchObject({ data: { sealed: false } });
  expect((await client.kv2.read({ ...entry, path: 'none' })).error).toBeDefined();
  await server.close();
});
