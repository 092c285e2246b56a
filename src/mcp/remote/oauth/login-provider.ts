/** What the SDK's OAuth client asks of us: who we are, what was stored, where the person is to be sent. */
import { randomBytes } from 'node:crypto';
import type {
  AddClientAuthentication,
  OAuthClientProvider,
  OAuthDiscoveryState,
} from '@modelcontextprotocol/sdk/client/auth.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { cutText } from '../../../foreign.ts';
import { RemoteFailure } from '../remote-failure.ts';
import type { OAuthSettings, StoredLogin } from './oauth-types.ts';

export interface LoginProviderOptions {
  readonly server: string;
  readonly settings: OAuthSettings;
  /** Undefined: nobody is there to be sent anywhere. */
  readonly redirectUrl: string | undefined;
  readonly stored: StoredLogin;
  /** Of the server's challenge: it may ask for more than was granted before. */
  readonly scope: string | undefined;
}

/** One use of the SDK's `auth`, or two (before and after the person was asked) that belong together. */
export class LoginProvider implements OAuthClientProvider {
  stored: StoredLogin;
  authorizationUrl: URL | undefined;
  discovered: OAuthDiscoveryState | undefined;
  readonly expectedState = randomBytes(24).toString('base64url');
  readonly redirectUrl: string | undefined;
  readonly clientMetadataUrl?: string;
  readonly addClientAuthentication?: AddClientAuthentication;
  readonly prepareTokenRequest?: (scope?: string) => URLSearchParams;
  readonly #server: string;
  readonly #settings: OAuthSettings;
  readonly #scope: string | undefined;
  #verifier = '';

  constructor(options: LoginProviderOptions) {
    const { server, settings, redirectUrl, stored, scope } = options;
    this.#server = server;
    this.#settings = settings;
    this.#scope = scope ?? settings.scope;
    this.stored = stored;
    const isUnattended = settings.grant === 'client-credentials';
    this.redirectUrl = isUnattended ? undefined : redirectUrl;
    if (settings.clientMetadataUrl !== undefined) this.clientMetadataUrl = settings.clientMetadataUrl;
    if (isUnattended) {
      this.prepareTokenRequest = (wanted) =>
        new URLSearchParams({
          grant_type: 'client_credentials',
          ...(wanted === undefined ? {} : { scope: wanted }),
        });
    }
    if (settings.privateKey !== undefined) {
      const clientId = settings.clientId ?? '';
      const { privateKey, algorithm = 'ES256' } = settings;
      this.addClientAuthentication = async (...request) => {
        const { createPrivateKeyJwtAuth } = await import('@modelcontextprotocol/sdk/client/auth-extensions.js');
        const sign = createPrivateKeyJwtAuth({ issuer: clientId, subject: clientId, privateKey, alg: algorithm });
        await sign(...request);
      };
    }
  }

  /** `application_type` is not in the SDK's type; a server that goes by it lets a native client name any loopback port. */
  get clientMetadata(): OAuthClientMetadata & { readonly application_type: 'native' } {
    const { grant, clientSecret } = this.#settings;
    return {
      client_name: 'mcptui',
      application_type: 'native',
      redirect_uris: this.redirectUrl === undefined ? [] : [this.redirectUrl],
      grant_types: grant === 'client-credentials' ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
      response_types: grant === 'client-credentials' ? [] : ['code'],
      token_endpoint_auth_method: clientSecret === undefined ? 'none' : 'client_secret_basic',
      ...(this.#scope === undefined ? {} : { scope: this.#scope }),
    };
  }

  state(): string {
    return this.expectedState;
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    const { clientId, clientSecret, issuer } = this.#settings;
    if (clientId === undefined) return this.stored.client;
    return {
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
      ...(issuer === undefined ? {} : { issuer }),
    };
  }

  saveClientInformation(client: OAuthClientInformationMixed): void {
    if (this.#settings.clientId === undefined) this.stored = { ...this.stored, client };
  }

  tokens(): OAuthTokens | undefined {
    return this.stored.tokens;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.stored = { ...this.stored, tokens };
  }

  redirectToAuthorization(authorizationUrl: URL): void {
    this.authorizationUrl = authorizationUrl;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.discovered;
  }

  /** RFC 8414 §3.3: metadata that names another issuer than the one asked is a forgery. */
  saveDiscoveryState(state: OAuthDiscoveryState): void {
    const asked = state.authorizationServerUrl;
    const named = state.authorizationServerMetadata?.issuer;
    if (named !== undefined && !isSameIssuer(named, asked)) {
      throw new RemoteFailure('UNAUTHORIZED', `the authorization server ${asked} says that it is ${named}`);
    }
    this.#refuseOthers(asked);
    this.discovered = state;
  }

  /** What it would be sent is of one authorization server, and the server alone says where that is. */
  #refuseOthers(asked: string): void {
    const { clientSecret, grant, issuer } = this.#settings;
    const { issuer: known, tokens } = this.stored;
    const pinned = issuer ?? known;
    const server = this.#server;
    if (pinned === undefined) {
      if (clientSecret === undefined || grant !== 'client-credentials') return;
      throw new RemoteFailure(
        'UNAUTHORIZED',
        `the client secret of server ${server} is for no authorization server; it names ${cutText(asked)}`,
        {
          hint: `if that is right, delete it and create it with --oauth-issuer ${cutText(asked)}`,
        },
      );
    }
    const isSecret = clientSecret !== undefined || tokens?.refresh_token !== undefined || issuer !== undefined;
    if (!isSecret || isSameIssuer(pinned, asked)) return;
    const hint =
      issuer === undefined
        ? `if that is right: mcptui logout ${server}, then mcptui login ${server}`
        : `if that is right, delete it and create it with --oauth-issuer ${cutText(asked)}`;
    throw new RemoteFailure(
      'UNAUTHORIZED',
      `server ${server} names another authorization server: ${cutText(asked)}, and its credentials are for ${pinned}`,
      { hint },
    );
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (scope === 'all' || scope === 'discovery') this.discovered = undefined;
    const { tokens, client, issuer } = this.stored;
    const pin = issuer === undefined ? {} : { issuer };
    if (scope === 'all') this.stored = pin;
    else if (scope === 'tokens') this.stored = { ...pin, ...(client === undefined ? {} : { client }) };
    else if (scope === 'client') this.stored = { ...pin, ...(tokens === undefined ? {} : { tokens }) };
  }
}

/** A trailing slash is no difference: URLs are written with it and without. */
export function isSameIssuer(a: string, b: string): boolean {
  return a.replace(/\/$/, '') === b.replace(/\/$/, '');
}
