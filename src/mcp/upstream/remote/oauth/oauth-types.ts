/** Describes what OAuth needs to know of a server, and where it keeps what it was given. */
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';

/** What an operator may say; without a word of it a client is registered with the authorization server. */
export interface OAuthSettings {
  readonly grant: 'authorization-code' | 'client-credentials';
  readonly clientId?: string;
  /** Resolved. */
  readonly clientSecret?: string;
  /** Resolved PEM (PKCS #8): the client proves itself with a signed JWT. */
  readonly privateKey?: string;
  readonly algorithm?: string;
  /** Where the client's metadata can be read (CIMD). */
  readonly clientMetadataUrl?: string;
  readonly scope?: string;
  /** The only authorization server that gets the credentials; undefined = that of the first login. */
  readonly issuer?: string;
}

export interface StoredLogin {
  readonly tokens?: OAuthTokens;
  /** Epoch milliseconds after which the access token is of no use. */
  readonly expiresAt?: number;
  readonly client?: OAuthClientInformationMixed;
  /** The authorization server that all this is of: no other gets a secret or a refresh token. */
  readonly issuer?: string;
}

/** Keeps one server's login, encrypted. */
export interface LoginVault {
  load(): Promise<StoredLogin | undefined>;
  save(login: StoredLogin): Promise<void>;
}

/** What a person has to open, and where the browser is sent afterwards. */
export interface LoginRequest {
  readonly authorizationUrl: string;
  readonly redirectUrl: string;
}

/** How a login ended. */
export interface LoginResult {
  /** Epoch milliseconds; there is nothing to renew it with. */
  readonly endsAt?: number;
}
