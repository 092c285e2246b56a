/** Resource subscriptions: one at the server for all sessions that share it, made again when the server comes back. */
import type { Clock } from '../clock.ts';
import { ask } from './own-request.ts';
import type { ServerPool } from './pool.ts';
import type { Session } from './session.ts';
import type { Upstream } from './upstream.ts';

const TIMEOUT_MS = 10_000;

interface Subscription {
  readonly server: string;
  /** The server's own URI. */
  readonly uri: string;
  /** The instance that holds it; undefined after that is lost. */
  holder: Upstream | undefined;
  /** The URI that each session used. */
  readonly sessions: Map<Session, string>;
}

export class Subscriptions {
  readonly #clock: Clock;
  /** By server, then by URI. */
  readonly #byServer = new Map<string, Map<string, Subscription>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    let count = 0;
    for (const byUri of this.#byServer.values()) count += byUri.size;
    return count;
  }

  /** Adds a session to a subscription that exists; false when the server must be asked first. */
  join(session: Session, server: string, uri: string, exposed: string): boolean {
    const subscription = this.#byServer.get(server)?.get(uri);
    if (subscription === undefined) return false;
    subscription.sessions.set(session, exposed);
    return true;
  }

  /** The upstream has agreed. */
  add(session: Session, upstream: Upstream, uri: string, exposed: string): void {
    if (session.isEnded) return this.#unsubscribe(upstream, uri);
    const byUri = this.#byServer.get(upstream.server) ?? new Map<string, Subscription>();
    this.#byServer.set(upstream.server, byUri);
    const existing = byUri.get(uri);
    if (existing !== undefined) existing.sessions.set(session, exposed);
    else byUri.set(uri, { server: upstream.server, uri, holder: upstream, sessions: new Map([[session, exposed]]) });
  }

  /** True when the server must be told, because nobody else is subscribed. */
  remove(session: Session, server: string, uri: string): boolean {
    const byUri = this.#byServer.get(server);
    const subscription = byUri?.get(uri);
    if (byUri === undefined || subscription === undefined) return true;
    subscription.sessions.delete(session);
    if (subscription.sessions.size > 0) return false;
    byUri.delete(uri);
    if (byUri.size === 0) this.#byServer.delete(server);
    return true;
  }

  /** The session is gone. */
  removeAll(session: Session): void {
    for (const [server, byUri] of this.#byServer) {
      for (const [uri, { sessions, holder }] of byUri) {
        if (!sessions.has(session)) continue;
        if (this.remove(session, server, uri) && holder !== undefined) this.#unsubscribe(holder, uri);
      }
    }
  }

  lost(upstream: Upstream, pool: ServerPool): void {
    for (const subscription of this.#byServer.get(upstream.server)?.values() ?? []) {
      if (subscription.holder === upstream) subscription.holder = undefined;
    }
    this.restore(pool);
  }

  /** Subscribes again, at any connected instance, to what no instance holds. */
  restore(pool: ServerPool): void {
    const upstream = pool.any;
    if (upstream === undefined) return;
    for (const subscription of this.#byServer.get(pool.name)?.values() ?? []) {
      if (subscription.holder !== undefined) continue;
      subscription.holder = upstream;
      const { uri } = subscription;
      void ask(this.#clock, upstream, { method: 'resources/subscribe', params: { uri }, timeoutMs: TIMEOUT_MS });
    }
  }

  /** Who is told of an update, each with the URI that it used. */
  subscribers(server: string, uri: string): ReadonlyMap<Session, string> | undefined {
    return this.#byServer.get(server)?.get(uri)?.sessions;
  }

  #unsubscribe(upstream: Upstream, uri: string): void {
    void ask(this.#clock, upstream, { method: 'resources/unsubscribe', params: { uri }, timeoutMs: TIMEOUT_MS });
  }
}
