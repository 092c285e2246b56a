/**
 * Subscribes to resources: once at the server for all sessions that share an instance, and again when the server comes
 * back. A session with an instance of its own has its own.
 */
import type { Clock } from '../../kernel/clock.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { LeaseHolder } from '../servers/leases.ts';
import { ask } from '../upstream/router-request.ts';
import type { ServerPool } from '../servers/pool.ts';
import type { Session } from '../downstream/session.ts';
import type { Upstream } from '../upstream/upstream.ts';

const TIMEOUT_MS = 10_000;

/** Of one session. */
export const MAX_SUBSCRIPTIONS = 256;

interface Subscription {
  /** The server's own URI. */
  readonly uri: string;
  /** The instance that holds it; undefined after that is lost. */
  holder: Upstream | undefined;
  /** The URI that each session used. */
  readonly sessions: Map<Session, string>;
}

export class Subscriptions {
  readonly #clock: Clock;
  /** By scope (a shared server, or an isolated one and its session), then by URI. */
  readonly #byScope = new Map<string, Map<string, Subscription>>();
  readonly #bySession = new WeakMap<Session, Set<Subscription>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    let count = 0;
    for (const byUri of this.#byScope.values()) count += byUri.size;
    return count;
  }

  /** Whether the session has as many as it may have. */
  isFull(session: Session): boolean {
    return (this.#bySession.get(session)?.size ?? 0) >= MAX_SUBSCRIPTIONS;
  }

  /** Adds a session to a subscription that exists; false when the server must be asked first. */
  join(session: Session, pool: ServerPool, uri: string, exposed: string): boolean {
    const subscription = this.#byScope.get(scopeOf(pool, session))?.get(uri);
    if (subscription === undefined) return false;
    this.#join(subscription, session, exposed);
    return true;
  }

  /** The upstream has agreed. */
  add(session: Session, pool: ServerPool, upstream: Upstream, uri: string, exposed: string): void {
    if (session.isEnded) return this.#unsubscribe(upstream, uri);
    const scope = scopeOf(pool, session);
    const byUri = this.#byScope.get(scope) ?? new Map<string, Subscription>();
    this.#byScope.set(scope, byUri);
    const subscription = byUri.get(uri) ?? { uri, holder: upstream, sessions: new Map<Session, string>() };
    byUri.set(uri, subscription);
    this.#join(subscription, session, exposed);
  }

  /** True when the server must be told, because nobody else is subscribed. */
  remove(session: Session, pool: ServerPool, uri: string): boolean {
    return this.#remove(session, scopeOf(pool, session), uri);
  }

  /** The session is gone. */
  removeAll(session: Session): void {
    for (const [scope, byUri] of this.#byScope) {
      for (const [uri, { sessions, holder }] of byUri) {
        if (!sessions.has(session)) continue;
        if (this.#remove(session, scope, uri) && holder !== undefined) this.#unsubscribe(holder, uri);
      }
    }
  }

  lost(upstream: Upstream, pool: ServerPool): void {
    for (const byUri of this.#byScope.values()) {
      for (const subscription of byUri.values()) if (subscription.holder === upstream) subscription.holder = undefined;
    }
    if (!pool.isIsolated) this.restore(pool);
  }

  /** Of a shared server: subscribes again, at any connected instance, to what no instance holds. */
  restore(pool: ServerPool): void {
    const upstream = pool.any;
    if (upstream !== undefined) this.#restore(pool.name, upstream);
  }

  /** A session has got an instance of its own, and its subscriptions with it. */
  leased(session: Session, pool: ServerPool, upstream: Upstream): void {
    this.#restore(scopeOf(pool, session), upstream);
  }

  /** Who is told of an update, each with the URI that it used. */
  subscribers(pool: ServerPool, upstream: Upstream, uri: string): ReadonlyMap<Session, string> | undefined {
    const holder = pool.isIsolated ? pool.holder(upstream.id) : undefined;
    if (pool.isIsolated && holder === undefined) return undefined;
    return this.#byScope.get(holder === undefined ? pool.name : scopeOf(pool, holder))?.get(uri)?.sessions;
  }

  #restore(scope: string, upstream: Upstream): void {
    for (const subscription of this.#byScope.get(scope)?.values() ?? []) {
      if (subscription.holder !== undefined) continue;
      subscription.holder = upstream;
      const { uri } = subscription;
      unawaited(ask(this.#clock, upstream, { method: 'resources/subscribe', params: { uri }, timeoutMs: TIMEOUT_MS }));
    }
  }

  #join(subscription: Subscription, session: Session, exposed: string): void {
    subscription.sessions.set(session, exposed);
    const own = this.#bySession.get(session) ?? new Set();
    this.#bySession.set(session, own.add(subscription));
  }

  #remove(session: Session, scope: string, uri: string): boolean {
    const byUri = this.#byScope.get(scope);
    const subscription = byUri?.get(uri);
    if (byUri === undefined || subscription === undefined) return true;
    subscription.sessions.delete(session);
    this.#bySession.get(session)?.delete(subscription);
    if (subscription.sessions.size > 0) return false;
    byUri.delete(uri);
    if (byUri.size === 0) this.#byScope.delete(scope);
    return true;
  }

  #unsubscribe(upstream: Upstream, uri: string): void {
    unawaited(ask(this.#clock, upstream, { method: 'resources/unsubscribe', params: { uri }, timeoutMs: TIMEOUT_MS }));
  }
}

function scopeOf(pool: ServerPool, session: LeaseHolder): string {
  return pool.isIsolated ? `${pool.name} ${session.id}` : pool.name;
}
