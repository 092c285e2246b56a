/**
 * A secret server as OpenBao and Vault document theirs: seals, namespaces, KV version 2 with versions and check-and-set, tokens with
 * leases, AppRole and Kubernetes logins. Strict: a route, method, field or header that they do not have is refused.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import type { Certificate } from '../worlds/certificate.ts';

export interface BaoToken {
  readonly policies: readonly string[];
  /** Instant at which it ends; undefined: never. */
  endsAt?: number;
  ttl: number;
  isRenewable: boolean;
  /** Instant beyond which no renewal goes. */
  maxEndsAt?: number;
}

interface Version {
  data: Record<string, unknown> | null;
  created: string;
  deletion: string;
  destroyed: boolean;
}

type Reply = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };
type Body = Record<string, unknown>;

const errors = (status: number, ...words: readonly string[]): Reply => ({ status, body: { errors: words } });
const denied = errors(403, 'permission denied');
const wrapped = (data: unknown, more: object = {}): Reply => ({
  status: 200,
  body: {
    request_id: 'r-1',
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth: null,
    ...more,
  },
});

export class BaoServer {
  url = '';
  isSealed = false;
  isInitialized = true;
  /** Of `sys/health` when it is not sealed: 429 and 473 are standbys. */
  role: 200 | 429 | 473 = 200;
  /** A standby sends requests there. */
  leader: string | undefined;
  /** Namespace that its mounts are in; "" is the root. */
  namespace = '';
  /** Answers in place of its own. */
  script: ((request: IncomingMessage) => Reply | undefined) | undefined;
  /** No answer comes. */
  isHung = false;
  readonly tokens = new Map<string, BaoToken>([
    ['root-token-0001', { policies: ['root'], ttl: 0, isRenewable: false }],
  ]);
  readonly mounts = new Set(['kv']);
  readonly kv = new Map<string, Version[]>();
  /** Role id → secret id. */
  readonly roles = new Map<string, string>();
  /** Role → JWT. */
  readonly pods = new Map<string, string>();
  /** Policy → prefixes of paths that it may read. */
  readonly policies = new Map<string, readonly string[]>([['apps', ['kv/data/']]]);
  /** Of the tokens that logins give. */
  lease = { ttl: 1_200, max: 4_800, isRenewable: true };
  /** Every request. */
  readonly seen: { readonly method: string; readonly path: string; readonly token: string | undefined }[] = [];
  readonly #server;
  #made = 0;
  readonly #now: () => number;

  private constructor(now: () => number, certificate?: Certificate) {
    this.#now = now;
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#answer(request).then((reply) => {
        if (this.isHung) return;
        const text =
          reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
        response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(text);
      });
    };
    this.#server = certificate === undefined ? createServer(listener) : createSecureServer(certificate, listener);
  }

  /** `now`: milliseconds, for leases. */
  static async start(now: () => number, certificate?: Certificate): Promise<BaoServer> {
    const server = new BaoServer(now, certificate);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    const { port } = server.#server.address() as AddressInfo;
    server.url = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    return server;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => void this.#server.close(() => resolve()));
  }

  /** Writes a version, as `bao kv put` does. */
  put(place: string, data: Record<string, unknown>): void {
    const versions = this.kv.get(place) ?? [];
    this.kv.set(place, [...versions, { data, created: '2026-11-29T00:00:00Z', deletion: '', destroyed: false }]);
  }

  count(path: string): number {
    return this.seen.filter((one) => one.path === path).length;
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const text = await readAll(request);
    const { pathname } = new URL(request.url ?? '/', 'http://bao');
    const method = request.method ?? '';
    const path = pathname.replace(/^\/v1\//, '');
    const token = request.headers['x-vault-token'];
    this.seen.push({ method, path, token: typeof token === 'string' ? token : undefined });
    const scripted = this.script?.(request);
    if (scripted !== undefined) return scripted;
    if (!pathname.startsWith('/v1/')) return errors(404);
    let body: Body = {};
    try {
      if (text !== '') body = JSON.parse(text) as Body;
    } catch {
      return errors(400, 'error parsing JSON');
    }
    const early = this.#system(method, path, body);
    if (early !== undefined) return early;
    if (this.isSealed) return errors(503, 'Vault is sealed');
    if (this.role === 429) {
      if (this.leader === undefined) return errors(500, 'local node not active but active cluster node not found');
      return { status: 307, headers: { location: `${this.leader}${pathname}` } };
    }
    if ((request.headers['x-vault-namespace'] ?? '') !== this.namespace) return errors(404, 'no handler for route');
    return (
      this.#login(method, path, body) ?? this.#withToken(method, path, body, typeof token === 'string' ? token : '')
    );
  }

  #system(method: string, path: string, body: Body): Reply | undefined {
    const state = {
      type: 'shamir',
      initialized: this.isInitialized,
      sealed: this.isSealed,
      t: 1,
      n: 1,
      progress: 0,
      nonce: '',
      version: '2.4.1',
      build_date: '2026-01-01T00:00:00Z',
      migration: false,
      recovery_seal: false,
      storage_type: 'inmem',
    };
    if (path === 'sys/health') {
      const status = !this.isInitialized ? 501 : this.isSealed ? 503 : this.role;
      return { status, body: { initialized: this.isInitialized, sealed: this.isSealed, standby: this.role !== 200 } };
    }
    if (path === 'sys/seal-status' && method === 'GET') return { status: 200, body: state };
    if (path === 'sys/unseal' && (method === 'POST' || method === 'PUT')) {
      if (body.key !== 'unseal-key') return errors(400, 'invalid key');
      this.isSealed = false;
      const cluster = { cluster_name: 'bao-cluster', cluster_id: 'c-1' };
      return { status: 200, body: { ...state, sealed: false, ...cluster } };
    }
    return undefined;
  }

  #login(method: string, path: string, body: Body): Reply | undefined {
    if (!/^auth\/[\w/-]+\/login$/.test(path)) return undefined;
    if (method !== 'POST' && method !== 'PUT') return errors(405, 'unsupported operation');
    const fields = Object.keys(body).sort().join();
    if (path === 'auth/approle/login') {
      if (fields !== 'role_id,secret_id') return errors(400, 'missing role_id');
      if (this.roles.get(String(body.role_id)) !== body.secret_id) return errors(400, 'invalid role or secret ID');
      return this.#granted();
    }
    if (path === 'auth/kubernetes/login') {
      if (fields !== 'jwt,role') return errors(400, 'missing jwt');
      return this.pods.get(String(body.role)) === body.jwt ? this.#granted() : denied;
    }
    return errors(404, 'no handler for route "auth". route entry not found.');
  }

  #granted(): Reply {
    const { ttl, max, isRenewable } = this.lease;
    const token = `login-token-${String((this.#made += 1)).padStart(4, '0')}`;
    this.tokens.set(token, {
      policies: ['apps'],
      ttl,
      isRenewable,
      ...(ttl === 0 ? {} : { endsAt: this.#now() + ttl * 1_000, maxEndsAt: this.#now() + max * 1_000 }),
    });
    return { status: 200, body: { auth: this.#auth(token, ttl, isRenewable), data: null } };
  }

  #auth(token: string, ttl: number, renewable: boolean): object {
    return {
      client_token: token,
      accessor: 'a-1',
      policies: ['apps'],
      lease_duration: ttl,
      renewable,
      token_type: 'service',
    };
  }

  #withToken(method: string, path: string, body: Body, token: string): Reply {
    const known = this.tokens.get(token);
    if (known === undefined || (known.endsAt !== undefined && known.endsAt <= this.#now())) return denied;
    if (path === 'auth/token/lookup-self' && method === 'GET') {
      const ttl = known.endsAt === undefined ? 0 : Math.floor((known.endsAt - this.#now()) / 1_000);
      return wrapped({ id: token, ttl, renewable: known.isRenewable, policies: known.policies });
    }
    if (path === 'auth/token/renew-self' && method === 'POST') {
      if (!known.isRenewable) return errors(400, 'lease is not renewable');
      const asked = this.#now() + known.ttl * 1_000;
      known.endsAt = Math.min(asked, known.maxEndsAt ?? asked);
      const left = Math.floor((known.endsAt - this.#now()) / 1_000);
      return { status: 200, body: { auth: this.#auth(token, left, left > 0), data: null } };
    }
    const isRoot = known.policies.includes('root');
    if (path === 'sys/seal' && method === 'POST') {
      if (!isRoot) return denied;
      this.isSealed = true;
      return { status: 204 };
    }
    if (path.startsWith('sys/mounts/') && method === 'POST') {
      if (!isRoot) return denied;
      this.mounts.add(path.slice('sys/mounts/'.length));
      return { status: 204 };
    }
    return this.#entries(method, decodeURIComponent(path), body, known);
  }

  #entries(method: string, path: string, body: Body, { policies }: BaoToken): Reply {
    const mount = [...this.mounts].find((one) => path.startsWith(`${one}/`));
    if (mount === undefined) return errors(404, `no handler for route "${path}". route entry not found.`);
    const isAllowed = policies.some(
      (policy) => policy === 'root' || this.policies.get(policy)?.some((prefix) => path.startsWith(prefix)),
    );
    if (!isAllowed) return denied;
    const [kind = '', ...rest] = path.slice(mount.length + 1).split('/');
    const place = `${mount}/${rest.join('/')}`;
    const versions = this.kv.get(place) ?? [];
    if (kind !== 'data') return errors(404);
    switch (method) {
      case 'GET':
        return this.#read(versions);
      case 'POST':
      case 'PUT': {
        const unknown = Object.keys(body).filter((key) => key !== 'data' && key !== 'options');
        if (unknown.length > 0 || typeof body.data !== 'object') return errors(400, 'no data provided');
        const cas = (body.options as { cas?: number } | undefined)?.cas;
        if (cas !== undefined && cas !== versions.length) {
          return errors(400, 'check-and-set parameter did not match the current version');
        }
        this.put(place, body.data as Record<string, unknown>);
        return wrapped(this.#metadata(this.kv.get(place) ?? []));
      }
      case 'DELETE': {
        const latest = versions.at(-1);
        if (latest !== undefined) latest.deletion = '2026-11-29T01:00:00Z';
        return { status: 204 };
      }
      default:
        return errors(405, 'unsupported operation');
    }
  }

  #metadata(versions: readonly Version[]): object {
    const { created = '', deletion = '', destroyed = false } = versions.at(-1) ?? {};
    return {
      created_time: created,
      custom_metadata: null,
      deletion_time: deletion,
      destroyed,
      version: versions.length,
    };
  }

  #read(versions: readonly Version[]): Reply {
    const latest = versions.at(-1);
    if (latest === undefined) return errors(404);
    const isGone = latest.deletion !== '' || latest.destroyed;
    const answer = wrapped({ data: isGone ? null : latest.data, metadata: this.#metadata(versions) });
    return isGone ? { ...answer, status: 404 } : answer;
  }
}
