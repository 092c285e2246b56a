/** Answers the SDK's OAuth client: who we are, what was stored, where the person is to be sent. */
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
import { checkIssuer } from './issuers.ts';
import type { OAuthSettings, StoredLogin } from './oauth-types.ts';

export interface LoginProviderOptions {
  readonly server: string;
  readonly settings: OAuthSettings;
  /** Undefined: nobody is there to be sent anywhere. */
  readonly redirectUrl: string | undefined;
  readonly stored: StoredLogin;
  /** Of the server's challenge: it may ask for more than was granted before. */
  readonly scope: string | undefined;
  /** A client may be registered: a person waits for it. */
  readonly registers: boolean;
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
  /** Absent where no client may be registered. */
  readonly saveClientInformation?: (client: OAuthClientInformationMixed) => void;
  /** What the authorization server did not take. */
  readonly refused = new Set<string>();
  readonly #server: string;
  readonly #settings: OAuthSettings;
  readonly #scope: string | undefined;
  #verifier = '';

  constructor(options: LoginProviderOptions) {
    const { server, settings, redirectUrl, stored, scope } = options;
    this.#server = server;
    this.#settings = settings;
    this.#scope = scope;
    this.stored = stored;
    if (options.registers) {
      this.saveClientInformation = (client) => {
        if (settings.clientId === undefined) this.stored = { ...this.stored, client };
      };
    }
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
    const { clientId, clientSecret, issuer: pinned } = this.#settings;
    if (clientId === undefined) return this.stored.client;
    // What was found has been checked against what is pinned.
    const issuer = pinned === undefined ? undefined : (this.discovered?.authorizationServerUrl ?? pinned);
    return {
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
      ...(issuer === undefined ? {} : { issuer }),
    };
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

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    const { authorizationServerUrl: asked, authorizationServerMetadata } = state;
    const named = authorizationServerMetadata?.issuer;
    checkIssuer({ server: this.#server, settings: this.#settings, stored: this.stored, asked, named });
    this.discovered = state;
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    this.refused.add(scope);
    if (scope === 'all' || scope === 'discovery') this.discovered = undefined;
    const { tokens, client, issuer } = this.stored;
    const pin = issuer === undefined ? {} : { issuer };
    if (scope === 'all') this.stored = pin;
    else if (scope === 'tokens') this.stored = { ...pin, ...(client === undefined ? {} : { client }) };
    else if (scope === 'client') this.stored = { ...pin, ...(tokens === undefined ? {} : { tokens }) };
  }
}
