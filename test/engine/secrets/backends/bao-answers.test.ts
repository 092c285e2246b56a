import { describe, expect, it } from 'vitest';
import { valueIn } from '../../../../src/engine/secrets/backends/bao-answers.ts';

const place = { mount: 'kv', path: 'gitea', key: 'token' };
const answered = (metadata: object) =>
  valueIn({ status: 200, body: { data: { data: { token: 'value' }, metadata } } }, place);

describe('valueIn', () => {
  it('tells when a version was made, and when it goes by itself', () => {
    const metadata = { version: 3, created_time: '2026-11-29T00:00:00.5Z', deletion_time: '2026-12-26T00:00:00Z' };
    expect(answered(metadata)).toEqual({
      ok: true,
      value: 'value',
      version: 3,
      setAt: Date.parse('2026-11-29T00:00:00.5Z'),
      expiresAt: Date.parse('2026-12-26T00:00:00Z'),
    });
  });

  it('says nothing of a version that stays, nor of times that are none', () => {
    expect(answered({ version: 1, created_time: '2026-11-29T00:00:00Z', deletion_time: '' })).not.toHaveProperty(
      'expiresAt',
    );
    expect(answered({ created_time: 'yesterday' })).toEqual({ ok: true, value: 'value' });
  });
});
