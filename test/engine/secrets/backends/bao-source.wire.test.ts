import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { baoSource, type BackendSource } from '../../../../src/engine/secrets/backends/bao-source.ts';
import type { Resolution } from '../../../../src/engine/secrets/secret-source.ts';
import { backendFields, type BackendDraft, type OpenBaoFields } from '../../../../src/store/schema/secret-backend.ts';
import { BaoServer } from '../../../support/fakes/bao-server.ts';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { anAuthority, type Authority } from '../../../support/worlds/certificate.ts';
import { until } from '../../../support/until.ts';

const VALUE = 'c4nary-of-the-kv';
type Draft = Extract<BackendDraft, { kind: 'openbao' }>;

const approle = { method: 'approle', roleId: 'role-1', secretId: { backend: 'file', path: 'sid' } } as const;

let server: BaoServer;
let clock: FakeClock;
let opened: BackendSource[] = [];
let credentials: Map<string, string>;
let learnt: string[];

function fieldsOf(draft: Partial<Draft> = {}): OpenBaoFields {
  const read = backendFields.parse({ kind: 'openbao', url: server.url, auth: approle, ...draft });
  if (read.kind !== 'openbao') throw new Error('another kind');
  return read;
}

function aSource(draft: Partial<Draft> = {}): BackendSource {
  const source = baoSource({
    fields: fieldsOf(draft),
    clock,
    credential: ({ path: name }) => {
      const value = credentials.get(name);
      return Promise.resolve<Resolution>(
        value === undefined ? { ok: false, cause: 'no such entry', isMissing: true } : { ok: true, value },
      );
    },
    learn: (_what, value) => void learnt.push(value),
  });
  opened.push(source);
  return source;
}

beforeEach(async () => {
  clock = new FakeClock();
  server = await BaoServer.start(() => clock.monotonicMs());
  server.roles.set('role-1', 'secret-id-of-role-1');
  server.put('kv/gitea-creds', { token: VALUE, port: 3000, nested: { a: 1 } });
  credentials = new Map([
    ['sid', 'secret-id-of-role-1'],
    ['root', 'root-token-0001'],
  ]);
  learnt = [];
});
afterEach(async () => {
  for (const source of opened) source.close();
  opened = [];
  await server.close();
});

const KEY = 'kv/gitea-creds#token';
const CREATED = Date.parse('2026-11-29T00:00:00Z');

describe('baoSource', () => {
  it('logs in once, and reads the key with its version', async () => {
    const source = aSource();
    expect(await source.resolve(KEY)).toEqual({ ok: true, value: VALUE, version: 1, setAt: CREATED });
    server.put('kv/gitea-creds', { token: 'another-value' });
    expect(await source.resolve(KEY)).toEqual({ ok: true, value: 'another-value', version: 2, setAt: CREATED });
    expect(server.count('auth/approle/login')).toBe(1);
    expect(learnt).toContain('login-token-0001');
    expect(learnt).toContain('secret-id-of-role-1');
  });

  it('asks once for what many want at the same time', async () => {
    const source = aSource();
    const answers = await Promise.all(Array.from({ length: 20 }, () => source.resolve(KEY)));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(server.count('auth/approle/login')).toBe(1);
    expect(server.count('kv/data/gitea-creds')).toBe(1);
  });

  it('logs in by a token that an operator keeps, and by the JWT of a pod', async () => {
    const byToken = aSource({ auth: { method: 'token', token: { backend: 'file', path: 'root' } } });
    expect(await byToken.resolve(KEY)).toMatchObject({ ok: true, value: VALUE });
    expect(byToken.endsInMs).toBeUndefined();

    const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-jwt-'));
    const jwtFile = path.join(folder, 'token');
    writeFileSync(jwtFile, 'ey.a.jwt\n');
    server.pods.set('mcptui', 'ey.a.jwt');
    const byPod = aSource({ auth: { method: 'kubernetes', role: 'mcptui', jwtFile } });
    expect(await byPod.resolve(KEY)).toMatchObject({ ok: true, value: VALUE });
    rmSync(folder, { recursive: true });
  });

  it('reads numbers as text, and nothing that is none', async () => {
    const source = aSource();
    expect(await source.resolve('kv/gitea-creds#port')).toMatchObject({ ok: true, value: '3000' });
    expect(await source.resolve('kv/gitea-creds#nested')).toMatchObject({ ok: false, why: 'not-text' });
  });

  it('sends the namespace with each request', async () => {
    server.namespace = 'team/one';
    expect(await aSource().resolve(KEY)).toMatchObject({ ok: false });
    expect(await aSource({ namespace: 'team/one' }).resolve(KEY)).toMatchObject({ ok: true });
  });

  it('reads below its mount alone, where one is set', async () => {
    server.mounts.add('team/kv');
    server.policies.set('apps', ['team/kv/data/']);
    server.put('team/kv/a/b', { k: VALUE });
    const source = aSource({ mount: 'team/kv' });
    expect(await source.resolve('team/kv/a/b#k')).toMatchObject({ ok: true, value: VALUE });
    expect(await source.resolve('kv/gitea-creds#token')).toMatchObject({ ok: false, why: 'path' });
  });

  it.each(['kv/gitea-creds', 'kv#token', '/a#b', 'kv/a/../b#c', 'kv//a#b', 'kv/a#', '#', ''])(
    'asks nobody for what is no MOUNT/PATH#KEY: %j',
    async (reference) => {
      expect(await aSource().resolve(reference)).toMatchObject({ ok: false, why: 'path' });
      expect(server.seen).toEqual([]);
    },
  );
});

describe('baoSource, when something is in the way', () => {
  const ways: readonly (readonly [why: string, spoil: () => void, cause: RegExp, reference?: string])[] = [
    ['sealed', () => (server.isSealed = true), /sealed/],
    ['sealed', () => ((server.isInitialized = false), (server.isSealed = true)), /sealed|not initialized/],
    [
      'standby',
      () => ((server.role = 429), (server.leader = 'https://leader.example:8200')),
      /standby that points to leader/,
    ],
    ['standby', () => (server.role = 429), /standby/],
    ['denied', () => server.policies.set('apps', []), /does not let it read kv\/data\/gitea-creds/],
    ['no-path', () => undefined, /no absent in kv/, 'kv/absent#token'],
    ['no-key', () => undefined, /gitea-creds has no key other/, 'kv/gitea-creds#other'],
    ['no-key', () => undefined, /has no key __proto__/, 'kv/gitea-creds#__proto__'],
    ['deleted', () => (server.kv.get('kv/gitea-creds')![0]!.deletion = '2026-11-29T00:00:01Z'), /version 1 .* deleted/],
    ['deleted', () => (server.kv.get('kv/gitea-creds')![0]!.destroyed = true), /destroyed/],
    ['no-mount', () => server.policies.set('apps', ['kv/', 'other/']), /nothing is mounted at other/, 'other/a#b'],
    ['login', () => server.roles.clear(), /HTTP 400: its login by approle is refused/],
    ['credential', () => credentials.clear(), /file\/sid: no such entry/],
    [
      'redirect',
      () =>
        (server.script = ({ url }) =>
          url?.includes('/data/') === true
            ? { status: 302, headers: { location: 'https://thief.example/' } }
            : undefined),
      /HTTP 302 that points to thief.example/,
    ],
    ['answer', () => (server.script = () => ({ status: 200, body: '<html>' })), /login answers with no token/],
    [
      'answer',
      () =>
        (server.script = ({ url }) =>
          url?.includes('/data/') === true ? { status: 200, body: 'x'.repeat(2_000_000) } : undefined),
      /over 1 MiB/,
    ],
    ['unreachable', () => (server.script = () => ({ status: 502, body: 'bad gateway' })), /HTTP 502/],
  ];

  const cases = ways.map(([why, spoil, cause, reference = KEY]) => ({ why, spoil, cause, reference }));

  it.each(cases)('says $why: $cause', async ({ why, spoil, cause, reference }) => {
    spoil();
    const answer = await aSource().resolve(reference);
    expect(answer).toMatchObject({ ok: false, why, cause: expect.stringMatching(cause) as string });
    expect(JSON.stringify(answer)).not.toMatch(/c4nary|login-token|secret-id-of/);
  });

  it('says timeout after its deadline, and unreachable when nobody listens', async () => {
    server.isHung = true;
    const asked = aSource({ timeoutMs: 2_000 }).resolve(KEY);
    await until(() => server.seen.length > 0, 'the request');
    await clock.advance(2_000);
    expect(await asked).toMatchObject({ ok: false, why: 'timeout', cause: 'no answer within 2 s' });
    const { url } = server;
    await server.close();
    expect(await aSource({ url }).resolve(KEY)).toMatchObject({ ok: false, why: 'unreachable', cause: 'ECONNREFUSED' });
    server = await BaoServer.start(() => clock.monotonicMs());
  });

  it('makes no new login for who has a good token and lacks a right', async () => {
    const source = aSource();
    server.policies.set('apps', []);
    for (let n = 0; n < 3; n += 1) expect(await source.resolve(KEY)).toMatchObject({ why: 'denied' });
    expect(server.count('auth/approle/login')).toBe(1);
  });

  it('never sends its token where an answer points to', async () => {
    const thief = await BaoServer.start(() => 0);
    server.role = 429;
    server.leader = thief.url;
    await aSource().resolve(KEY);
    server.role = 200;
    server.script = ({ url }) =>
      url?.includes('/data/') === true
        ? { status: 307, headers: { location: `${thief.url}/v1/kv/data/gitea-creds` } }
        : undefined;
    expect(await aSource().resolve(KEY)).toMatchObject({ ok: false, why: 'redirect' });
    expect(thief.seen).toEqual([]);
    await thief.close();
  });
});

describe('the lease of a token', () => {
  it('is renewed at two thirds of its life, as often as the server allows, and then replaced before it ends', async () => {
    server.lease = { ttl: 600, max: 1_500, isRenewable: true };
    const source = aSource();
    await source.resolve(KEY);
    await clock.advance(399_000);
    expect(server.count('auth/token/renew-self')).toBe(0);
    await clock.advance(1_000);
    await until(() => server.count('auth/token/renew-self') === 1, 'a renewal');
    await until(() => (source.endsInMs ?? 0) === 600_000, 'its new life');
    // At 800 s it gets all it asks for, at 1,200 s only half of that; the renewal after that gives too little.
    for (let seconds = 400; seconds < 1_600; seconds += 20) {
      await clock.advance(20_000);
      await until(() => (source.endsInMs ?? 0) > 0, 'a token that is good');
      expect(await source.resolve(KEY)).toMatchObject({ ok: true });
    }
    expect(server.count('auth/approle/login')).toBeGreaterThan(1);
    expect(server.count('auth/approle/login')).toBeLessThan(5);
  });

  it('is replaced by one new login when the token was revoked, whoever asks', async () => {
    const source = aSource();
    await source.resolve(KEY);
    server.tokens.delete('login-token-0001');
    const answers = await Promise.all([source.resolve(KEY), source.resolve('kv/gitea-creds#port')]);
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(server.count('auth/approle/login')).toBe(2);
  });

  it('is used while the server is sealed over its renewal, and goes on afterwards', async () => {
    server.lease = { ttl: 600, max: 6_000, isRenewable: true };
    const source = aSource();
    await source.resolve(KEY);
    server.isSealed = true;
    await clock.advance(400_000);
    await until(() => server.count('auth/token/renew-self') > 0, 'a renewal');
    expect(await source.resolve(KEY)).toMatchObject({ ok: false, why: 'sealed' });
    server.isSealed = false;
    expect(await source.resolve(KEY)).toMatchObject({ ok: true });
    expect(server.count('auth/approle/login')).toBe(1);
  });

  it('is not renewed after it was closed', async () => {
    const source = aSource();
    await source.resolve(KEY);
    source.close();
    await clock.advance(10_000_000);
    expect(server.count('auth/token/renew-self')).toBe(0);
  });
});

describe('baoSource over TLS', () => {
  let authority: Authority;
  beforeAll(() => (authority = anAuthority('bao.example')));
  afterAll(() => authority.remove());

  it('accepts the pinned authority alone, and says tls otherwise', async () => {
    await server.close();
    server = await BaoServer.start(() => clock.monotonicMs(), authority.certificate);
    server.roles.set('role-1', 'secret-id-of-role-1');
    server.put('kv/gitea-creds', { token: VALUE });
    expect(await aSource({ caFile: authority.caFile }).resolve(KEY)).toMatchObject({ ok: true, value: VALUE });
    expect(await aSource().resolve(KEY)).toMatchObject({ ok: false, why: 'tls' });
    const other = anAuthority('other.example');
    expect(await aSource({ caFile: other.caFile }).resolve(KEY)).toMatchObject({ ok: false, why: 'tls' });
    other.remove();
    const unread = await aSource({ caFile: '/nowhere/ca.pem' }).resolve(KEY);
    expect(unread).toMatchObject({ why: 'tls', cause: '/nowhere/ca.pem cannot be read: ENOENT' });
  });
});

describe('backendFields', () => {
  it.each([
    ['http://bao.example:8200', false],
    ['https://bao.example:8200', true],
    ['http://127.0.0.1:8200', true],
    ['http://localhost:8200', true],
    ['http://localhost.evil.example', false],
    ['https://user:password@bao.example', false],
    ['https://bao.example/?token=x', false],
  ])('takes https, and http for this machine alone: %s', (url, isTaken) => {
    expect(backendFields.safeParse({ kind: 'openbao', url, auth: approle }).success).toBe(isTaken);
  });

  it('takes no credential from a backend that needs one itself', () => {
    const auth = { ...approle, secretId: { backend: 'openbao', path: 'kv/a#b' } };
    expect(backendFields.safeParse({ kind: 'openbao', url: 'https://bao.example', auth }).success).toBe(false);
  });
});
