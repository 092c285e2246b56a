/** Authorization servers that disagree, forget, refuse or give little: what an operator may say, and what is told. */
// Loaded when a server first asks for it; here before that, since nobody waits for real time.
import '@modelcontextprotocol/sdk/client/auth.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { OAuthServer } from '../../support/worlds/oauth-server.ts';

describe('a remote server whose authorization server is odd', () => {
  let harness: Harness;
  let server: OAuthServer;

  beforeEach(async () => {
    harness = await engineHarness();
    server = await OAuthServer.start();
  });
  afterEach(async () => {
    await harness.close();
    await server.close();
  });

  async function create(oauth?: object): Promise<void> {
    await harness.engine.commands.createServer({
      name: 'far',
      runtime: 'remote',
      source: { kind: 'url', url: server.url, allowPrivate: true, ...(oauth === undefined ? {} : { oauth }) } as never,
      health: { intervalMs: 60_000 },
    });
    await harness.untilPhase('far-1', 'error');
  }

  async function logIn(redirectUrl?: string): Promise<object> {
    const { authorizationUrl } = await harness.engine.commands.beginLogin('far', redirectUrl);
    return harness.engine.commands.finishLogin('far', await server.agree(authorizationUrl));
  }

  const asked = (): string[] => server.authorizations.at(-1)?.get('scope')?.split(' ') ?? [];

  it.each(['the one asked', 'the one named'])(
    'that names another issuer is taken when the operator has pinned %s',
    async (which) => {
      const origin = new URL(server.url).origin;
      server.authorizationServer = origin.replace('127.0.0.1', 'localhost');
      server.iss = server.issuer;
      await create({ issuer: which === 'the one asked' ? server.authorizationServer : server.issuer });
      expect(await logIn()).toEqual({});
      await harness.untilPhase('far-1', 'running');
      const [created] = await harness.audit('server_create');
      expect(created?.message).toMatch(/credentials are for http/);
    },
  );

  it('that names another issuer is refused with the flag that pins it', async () => {
    server.issuer = 'https://other.example';
    await create();
    await expect(harness.engine.commands.beginLogin('far')).rejects.toMatchObject({
      message: expect.stringContaining('says that it is https://other.example') as string,
      hint: expect.stringContaining(`--oauth-issuer ${new URL(server.url).origin}`) as string,
    });
  });

  it('that names an issuer of another host is refused though that one is pinned: anybody can name it', async () => {
    server.issuer = 'https://other.example';
    await create({ issuer: 'https://other.example' });
    await expect(harness.engine.commands.beginLogin('far')).rejects.toThrow(/names another authorization server/);
  });

  it('is asked for what the operator has said, and for offline_access where it has that', async () => {
    server.scopes = ['openid'];
    await create({ scope: 'profile tools' });
    await logIn();
    expect(asked()).toEqual(['profile', 'tools']);
    server.offered = ['openid', 'offline_access'];
    await logIn();
    expect(asked()).toEqual(['profile', 'tools', 'offline_access']);
  });

  it('is asked for offline_access beside what the server names', async () => {
    server.scopes = ['openid'];
    server.offered = ['offline_access'];
    server.isOfflineOnly = true;
    await create();
    expect(await logIn()).toEqual({});
    expect(asked()).toEqual(['openid', 'offline_access']);
  });

  it('that gives no refresh token: it is told when the login ends', async () => {
    server.isOfflineOnly = true;
    server.expiresIn = 600;
    await create();
    expect(await logIn()).toEqual({ endsAt: harness.clock.now() + 600_000 });
  });

  it('that forgets its client is asked for a renewal once, registers nothing then, and a new one at the next login', async () => {
    server.expiresIn = 60;
    await create();
    await logIn();
    await harness.untilPhase('far-1', 'running');
    await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy');
    await harness.pass(200);
    expect(server.registrations).toBe(1);
    server.forgetsClients = true;
    server.valid.clear();
    await harness.engine.commands.probe('far-1').catch(() => undefined);
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({ code: 'OAUTH_REQUIRED', hint: 'mcptui login far' });
    expect(row.failure?.message).toMatch(/no longer knows its client/);
    for (let n = 0; n < 3; n += 1) {
      await harness.engine.commands.retry('far-1');
      await harness.pass(100);
      await harness.untilPhase('far-1', 'error');
    }
    expect(server.registrations).toBe(1);
    expect(server.tokenRequests.filter((form) => form.get('grant_type') === 'refresh_token')).toHaveLength(1);
    expect((await harness.audit('login_renew')).map(({ outcome }) => outcome)).toEqual(['error']);
    server.forgetsClients = false;
    await logIn();
    expect(server.registrations).toBe(2);
    await harness.untilPhase('far-1', 'running');
  });

  it('that forgets its client is noticed also when a token is renewed before it runs out', async () => {
    server.expiresIn = 60;
    await create();
    await logIn();
    await harness.untilPhase('far-1', 'running');
    await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy');
    await harness.pass(200);
    server.forgetsClients = true;
    server.valid.clear();
    await harness.pass(61_000);
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({ code: 'OAUTH_REQUIRED', hint: 'mcptui login far' });
    expect(row.failure?.message).toMatch(/no longer knows its client/);
  });

  it.each(['with a login', 'without one'])(
    'that does not say how to log in is asked for a new session first, then somebody is asked to log in (%s)',
    async (how) => {
      server.hasChallenge = false;
      if (how === 'without one') server.mcp.script = () => false;
      await harness.engine.commands.createServer({
        name: 'far',
        runtime: 'remote',
        source: { kind: 'url', url: server.url, allowPrivate: true } as never,
        health: { intervalMs: 60_000 },
      });
      if (how === 'with a login') {
        await harness.untilPhase('far-1', 'error');
        await logIn();
      }
      await harness.untilPhase('far-1', 'running');
      await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy');
      await harness.pass(200);
      const before = server.mcp.named('initialize').length;
      server.valid.clear();
      server.isForgetful = true;
      if (how === 'without one') server.mcp.script = ({ response }) => Boolean(response.writeHead(401).end());
      await harness.engine.commands.probe('far-1').catch(() => undefined);
      const row = await harness.untilPhase('far-1', 'error');
      expect(row.failure).toMatchObject({ code: 'OAUTH_REQUIRED', hint: 'mcptui login far' });
      expect(server.mcp.named('initialize').length).toBe(before + 1);
    },
  );

  it('that is down when a login is to be renewed does not end it, and is not asked at every request', async () => {
    server.expiresIn = 60;
    await create();
    await logIn();
    await harness.untilPhase('far-1', 'running');
    await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy');
    await harness.pass(200);
    server.tokenStatus = 500;
    server.valid.clear();
    const before = server.tokenRequests.length;
    for (let n = 0; n < 5; n += 1) await harness.engine.commands.probe('far-1').catch(() => undefined);
    expect(server.tokenRequests.length).toBe(before + 1);
    expect(harness.instance('far-1').healthReason).toMatch(/cannot be renewed just now/);
    server.tokenStatus = 200;
    await harness.pass(6_000);
    expect(await harness.engine.commands.probe('far-1')).toMatchObject({ ok: true });
  });

  it('that wants a certain address gets it, from the definition or at the login', async () => {
    server.redirectUri = 'http://localhost:3118/cb';
    await create({ redirectUrl: 'http://localhost:3118/cb' });
    expect(await harness.engine.commands.beginLogin('far')).toMatchObject({ redirectUrl: 'http://localhost:3118/cb' });
    await logIn();
    server.redirectUri = 'http://127.0.0.1:4000/x';
    await logIn('http://127.0.0.1:4000/x');
    expect(server.tokenRequests.at(-1)?.get('redirect_uri')).toBe('http://127.0.0.1:4000/x');
  });

  it.each([
    [{ error: 'invalid_redirect_uri' }, /cannot be authorised: invalid_redirect_uri$/, /--redirect-uri/],
    [{ error: 'invalid_scope', error_description: 'no such thing' }, /invalid_scope: no such thing$/, /--oauth-scope/],
    [{ error: 'access_denied', error_description: '' }, /cannot be authorised: access_denied/, /^$/],
  ])('that refuses a registration is quoted: %j', async (refusal, words, hint) => {
    await create();
    server.refusal = refusal;
    const error = await harness.engine.commands.beginLogin('far').catch((thrown: unknown) => thrown);
    const { message, hint: told = '' } = error as { readonly message: string; readonly hint?: string };
    expect(message).toMatch(words);
    expect(told).toMatch(hint);
  });

  it('that refuses an exchange is quoted', async () => {
    await create();
    const { authorizationUrl } = await harness.engine.commands.beginLogin('far');
    const answer = await server.agree(authorizationUrl);
    server.refusal = { error: 'invalid_grant' };
    await expect(harness.engine.commands.finishLogin('far', answer)).rejects.toThrow(
      /cannot be authorised: invalid_grant/,
    );
  });
});
