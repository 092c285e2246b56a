/** Finds the authorization server of a remote server, and what to ask of it, before the SDK's flow begins. */
import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import type { Fetch } from './guarded-fetch.ts';
import type { OAuthSettings } from './oauth-types.ts';

export interface Discovery {
  readonly url: string;
  readonly resourceMetadataUrl: URL | undefined;
  readonly fetch: Fetch;
}

export async function discover({ url, resourceMetadataUrl, fetch }: Discovery): Promise<OAuthDiscoveryState> {
  // Loaded when a server asks for it: most engines never do, and it is larger than all the rest of the router.
  const { discoverOAuthServerInfo } = await import('@modelcontextprotocol/sdk/client/auth.js');
  const known = resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl };
  const info = await discoverOAuthServerInfo(url, { ...known, fetchFn: fetch });
  return {
    authorizationServerUrl: info.authorizationServerUrl,
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: resourceMetadataUrl.href }),
    ...(info.resourceMetadata === undefined ? {} : { resourceMetadata: info.resourceMetadata }),
    ...(info.authorizationServerMetadata === undefined
      ? {}
      : { authorizationServerMetadata: info.authorizationServerMetadata }),
  };
}

const OFFLINE = 'offline_access';

/**
 * What to ask for: the operator's words, else what the server names, and in each case what it has asked for since. A login
 * that can be renewed is wanted wherever the authorization server has such. Undefined: what is usual there.
 */
export function scopeFor(
  { scope: operators, grant }: Pick<OAuthSettings, 'scope' | 'grant'>,
  challenged: string | undefined,
  { resourceMetadata, authorizationServerMetadata }: OAuthDiscoveryState,
): string | undefined {
  const named = challenged === undefined ? resourceMetadata?.scopes_supported?.join(' ') : undefined;
  const words = [operators ?? named, challenged]
    .flatMap((scope) => (scope ?? '').split(' '))
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  const offered: unknown = authorizationServerMetadata?.scopes_supported;
  if (grant === 'authorization-code' && Array.isArray(offered) && offered.includes(OFFLINE)) words.push(OFFLINE);
  return [...new Set(words)].join(' ');
}
