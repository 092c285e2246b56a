/** The backend `openbao` against a real OpenBao or Vault (`npm run test:openbao`): a token that may write to `secret/` (a server in dev mode has both). */
import { describe, expect, it } from 'vitest';
import { baoSource } from '../../src/engine/secrets/backends/bao-source.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { backendFields } from '../../src/store/schema/secret-backend.ts';

const { MCPTUI_TEST_OPENBAO_ADDR: url, MCPTUI_TEST_OPENBAO_TOKEN: token = '' } = process.env;
if (url === undefined) throw new Error('MCPTUI_TEST_OPENBAO_ADDR names no server: say where a real one is');

describe('a real OpenBao', () => {
  it('gives what was written, and says what is missing', async () => {
    const auth = { method: 'token', token: { backend: 'env', path: 'T' } } as const;
    const fields = backendFields.parse({ kind: 'openbao', url, auth });
    if (fields.kind !== 'openbao') throw new Error('another kind');
    const at = `${url}/v1/secret/data/mcptui-test`;
    const headers = { 'x-vault-token': token, 'content-type': 'application/json' };
    const body = JSON.stringify({ data: { key: 'a value of the test' } });
    expect((await fetch(at, { method: 'POST', headers, body })).ok).toBe(true);
    const credential = () => Promise.resolve({ ok: true, value: token } as const);
    const source = baoSource({ fields, clock: systemClock, credential, learn: () => undefined });
    expect(await source.test()).toMatchObject({ ok: true });
    expect(await source.resolve('secret/mcptui-test#key')).toMatchObject({ ok: true, value: 'a value of the test' });
    expect(await source.resolve('secret/mcptui-test#other')).toMatchObject({ why: 'no-key' });
    expect(await source.resolve('secret/mcptui-none#key')).toMatchObject({ why: 'no-path' });
    expect(await source.resolve('no-such-mount/a#key')).toMatchObject({ ok: false });
    await fetch(at, { method: 'DELETE', headers });
    expect(await source.resolve('secret/mcptui-test#key')).toMatchObject({ why: 'deleted' });
    source.close();
  });
});
