/** Reads where a browser was sent after a login: the code in it, once it is sure that it answers our question. Pure. */
import { parseUrl } from '../../../../kernel/url.ts';
import { McptuiError } from '../../../../kernel/errors.ts';

export interface ExpectedAnswer {
  readonly state: string;
  /** Of the authorization server that was asked. */
  readonly issuer: string | undefined;
  /** It says that it always names itself (RFC 9207). */
  readonly isIssuerRequired: boolean;
}

/** `text`: the whole URL, its query, or the bare code. @throws McptuiError `invalid`, `denied` */
export function readAnswer(text: string, expected: ExpectedAnswer): string {
  const given = text.trim();
  const query = queryOf(given);
  if (query === undefined) {
    if (given === '' || /\s/.test(given)) throw unusable('it holds no code');
    // A person has copied the code alone: there is nothing to compare, and PKCE still binds it to this login.
    if (expected.isIssuerRequired) throw unusable('the whole URL is needed: this server names itself in it');
    return given;
  }
  const issuer = query.get('iss');
  if (issuer === null ? expected.isIssuerRequired : expected.issuer !== undefined && issuer !== expected.issuer) {
    throw new McptuiError('denied', `the answer does not come from the authorization server that was asked`, {
      hint: 'log in again; if it happens twice, do not trust that server',
    });
  }
  if (query.get('state') !== expected.state) throw unusable('it belongs to another login');
  const error = query.get('error');
  if (error !== null) {
    const why = query.get('error_description');
    throw new McptuiError('denied', `the login was refused: ${error}${why === null ? '' : ` (${why})`}`);
  }
  const code = query.get('code');
  if (code === null || code === '') throw unusable('it holds no code');
  return code;
}

function queryOf(text: string): URLSearchParams | undefined {
  const url = text.includes('?') ? parseUrl(text) : undefined;
  if (url !== undefined) return url.searchParams;
  return /(?:^|[?&])(?:code|error)=/.test(text) ? new URLSearchParams(text.replace(/^[^?]*\?/, '')) : undefined;
}

function unusable(why: string): McptuiError {
  return new McptuiError('invalid', `that is not where the browser was sent: ${why}`, {
    hint: 'paste the whole address from the browser after the login',
  });
}

/** RFC 9207; the SDK's type does not know the member. */
export function namesItself(metadata: object | undefined): boolean {
  const member = 'authorization_response_iss_parameter_supported';
  return metadata !== undefined && member in metadata && (metadata as Record<string, unknown>)[member] === true;
}
