/** Reads the flags of `create server --url`. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { isTemplate, secretIn, secretRef } from './secret-text.ts';
import type { ServerDraft } from '../../engine/index.ts';

type UrlDraft = Extract<ServerDraft['source'], { kind: 'url' }>;
type HeaderDraft = NonNullable<UrlDraft['headers']>[number];
type OAuthDraft = NonNullable<UrlDraft['oauth']>;
type SecretRef = NonNullable<OAuthDraft['clientSecret']>;

export interface RemoteFlags {
  readonly url?: string;
  readonly transport?: 'streamable-http' | 'sse';
  readonly revision?: NonNullable<UrlDraft['revision']>;
  readonly header: readonly HeaderDraft[];
  readonly allowPrivate?: boolean;
  readonly allowHttp?: boolean;
  readonly oauthGrant?: NonNullable<OAuthDraft['grant']>;
  readonly oauthClientId?: string;
  readonly oauthClientSecret?: SecretRef;
  readonly oauthKey?: SecretRef;
  readonly oauthAlgorithm?: NonNullable<OAuthDraft['algorithm']>;
  readonly oauthClientMetadata?: string;
  readonly oauthScope?: string;
  readonly oauthIssuer?: string;
  readonly redirectUri?: string;
}

export function addRemoteOptions(command: Command): Command {
  return command
    .option('--url <url>', 'remote server, https; secrets in it as secret:BACKEND/NAME')
    .option('--transport <kind>', 'of a URL: streamable-http (or http) or sse', transport)
    .addOption(new Option('--revision <revision>', 'of the protocol').choices(['auto', '2026-07-28']))
    .option('--header <N=V>', 'N=V or N=secret:BACKEND/PATH (N="Bearer secret:…"); repeatable', collectHeader, [])
    .option('--allow-private', 'the URL may lead to loopback or a private network')
    .option('--allow-http', 'the URL may lead to another machine without TLS')
    .addOption(
      new Option('--oauth-grant <grant>', 'how a URL is authorised').choices([
        'authorization-code',
        'client-credentials',
      ]),
    )
    .option('--oauth-client-id <id>', 'of a client that is registered already')
    .option('--oauth-client-secret <ref>', 'secret:BACKEND/PATH', secretRef)
    .option('--oauth-key <ref>', 'secret:BACKEND/PATH of a PEM, in place of a client secret', secretRef)
    .addOption(new Option('--oauth-algorithm <alg>', 'of that key').choices(['ES256', 'ES384', 'RS256', 'PS256']))
    .option('--oauth-client-metadata <url>', 'where the metadata of the client can be read')
    .option('--oauth-scope <scopes>', 'what to ask for, whatever the server names')
    .option(
      '--oauth-issuer <url>',
      'the only authorization server that gets the credentials, whatever its metadata says',
    )
    .option('--redirect-uri <url>', 'where a login sends the browser, http://localhost:PORT/PATH');
}

/** @throws McptuiError `invalid` when there are flags of a URL without one */
export function urlSourceOf(flags: RemoteFlags): UrlDraft | undefined {
  const oauth = defined<OAuthDraft>({
    grant: flags.oauthGrant,
    clientId: flags.oauthClientId,
    clientSecret: flags.oauthClientSecret,
    privateKey: flags.oauthKey,
    algorithm: flags.oauthAlgorithm,
    clientMetadataUrl: flags.oauthClientMetadata,
    scope: flags.oauthScope,
    issuer: flags.oauthIssuer,
    redirectUrl: flags.redirectUri,
  });
  const isOAuth = Object.keys(oauth).length > 0;
  const { url, transport, header, allowPrivate, allowHttp } = flags;
  if (url === undefined) {
    if (!isOAuth && header.length === 0 && transport === undefined && allowPrivate !== true && allowHttp !== true)
      return undefined;
    throw new McptuiError('invalid', '--header, --transport, --allow-… and --oauth-… belong to --url');
  }
  return {
    kind: 'url',
    url,
    ...(transport === undefined ? {} : { transport }),
    ...(header.length === 0 ? {} : { headers: [...header] }),
    ...(allowPrivate === true ? { allowPrivate } : {}),
    ...(allowHttp === true ? { allowHttp } : {}),
    ...(flags.revision === undefined ? {} : { revision: flags.revision }),
    ...(isOAuth ? { oauth } : {}),
  };
}

/** Other clients say `http`. */
function transport(text: string): NonNullable<UrlDraft['transport']> {
  if (text === 'sse') return text;
  if (text === 'streamable-http' || text === 'http') return 'streamable-http';
  throw new InvalidArgumentError('use streamable-http or sse');
}

function collectHeader(text: string, previous: readonly HeaderDraft[]): readonly HeaderDraft[] {
  const split = text.indexOf('=');
  const [, asWritten, rest] = /^([\w-]{1,128}):\s{0,8}(.{0,300})/.exec(text) ?? [];
  if (asWritten !== undefined && (split < 1 || split > asWritten.length)) {
    throw new InvalidArgumentError(`use ${asWritten}=${rest ?? ''}`);
  }
  if (split < 1) throw new InvalidArgumentError('use NAME=VALUE or NAME=secret:BACKEND/NAME');
  const name = text.slice(0, split);
  const value = text.slice(split + 1);
  const secret = secretIn(value);
  if (secret !== undefined) return [...previous, { name, secret }];
  // A word before it: `Bearer secret:…`.
  const [, prefix, reference] = /^([^\s{}]{1,63} )(secret:[^\s]*)$/.exec(value) ?? [];
  if (prefix !== undefined && reference !== undefined) {
    return [...previous, { name, prefix, secret: secretRef(reference) }];
  }
  return [...previous, isTemplate(value) ? { name, template: value } : { name, value }];
}
