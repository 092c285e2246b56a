/** Keeps the OAuth logins of remote servers: one a server, encrypted among the file secrets, never in the journal. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import {
  OAuthLogin,
  type LoginRequest,
  type LoginResult,
  type OAuthSettings,
  type StoredLogin,
} from '../../mcp/index.ts';
import type { ProxyEnv } from '../../mcp/types/connection.ts';
import type { OAuthDefinition } from '../../store/schema/remote.ts';
import type { Server } from '../../store/schema/server.ts';
import type { EventDraft } from '../../store/types.ts';
import type { FileSecrets } from '../secrets/secret-source.ts';
import type { Masker } from '../secrets/masker.ts';
import { resolveSecrets } from '../secrets/resolver.ts';
import type { ResolvedSecrets, SecretBackends } from '../secrets/secret-source.ts';
import { originOf } from '../servers/definition-changes.ts';
import { secretWords } from '../instances/failure-words.ts';

export interface LoginsOptions {
  readonly clock: Clock;
  readonly secrets: SecretBackends;
  readonly masker: Masker;
  readonly proxyEnv: ProxyEnv;
  /** Told when a login was renewed without a person, or could not be. */
  readonly record: (event: EventDraft) => void;
}

interface Known {
  readonly login: OAuthLogin;
  /** What it was made of: another definition makes another login. */
  readonly key: string;
}

export class Logins {
  readonly #o: LoginsOptions;
  /** By the server's id. */
  readonly #known = new Map<string, Known>();

  constructor(options: LoginsOptions) {
    this.#o = options;
  }

  /** Undefined when the definition itself says what `Authorization` is. */
  authFor(server: Server, secrets: Omit<ResolvedSecrets, 'env'>): OAuthLogin | undefined {
    const { source } = server;
    if (source.kind !== 'url') return undefined;
    const hasHeader = Object.keys(secrets.headers).some((name) => name.toLowerCase() === 'authorization');
    if (hasHeader && source.oauth === undefined) return undefined;
    const settings = settingsOf(source.oauth, secrets);
    const url = secrets.url ?? source.url;
    const key = JSON.stringify([url, source.allowPrivate, source.allowHttp, settings]);
    const known = this.#known.get(server.id);
    if (known?.key === key) return known.login;
    known?.login.close();
    const { clock, masker, proxyEnv } = this.#o;
    const login = new OAuthLogin({
      server: server.name,
      url,
      settings,
      clock,
      allowPrivate: source.allowPrivate,
      allowHttp: source.allowHttp,
      proxyEnv,
      vault: this.#vault(server.id, source.url),
      renewed: (outcome, message) =>
        this.#o.record({
          kind: 'login_renew',
          actor: 'engine',
          target: `server/${server.name}`,
          outcome,
          ...(message === undefined ? {} : { message: masker.mask(message) }),
        }),
      learn: (value) => masker.learn(`oauth/${server.name}`, value),
    });
    this.#known.set(server.id, { login, key });
    return login;
  }

  /** @throws McptuiError `invalid`, `conflict`, `unavailable` */
  async begin(server: Server, redirectUrl: string): Promise<LoginRequest> {
    return (await this.#loginOf(server)).begin(redirectUrl);
  }

  /** @throws McptuiError `invalid`, `conflict`, `denied`, `unavailable` */
  async finish(server: Server, answer: string): Promise<LoginResult> {
    return (await this.#loginOf(server)).finish(answer);
  }

  /** Forgets what the server was given. */
  async forget(serverId: string): Promise<void> {
    this.#known.get(serverId)?.login.close();
    this.#known.delete(serverId);
    const { file } = this.#o.secrets;
    const name = vaultName(serverId);
    if ((await file.entries()).some((entry) => entry.name === name)) await file.remove(name);
  }

  close(): void {
    for (const { login } of this.#known.values()) login.close();
    this.#known.clear();
  }

  async #loginOf(server: Server): Promise<OAuthLogin> {
    if (server.source.kind !== 'url') {
      throw new McptuiError(
        'invalid',
        `server ${server.name} is a ${server.source.kind}: only a server with a URL needs a login`,
      );
    }
    const { secrets, masker } = this.#o;
    const resolved = await resolveSecrets(server, secrets, masker);
    if (!resolved.ok) {
      const { message, hint } = secretWords(resolved.failure);
      throw new McptuiError('unavailable', message, { hint });
    }
    const login = this.authFor(server, resolved);
    if (login !== undefined) return login;
    throw new McptuiError('conflict', `server ${server.name} is authorised by its own Authorization header`);
  }

  /** A login belongs to one origin: for another one it counts as none. */
  #vault(
    serverId: string,
    url: string,
  ): { load(): Promise<StoredLogin | undefined>; save(login: StoredLogin): Promise<void> } {
    const file: FileSecrets = this.#o.secrets.file;
    const name = vaultName(serverId);
    return {
      async load() {
        const found = await file.resolve(name);
        if (!found.ok) return undefined;
        const entry = JSON.parse(found.value) as { readonly url: string; readonly login: StoredLogin };
        const isOfOrigin = entry.url === url || (originOf(entry.url) ?? entry.url) === originOf(url);
        return isOfOrigin ? entry.login : undefined;
      },
      save: (login) => file.set(name, JSON.stringify({ url, login })),
    };
  }
}

function vaultName(serverId: string): string {
  return `oauth.${serverId}`;
}

function settingsOf(
  definition: OAuthDefinition | undefined,
  { clientSecret, privateKey }: Omit<ResolvedSecrets, 'env'>,
): OAuthSettings {
  const { grant = 'authorization-code', clientId, algorithm, clientMetadataUrl, scope, issuer } = definition ?? {};
  return {
    grant,
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(clientMetadataUrl === undefined ? {} : { clientMetadataUrl }),
    ...(scope === undefined ? {} : { scope }),
    ...(issuer === undefined ? {} : { issuer }),
  };
}
