/** Authorises the requests to one remote server: holds its token, renews it, and lets a person log in. */
import { parseUrl } from '../../../../kernel/url.ts';
import type { Clock } from '../../../../kernel/clock.ts';
import { McptuiError, messageOf } from '../../../../kernel/errors.ts';
import type { ProxyEnv } from '../../../types/connection.ts';
import { HttpClient, type ResolveName } from '../http-client.ts';
import type { Challenge, RemoteAuth } from '../../../types/connection.ts';
import { RemoteFailure } from '../remote-failure.ts';
import { namesItself, readAnswer } from './authorization-answer.ts';
import { parameterOf } from './challenge.ts';
import { guardedFetch, type Fetch } from './guarded-fetch.ts';
import { LoginProvider } from './login-provider.ts';
import type { LoginRequest, LoginResult, LoginVault, OAuthSettings, StoredLogin } from './oauth-types.ts';
import { discover, scopeFor } from './discover.ts';
import { notAuthorised, refusalIn, unauthorizedBy, type Refusal } from './refusal-words.ts';
import { Renewals } from './renewals.ts';

/** A token that ends this soon is renewed before it is used. */
const EARLY_MS = 30_000;
/** Steps up within one run that change nothing: a server that always asks for more is not followed for ever. */
const MAX_UPGRADES = 3;

export interface OAuthLoginOptions {
  readonly server: string;
  readonly url: string;
  readonly settings: OAuthSettings;
  readonly vault: LoginVault;
  readonly clock: Clock;
  readonly allowPrivate: boolean;
  readonly allowHttp?: boolean;
  /** Called with every token and secret as soon as it is known, so that it is masked. */
  readonly learn: (value: string) => void;
  /** The login was renewed without a person, or could not be. */
  readonly renewed?: (outcome: 'ok' | 'error', message: string | undefined) => void;
  readonly resolve?: ResolveName;
  readonly proxyEnv?: ProxyEnv | undefined;
}

export class OAuthLogin implements RemoteAuth {
  readonly #o: OAuthLoginOptions;
  readonly #client: HttpClient;
  readonly #fetch: Fetch;
  #stored: StoredLogin | undefined;
  #renewing: Promise<void> | undefined;
  /** A login that waits for a person. */
  #pending: LoginProvider | undefined;
  #resourceMetadataUrl: URL | undefined;
  #scope: string | undefined;
  #upgrades = 0;
  /** What the authorization server has answered last, when that was no. */
  #refusal: Refusal | undefined;
  readonly #renewals: Renewals;
  /** Why what was granted is worth nothing any more. */
  #ended: string | undefined;

  constructor(options: OAuthLoginOptions) {
    this.#o = options;
    const { clock, allowPrivate, allowHttp, resolve, proxyEnv } = options;
    this.#client = new HttpClient({
      clock,
      allowPrivate,
      allowHttp,
      proxyEnv,
      ...(resolve === undefined ? {} : { resolve }),
    });
    this.#renewals = new Renewals(clock);
    const fetch = guardedFetch(this.#client, clock);
    this.#fetch = async (input, init) => {
      const response = await fetch(input, init);
      const isRefusal = init?.method?.toUpperCase() === 'POST' && response.status >= 400;
      this.#refusal = isRefusal ? refusalIn(await response.clone().text()) : undefined;
      return response;
    };
  }

  async authorization(): Promise<string | undefined> {
    const stored = await this.#load();
    const { tokens, expiresAt } = stored;
    if (tokens === undefined) return undefined;
    const isOld = expiresAt !== undefined && this.#o.clock.now() > expiresAt - EARLY_MS;
    // When it cannot be renewed the old one is tried: the server's own answer says more.
    if (isOld && this.#canRenew(stored)) await this.#renew().catch(() => undefined);
    return this.#bearer();
  }

  async challenged({ status, header, refused }: Challenge): Promise<void> {
    this.#note(header);
    const stored = await this.#load();
    const current = this.#bearer();
    // Somebody else's request has renewed it meanwhile.
    if (current !== undefined && current !== refused) return;
    if (status === 403) {
      this.#upgrades += 1;
      if (this.#upgrades > MAX_UPGRADES) {
        const asked = this.#scope === undefined ? '' : ` (${this.#scope})`;
        throw new RemoteFailure(
          'UNAUTHORIZED',
          `server ${this.#o.server} asks for more rights again and again${asked}`,
        );
      }
    }
    // More rights than a person has granted take that person.
    if (!this.#canRenew(stored) || (status === 403 && !this.#isUnattended)) {
      throw this.#required(
        status === 401 && (refused !== undefined || this.#ended !== undefined),
        status === 401 ? this.#ended : `more rights are needed: ${this.#scope ?? 'it does not say which'}`,
      );
    }
    await this.#renew();
  }

  /** What a person opens to grant access. @throws McptuiError `unavailable`, `conflict` when no person is needed */
  async begin(redirectUrl: string): Promise<LoginRequest> {
    const { server, settings } = this.#o;
    if (settings.grant === 'client-credentials') {
      throw new McptuiError('conflict', `server ${server} is authorised by its client credentials: nobody logs in`);
    }
    await this.#askForChallenge();
    // Without the tokens: whoever logs in wants new ones. A client of an earlier login may be forgotten there, or was
    // registered for another address.
    const { issuer } = await this.#load();
    const provider = this.#provider(issuer === undefined ? {} : { issuer }, redirectUrl, true);
    await this.#auth(provider);
    const { authorizationUrl } = provider;
    if (authorizationUrl === undefined)
      throw new McptuiError('unavailable', `server ${server} did not ask for a login`);
    this.#pending = provider;
    return { authorizationUrl: authorizationUrl.href, redirectUrl };
  }

  /** `answer`: the URL that the browser was sent to, or the code in it. @throws McptuiError `conflict`, `invalid`, `denied`, `unavailable` */
  async finish(answer: string): Promise<LoginResult> {
    const { server } = this.#o;
    const provider = this.#pending;
    if (provider === undefined) {
      throw new McptuiError('conflict', `no login of server ${server} is under way`, {
        hint: `mcptui login ${server}`,
      });
    }
    const metadata = provider.discovered?.authorizationServerMetadata;
    const code = readAnswer(answer, {
      state: provider.expectedState,
      issuer: metadata?.issuer,
      isIssuerRequired: namesItself(metadata),
    });
    await this.#auth(provider, code);
    this.#pending = undefined;
    this.#renewals.succeeded();
    this.#ended = undefined;
    const { expiresAt, tokens } = await this.#keep(provider);
    return expiresAt === undefined || tokens?.refresh_token !== undefined ? {} : { endsAt: expiresAt };
  }

  close(): void {
    this.#client.close();
  }

  get #isUnattended(): boolean {
    return this.#o.settings.grant === 'client-credentials';
  }

  #canRenew({ tokens }: StoredLogin): boolean {
    return this.#isUnattended || tokens?.refresh_token !== undefined;
  }

  #renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewOnce(): Promise<void> {
    const { refusal } = this.#renewals;
    if (refusal !== undefined) throw refusal;
    // The redirect is never followed: it only says that the refresh token is of no use any more.
    const provider = this.#provider(await this.#load(), 'http://127.0.0.1/', this.#isUnattended);
    try {
      await this.#renewBy(provider);
    } catch (error) {
      const failure = error instanceof RemoteFailure ? error : unauthorizedBy(error);
      this.#renewals.failed(failure);
      this.#o.renewed?.('error', failure.message);
      throw failure;
    }
    this.#renewals.succeeded();
    await this.#keep(provider);
    this.#o.renewed?.('ok', undefined);
  }

  /** @throws RemoteFailure, McptuiError */
  async #renewBy(provider: LoginProvider): Promise<void> {
    const result = await this.#auth(provider).catch((error: unknown) => {
      if (!provider.refused.has('all') || this.#isUnattended) throw error;
      return 'REFUSED' as const;
    });
    if (result === 'AUTHORIZED') return;
    if (provider.refused.size === 0) {
      throw new McptuiError('unavailable', `the login of server ${this.#o.server} cannot be renewed just now`);
    }
    // Of no use any more: nobody is asked with it again.
    await this.#keep(provider);
    const isClientGone = provider.refused.has('all');
    this.#ended = isClientGone ? 'the authorization server no longer knows its client' : 'the login has ended';
    throw this.#required(true, this.#ended);
  }

  async #auth(provider: LoginProvider, authorizationCode?: string): Promise<'AUTHORIZED' | 'REDIRECT'> {
    const { server, settings, url } = this.#o;
    this.#refusal = undefined;
    try {
      const parts = { url, resourceMetadataUrl: this.#resourceMetadataUrl, fetch: this.#fetch };
      if (provider.discovered === undefined) provider.saveDiscoveryState(await discover(parts));
      const scope =
        provider.discovered === undefined ? undefined : scopeFor(settings, this.#scope, provider.discovered);
      const { auth } = await import('@modelcontextprotocol/sdk/client/auth.js');
      return await auth(provider, {
        serverUrl: url,
        fetchFn: this.#fetch,
        ...(authorizationCode === undefined ? {} : { authorizationCode }),
        ...(scope === undefined ? {} : { scope }),
        ...(this.#resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: this.#resourceMetadataUrl }),
      });
    } catch (error) {
      throw notAuthorised(error, this.#refusal, { server, url });
    }
  }

  async #keep(provider: LoginProvider): Promise<StoredLogin> {
    const { tokens, client } = provider.stored;
    const expiresIn = tokens?.expires_in;
    const issuer = provider.discovered?.authorizationServerUrl ?? provider.stored.issuer;
    this.#stored = {
      ...(tokens === undefined ? {} : { tokens }),
      ...(client === undefined ? {} : { client }),
      ...(issuer === undefined ? {} : { issuer }),
      ...(expiresIn === undefined ? {} : { expiresAt: this.#o.clock.now() + expiresIn * 1000 }),
    };
    this.#learnAll(this.#stored);
    await this.#o.vault.save(this.#stored);
    return this.#stored;
  }

  async #load(): Promise<StoredLogin> {
    if (this.#stored === undefined) {
      const stored = (await this.#o.vault.load()) ?? {};
      this.#stored ??= stored;
      this.#learnAll(this.#stored);
    }
    return this.#stored;
  }

  #learnAll({ tokens, client }: StoredLogin): void {
    for (const value of [tokens?.access_token, tokens?.refresh_token, client?.client_secret]) {
      if (value !== undefined) this.#o.learn(value);
    }
  }

  #bearer(): string | undefined {
    const token = this.#stored?.tokens?.access_token;
    return token === undefined ? undefined : `Bearer ${token}`;
  }

  #provider(stored: StoredLogin, redirectUrl: string, registers: boolean): LoginProvider {
    const { server, settings } = this.#o;
    const scope = this.#scope ?? settings.scope;
    return new LoginProvider({ server, settings, redirectUrl, stored, scope, registers });
  }

  /** `isAll`: what was granted is worth nothing any more; else it is this request that needs more. */
  #required(isAll: boolean, why = 'it asks for authorisation'): RemoteFailure {
    const { server } = this.#o;
    const extras = { hint: `mcptui login ${server}`, status: isAll ? 401 : 403 };
    return new RemoteFailure('OAUTH_REQUIRED', `server ${server} needs a login: ${why}`, extras);
  }

  /** Its refusal names its metadata and the rights that it wants; without one the well-known addresses are tried. */
  async #askForChallenge(): Promise<void> {
    const response = await this.#fetch(this.#o.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    }).catch((error: unknown) => {
      const hint = error instanceof RemoteFailure && error.hint !== undefined ? { hint: error.hint } : {};
      throw new McptuiError('unavailable', messageOf(error), { ...hint, cause: error });
    });
    this.#note(response.headers.get('www-authenticate') ?? undefined);
  }

  #note(header: string | undefined): void {
    const metadata = parameterOf(header, 'resource_metadata');
    this.#resourceMetadataUrl = (metadata === undefined ? undefined : parseUrl(metadata)) ?? this.#resourceMetadataUrl;
    const scope = parameterOf(header, 'scope');
    if (scope === undefined) return;
    // Scopes that were asked for before are asked for again: a login with fewer would be refused once more.
    const all = new Set([...(this.#scope ?? '').split(' '), ...scope.split(' ')].filter((word) => word !== ''));
    this.#scope = [...all].join(' ');
  }
}
