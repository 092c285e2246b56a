/** Pools connections to one remote server: straight, or through the operator's forward proxy. */
import http from 'node:http';
import https from 'node:https';
import { parseUrl } from '../../../kernel/url.ts';
import type { ProxyEnv } from '../../types/connection.ts';
import { isLoopbackUrl } from './address-policy.ts';
import { RemoteFailure } from './remote-failure.ts';

/** Servers close idle connections after 5 s and more: a call must not meet one that is just being closed. */
const IDLE_SOCKET_MS = 4_000;
const KEPT = { keepAlive: true, timeout: IDLE_SOCKET_MS } as const;

export class ConnectionPools {
  readonly #plain = new http.Agent(KEPT);
  readonly #straight = new https.Agent(KEPT);
  readonly #env: ProxyEnv;
  readonly #nodeVersion: string;
  #proxied: https.Agent | undefined;

  /** `env`: HTTPS_PROXY and NO_PROXY, in capitals or not. */
  constructor(env: ProxyEnv, nodeVersion = process.versions.node) {
    this.#env = env;
    this.#nodeVersion = nodeVersion;
  }

  /** Only https leaves this machine, so no other scheme has a proxy. @throws RemoteFailure when HTTPS_PROXY cannot be used */
  for(url: URL): http.Agent {
    if (url.protocol !== 'https:') return this.#plain;
    return isLoopbackUrl(url) ? this.#straight : (this.#proxied ??= this.#connectThroughProxy());
  }

  /** Whether what this pool connects to may be the proxy. */
  isProxied(pool: http.Agent): boolean {
    return pool === this.#proxied && pool !== this.#straight;
  }

  destroy(): void {
    for (const pool of [this.#plain, this.#straight, this.#proxied]) pool?.destroy();
  }

  #connectThroughProxy(): https.Agent {
    const proxy = this.#env['https_proxy'] ?? this.#env['HTTPS_PROXY'] ?? '';
    const direct = this.#env['no_proxy'] ?? this.#env['NO_PROXY'] ?? '';
    if (proxy === '') return this.#straight;
    // As curl reads it: `proxy.example.com:3128` is one that speaks http.
    const address = proxy.includes('://') ? proxy : `http://${proxy}`;
    const scheme = parseUrl(address)?.protocol;
    if (scheme !== 'http:' && scheme !== 'https:') {
      const why = scheme === undefined ? 'is no URL' : `is of a kind that is not known here (${scheme})`;
      throw new RemoteFailure('UNREACHABLE', `HTTPS_PROXY ${why}`, {
        isUnsent: true,
        hint: 'start the engine with HTTPS_PROXY=http://HOST:PORT, or name what needs no proxy in NO_PROXY',
      });
    }
    // An older Node takes the setting and goes straight: past what the operator wants between.
    if (!knowsProxies(this.#nodeVersion)) {
      throw new RemoteFailure('UNREACHABLE', `HTTPS_PROXY is set, and Node ${this.#nodeVersion} cannot use it`, {
        isUnsent: true,
        hint: 'run mcptui with Node 22.21, 24.5 or newer, or start the engine without HTTPS_PROXY',
      });
    }
    return new https.Agent({ ...KEPT, proxyEnv: { HTTPS_PROXY: address, NO_PROXY: direct } });
  }
}

/** Since 22.21 and 24.5. */
function knowsProxies(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}
