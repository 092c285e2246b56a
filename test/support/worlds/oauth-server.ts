/** An MCP server that wants tokens, and the authorization server that gives them, on one port. */
import { createHash, randomUUID } from 'node:crypto';
import type { Message } from './peer.ts';
import { ScriptedServer, type Exchange } from '../fakes/scripted-server.ts';

interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly scope: string;
}

export class OAuthServer {
  readonly mcp: ScriptedServer;
  /** Access tokens that are good now. */
  readonly valid = new Set<string>();
  readonly #refresh = new Set<string>();
  readonly #grants = new Map<string, Grant>();
  /** Client id → secret, for client credentials. */
  readonly clients = new Map<string, string>();
  /** Bodies of token requests. */
  readonly tokenRequests: URLSearchParams[] = [];
  registrations = 0;
  expiresIn = 3600;
  /** What it says it is, in its metadata and in `iss`. */
  issuer: string;
  iss: string | undefined;
  /** Whom its MCP server names; itself until told otherwise. */
  authorizationServer: string;
  /** Refresh tokens are refused from now on. */
  isForgetful = false;
  /** Clients that it has registered are not known from now on. */
  forgetsClients = false;
  /** What the MCP server and the authorization server say that they know. */
  scopes: readonly string[] = ['mcp'];
  offered: readonly string[] | undefined;
  /** Refresh tokens only for those who ask for `offline_access`. */
  isOfflineOnly = false;
  /** The only address that a client may be registered for. */
  redirectUri: string | undefined;
  /** What it says to those who want to register or to exchange. */
  refusal: Message | undefined;
  /** Of token requests, when it is down. */
  tokenStatus = 200;
  /** Without one nobody is told how to log in. */
  hasChallenge = true;
  /** What people were asked for. */
  readonly authorizations: URLSearchParams[] = [];

  private constructor(mcp: ScriptedServer) {
    this.mcp = mcp;
    this.issuer = new URL(mcp.url).origin;
    this.iss = this.issuer;
    this.authorizationServer = this.issuer;
    mcp.script = (exchange) => this.#answer(exchange);
  }

  static async start(): Promise<OAuthServer> {
    return new OAuthServer(await ScriptedServer.start());
  }

  get url(): string {
    return this.mcp.url;
  }

  close(): Promise<void> {
    return this.mcp.close();
  }

  /** What a person who agrees to everything is sent to. */
  async agree(authorizationUrl: string): Promise<string> {
    const answer = await fetch(authorizationUrl, { redirect: 'manual' });
    return answer.headers.get('location') ?? `nothing, but HTTP ${answer.status}`;
  }

  #answer(exchange: Exchange): boolean {
    const { url, response, headers } = exchange;
    const { pathname, searchParams, origin } = new URL(url, this.mcp.url);
    const json = (body: Message, status = 200): boolean => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return true;
    };
    switch (pathname) {
      case '/.well-known/oauth-protected-resource/mcp':
        return json({
          resource: this.mcp.url,
          authorization_servers: [this.authorizationServer],
          scopes_supported: this.scopes,
        });
      case '/.well-known/oauth-authorization-server':
        return json({
          issuer: this.issuer,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
          registration_endpoint: `${origin}/register`,
          ...(this.offered === undefined ? {} : { scopes_supported: this.offered }),
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
          token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
          authorization_response_iss_parameter_supported: true,
        });
      case '/register':
        if (this.refusal !== undefined) return json(this.refusal, 400);
        if (this.redirectUri !== undefined && !JSON.stringify(exchange.message).includes(this.redirectUri))
          return json({ error: 'invalid_redirect_uri' }, 400);
        this.registrations += 1;
        return json({ ...exchange.message, client_id: `client-${this.registrations}` }, 201);
      case '/authorize':
        return this.#authorize(exchange, searchParams);
      case '/token':
        return this.#token(exchange, json);
      case '/mcp': {
        const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
        if (token !== undefined && this.valid.has(token)) return false;
        const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
        const challenge = { 'www-authenticate': `Bearer resource_metadata="${metadata}"` };
        response.writeHead(401, this.hasChallenge ? challenge : {}).end();
        return true;
      }
      default:
        response.writeHead(404).end();
        return true;
    }
  }

  #authorize({ response }: Exchange, query: URLSearchParams): boolean {
    this.authorizations.push(query);
    const code = randomUUID();
    const redirectUri = query.get('redirect_uri') ?? '';
    const scope = query.get('scope') ?? '';
    this.#grants.set(code, { challenge: query.get('code_challenge') ?? '', redirectUri, scope });
    const target = new URL(redirectUri);
    target.searchParams.set('code', code);
    target.searchParams.set('state', query.get('state') ?? '');
    if (this.iss !== undefined) target.searchParams.set('iss', this.iss);
    response.writeHead(302, { location: target.href }).end();
    return true;
  }

  #token({ body, headers }: Exchange, json: (body: Message, status?: number) => boolean): boolean {
    const form = new URLSearchParams(body);
    this.tokenRequests.push(form);
    const refuse = (error: string): boolean => json({ error }, 400);
    if (this.tokenStatus !== 200) return json({}, this.tokenStatus);
    if (this.refusal !== undefined) return json(this.refusal, 400);
    if (this.forgetsClients) return json({ error: 'invalid_client', error_description: 'unknown client' }, 401);
    if (form.get('grant_type') === 'client_credentials') {
      const [id = '', secret] = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
        .toString()
        .split(':');
      return this.clients.get(id) === secret && secret !== undefined
        ? json(this.#tokens(false))
        : refuse('invalid_client');
    }
    if (form.get('grant_type') === 'refresh_token') {
      const isGood = !this.isForgetful && this.#refresh.delete(form.get('refresh_token') ?? '');
      return isGood ? json(this.#tokens(true)) : refuse('invalid_grant');
    }
    const grant = this.#grants.get(form.get('code') ?? '');
    this.#grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
    if (!isGood) return refuse('invalid_grant');
    const hasRefresh = !this.isOfflineOnly || grant.scope.split(' ').includes('offline_access');
    return json({ ...this.#tokens(hasRefresh), scope: grant.scope });
  }

  #tokens(hasRefresh: boolean): Message {
    const access = `access-${randomUUID()}`;
    const refresh = `refresh-${randomUUID()}`;
    this.valid.add(access);
    if (hasRefresh) this.#refresh.add(refresh);
    return {
      access_token: access,
      token_type: 'Bearer',
      expires_in: this.expiresIn,
      ...(hasRefresh ? { refresh_token: refresh } : {}),
    };
  }
}
