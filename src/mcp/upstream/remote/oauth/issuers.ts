/** Decides which authorization server may get what is kept for a remote server. Pure. */
import { cutText } from '../../../../kernel/foreign.ts';
import { parseUrl } from '../../../../kernel/url.ts';
import { isLoopbackUrl } from '../address-policy.ts';
import { RemoteFailure } from '../remote-failure.ts';
import type { OAuthSettings, StoredLogin } from './oauth-types.ts';

export interface IssuerCheck {
  readonly server: string;
  readonly settings: OAuthSettings;
  readonly stored: StoredLogin;
  /** Where the metadata was looked for. */
  readonly asked: string;
  /** What the metadata says that it is. */
  readonly named: string | undefined;
}

/**
 * RFC 8414 §3.3: metadata that names another issuer than the one asked is a forgery, unless the operator has pinned one of
 * the two; the one that it names counts only on the same host, for anybody can name it.
 * @throws RemoteFailure `UNAUTHORIZED`
 */
export function checkIssuer({ server, settings, stored, asked, named }: IssuerCheck): void {
  const { clientSecret, grant, issuer } = settings;
  const isPinned =
    issuer !== undefined &&
    (isSameIssuer(issuer, asked) || (named !== undefined && isSameIssuer(issuer, named) && isSameHost(asked, named)));
  const pin = `if that is right, delete it and create it with --oauth-issuer ${cutText(asked)}`;
  if (issuer !== undefined && !isPinned) throw elsewhere(server, asked, issuer, pin);
  if (isPinned) return;
  if (named !== undefined && !isSameIssuer(named, asked)) {
    const message = `the authorization server ${cutText(asked)} says that it is ${cutText(named)}`;
    throw new RemoteFailure('UNAUTHORIZED', message, { hint: pin });
  }
  const { issuer: known, tokens } = stored;
  if (known === undefined) {
    if (clientSecret === undefined || grant !== 'client-credentials') return;
    const message = `the client secret of server ${server} belongs to no authorization server; the server names ${cutText(asked)}`;
    throw new RemoteFailure('UNAUTHORIZED', message, { hint: pin });
  }
  const isSecret = clientSecret !== undefined || tokens?.refresh_token !== undefined;
  if (!isSecret || isSameIssuer(known, asked)) return;
  throw elsewhere(server, asked, known, `if that is right: mcptui logout ${server}, then mcptui login ${server}`);
}

function elsewhere(server: string, asked: string, pinned: string, hint: string): RemoteFailure {
  const message = `server ${server} names another authorization server: ${cutText(asked)}, and its credentials are for ${pinned}`;
  return new RemoteFailure('UNAUTHORIZED', message, { hint });
}

/** A trailing slash is no difference: URLs are written with it and without. */
export function isSameIssuer(a: string, b: string): boolean {
  return a.replace(/\/$/, '') === b.replace(/\/$/, '');
}

/** `localhost` and `127.0.0.1` are one. */
function isSameHost(a: string, b: string): boolean {
  const [left, right] = [parseUrl(a), parseUrl(b)];
  if (left === undefined || right === undefined) return false;
  return left.origin === right.origin || (left.port === right.port && isLoopbackUrl(left) && isLoopbackUrl(right));
}
