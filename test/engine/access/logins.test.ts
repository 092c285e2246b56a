/** Logging in to remote servers: who is asked, what is kept, how it is renewed. */
// Loaded when a server first asks for it; here before that, since nobody waits for real time.
import '@modelcontextprotocol/sdk/client/auth.js';
import '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { OAuthServer } from '../../support/worlds/oauth-server.ts';

const REDIRECT = 'http://127.0.0.1:33418/callback';

describe('a remote server that wants a login', () => {
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

  const create = (oauth?: object): Promise<unknown> =>
    harness.engine.commands.createServer({
      name: 'far',
      runtime: 'remote',
      source: { kind: 'url', url: server.url, allowPrivate: true, ...(oauth === undefined ? {} : { oauth }) } as never,
      health: { intervalMs: 60_000 },
    });

  async function logIn(): Promise<void> {
    const { authorizationUrl } = await harness.engine.commands.beginLogin('far', REDIRECT);
    await harness.engine.commands.finishLogin('far', await server.agree(authorizationUrl));
  }

  /** The first probe has come back and is saved: the next one is another. */
  async function untilProbed(): Promise<void> {
    await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy');
    await harness.pass(200);
  }

  it('is in error with OAUTH_REQUIRED and the verb as its hint, and runs as soon as somebody has logged in', async () => {
    await create();
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({ code: 'OAUTH_REQUIRED', hint: 'mcptui login far' });
    await logIn();
    await harness.untilPhase('far-1', 'running');
    await harness.until(() => harness.instance('far-1').health === 'healthy', 'healthy');
    expect(server.tokenRequests[0]?.get('resource')).toBe(server.url);
  });

  it('stays logged in when its URL is edited and keeps its origin, and logs in again at another one', async () => {
    await create();
    await harness.untilPhase('far-1', 'error');
    await logIn();
    await untilProbed();
    const { updateServer } = harness.engine.commands;
    const asked = server.tokenRequests.length;
    const kept = await updateServer('far', { patch: { url: `${server.url}?team=a` } });
    expect(kept.plan).toMatchObject({ login: 'kept', restarts: ['far-1'] });
    await harness.until(() => harness.instance('far-1').restarts === 1, 'connected anew');
    await harness.untilPhase('far-1', 'running');
    expect(server.tokenRequests).toHaveLength(asked);

    const other = server.url.replace('127.0.0.1', 'localhost');
    const again = await updateServer('far', { patch: { url: other } });
    expect(again.plan.login).toBe('again');
    expect((await harness.untilPhase('far-1', 'error')).failure).toMatchObject({ code: 'OAUTH_REQUIRED' });
    // Taken back, it has its login still.
    await updateServer('far', { revision: 2 });
    await harness.untilPhase('far-1', 'running');
  });

  it('keeps the tokens encrypted, in no other file, in no view and no event', async () => {
    await create();
    await harness.untilPhase('far-1', 'error');
    await logIn();
    await harness.untilPhase('far-1', 'running');
    const [token] = server.valid;
    expect(token).toMatch(/^access-/);
    const events = await harness.audit();
    expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['login_begin', 'login']));
    const seen = [events, [...harness.engine.view().instances.values()], [...harness.engine.view().servers.values()]];
    expect(JSON.stringify(seen)).not.toMatch(/access-|refresh-/);
    const files = readdirSync(harness.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(harness.folder, name))
      .filter((name) => statSync(name).isFile());
    expect(files.some((name) => name.endsWith('secrets.json'))).toBe(true);
    for (const file of files) expect(readFileSync(file, 'latin1')).not.toMatch(/access-|refresh-/);
  });

  it('needs no second login after the engine has started again', async () => {
    await create();
    await harness.untilPhase('far-1', 'error');
    await logIn();
    await harness.untilPhase('far-1', 'running');
    await harness.restart();
    await harness.untilPhase('far-1', 'running');
    expect(server.tokenRequests).toHaveLength(1);
    expect(server.registrations).toBe(1);
  });

  it('renews a token before it runs out, and one that is refused, without a person', async () => {
    server.expiresIn = 120;
    await create();
    await harness.untilPhase('far-1', 'error');
    await logIn();
    await harness.untilPhase('far-1', 'running');
    await untilProbed();
    await harness.pass(100_000);
    await harness.engine.commands.probe('far-1');
    expect(server.tokenRequests.map((form) => form.get('grant_type'))).toEqual(['authorization_code', 'refresh_token']);
    server.valid.clear();
    expect(await harness.engine.commands.probe('far-1')).toMatchObject({ ok: true });
    expect(server.tokenRequests).toHaveLength(3);
    expect(harness.instance('far-1').restarts).toBe(1);
  });

  it('asks for a login again once its refresh token is worth nothing any more', async () => {
    await create();
    await harness.untilPhase('far-1', 'error');
    await logIn();
    await harness.untilPhase('far-1', 'running');
    await untilProbed();
    server.valid.clear();
    server.isForgetful = true;
    expect(await harness.engine.commands.probe('far-1')).toMatchObject({ ok: false });
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({ code: 'OAUTH_REQUIRED', hint: 'mcptui login far' });
  });

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'x'), /belongs to another login/],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example'), /does not come from/],
    ['no issuer, though the server names itself', (url: URL) => url.searchParams.delete('iss'), /does not come from/],
    ['no code', (url: URL) => url.searchParams.delete('code'), /holds no code/],
    ['a refusal', (url: URL) => url.searchParams.set('error', 'access_denied'), /refused: access_denied/],
  ])('refuses an answer with %s', async (_what, change, words) => {
    await create();
    await harness.untilPhase('far-1', 'error');
    const { authorizationUrl } = await harness.engine.commands.beginLogin('far', REDIRECT);
    const answer = new URL(await server.agree(authorizationUrl));
    change(answer);
    await expect(harness.engine.commands.finishLogin('far', answer.href)).rejects.toThrow(words);
    expect(server.tokenRequests).toEqual([]);
  });

  it('refuses an authorization server whose metadata names another issuer', async () => {
    server.issuer = 'https://other.example';
    await create();
    await harness.untilPhase('far-1', 'error');
    await expect(harness.engine.commands.beginLogin('far', REDIRECT)).rejects.toThrow(
      /says that it is https:\/\/other/,
    );
  });

  it('sends nobody to an address that is not of this machine', async () => {
    await create();
    await harness.untilPhase('far-1', 'error');
    await expect(harness.engine.commands.beginLogin('far', 'https://evil.example/cb')).rejects.toThrow(/this machine/);
    await expect(harness.engine.commands.finishLogin('far', 'code')).rejects.toThrow(/no login of server far/);
  });

  it('forgets the tokens at logout and when it is deleted', async () => {
    await create();
    await harness.untilPhase('far-1', 'error');
    await logIn();
    await harness.untilPhase('far-1', 'running');
    await harness.engine.commands.logout('far');
    await harness.engine.commands.restart('far-1');
    await harness.untilPhase('far-1', 'error');
    await logIn();
    await harness.engine.commands.deleteServer('far');
    expect(await harness.secretNames()).toEqual([]);
  });

  it('authorises itself with client credentials from the secrets: nobody logs in', async () => {
    harness.secrets.set('CLIENT', 'client-secret-1');
    server.clients.set('me', 'client-secret-1');
    const clientSecret = { backend: 'env', path: 'CLIENT' };
    await create({ grant: 'client-credentials', clientId: 'me', clientSecret, issuer: server.issuer });
    await harness.untilPhase('far-1', 'running');
    await untilProbed();
    await expect(harness.engine.commands.beginLogin('far', REDIRECT)).rejects.toThrow(/nobody logs in/);
    server.valid.clear();
    expect(await harness.engine.commands.probe('far-1')).toMatchObject({ ok: true });
    expect(server.tokenRequests).toHaveLength(2);
  });

  it('says that client credentials are refused', async () => {
    harness.secrets.set('CLIENT', 'wrong-secret');
    const clientSecret = { backend: 'env', path: 'CLIENT' };
    await create({ grant: 'client-credentials', clientId: 'me', clientSecret, issuer: server.issuer });
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure?.code).toBe('UNAUTHORIZED');
    expect(row.failure?.message).toContain('server far cannot be authorised');
  });

  it('takes no client secret for client credentials without the authorization server that it is for', async () => {
    const clientSecret = { backend: 'env', path: 'CLIENT' };
    await expect(create({ grant: 'client-credentials', clientId: 'me', clientSecret })).rejects.toMatchObject({
      code: 'invalid',
      hint: expect.stringContaining('--oauth-issuer') as string,
    });
  });

  it('sends a client secret to no other authorization server than the one that was named', async () => {
    harness.secrets.set('CLIENT', 'client-secret-1');
    const clientSecret = { backend: 'env', path: 'CLIENT' };
    await create({ grant: 'client-credentials', clientId: 'me', clientSecret, issuer: 'https://auth.example' });
    const row = await harness.untilPhase('far-1', 'error');
    expect(row.failure).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('auth.example') as string,
    });
    expect(server.tokenRequests).toHaveLength(0);
  });

  it('sends what it has of one authorization server to no other that the server names later', async () => {
    harness.secrets.set('CLIENT', 'client-secret-1');
    server.clients.set('me', 'client-secret-1');
    await create({ clientId: 'me', clientSecret: { backend: 'env', path: 'CLIENT' } });
    await harness.untilPhase('far-1', 'error');
    await logIn();
    await harness.untilPhase('far-1', 'running');
    const other = await OAuthServer.start();
    try {
      server.authorizationServer = other.issuer;
      server.valid.clear();
      await harness.engine.commands.probe('far-1').catch(() => undefined);
      await expect(harness.engine.commands.beginLogin('far', REDIRECT)).rejects.toMatchObject({
        message: expect.stringContaining('names another authorization server') as string,
        hint: expect.stringContaining('mcptui logout far') as string,
      });
      expect(other.tokenRequests).toHaveLength(0);
    } finally {
      await other.close();
    }
  });
});
