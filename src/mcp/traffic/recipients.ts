/** Chooses which sessions receive a server's notification or request: the one that has the instance, or those whose calls are in flight on it. */
import { missingCapability } from '../eras/legacy.ts';
import type { WireId } from '../wire/message.ts';
import type { Registry } from '../projects/registry.ts';
import type { ServerPool } from '../servers/pool.ts';
import { RPC, type RpcError } from '../wire/rpc-errors.ts';
import type { Session } from '../downstream/session.ts';
import type { PendingCall, Upstream } from '../upstream/upstream.ts';

export interface Target {
  readonly session: Session;
  /** Its newest call in flight. */
  readonly related: WireId | undefined;
}

export class Recipients {
  readonly #registry: Registry;
  readonly #sessions: ReadonlyMap<string, Session>;

  constructor(registry: Registry, sessions: ReadonlyMap<string, Session>) {
    this.#registry = registry;
    this.#sessions = sessions;
  }

  /** The one session that a server's request is for, or why there is none. */
  toAsk(upstream: Upstream, method: string, params: unknown, call?: PendingCall): Target | RpcError {
    const target =
      call !== undefined
        ? this.#callerOf(call, method)
        : this.#isOwned(upstream)
          ? this.#owner(upstream, method)
          : this.#onlyCaller(upstream, method);
    if ('code' in target) return target;
    const missing = missingCapability(method, params, target.session.capabilities);
    if (missing === undefined) return target;
    return { code: RPC.methodNotFound, message: `Method not found: the client of this call has no ${missing}` };
  }

  /**
   * Chooses who receives a server's notification, each with its newest call in flight. For a shared instance: the sessions
   * with calls in flight; when there are none, those that have used it.
   */
  toTell(upstream: Upstream): ReadonlyMap<Session, WireId | undefined> {
    const pool = this.#registry.pool(upstream.server);
    const told = new Map<Session, WireId | undefined>();
    if (pool?.routed === undefined) return told;
    if (pool.isIsolated) {
      const session = this.holderOf(pool, upstream);
      if (session !== undefined) told.set(session, newestCall(upstream, session.id));
      return told;
    }
    for (const { sessionId, requestId } of upstream.pending.values()) {
      const session = sessionId === undefined ? undefined : this.#sessions.get(sessionId);
      if (session !== undefined) told.set(session, requestId);
    }
    if (told.size > 0) return told;
    const project = this.#registry.project(pool.routed.project);
    if (project.transparent !== undefined) for (const session of project.sessions) told.set(session, undefined);
    for (const { id } of pool.users(upstream)) {
      const session = this.#sessions.get(id);
      if (session !== undefined) told.set(session, undefined);
    }
    return told;
  }

  /** The session that an isolated server's instance is leased to. */
  holderOf(pool: ServerPool, upstream: Upstream): Session | undefined {
    const holder = pool.holder(upstream.id);
    return holder === undefined ? undefined : this.#sessions.get(holder.id);
  }

  /** Chooses the session of the call during which the server says that it asks. */
  #callerOf(call: PendingCall, method: string): Target | RpcError {
    if (call.isProbe) return probed(method);
    const session = call.sessionId === undefined ? undefined : this.#sessions.get(call.sessionId);
    return session === undefined ? nobody(method, 'it is no call of a session') : { session, related: call.requestId };
  }

  #isOwned(upstream: Upstream): boolean {
    return this.#registry.pool(upstream.server)?.isIsolated ?? false;
  }

  /** A probe's call may be what makes the server ask, unless the session has a call in flight too. */
  #owner(upstream: Upstream, method: string): Target | RpcError {
    const pool = this.#registry.pool(upstream.server);
    const session = pool === undefined ? undefined : this.holderOf(pool, upstream);
    if (session === undefined) return nobody(method, 'no session has this instance');
    const related = newestCall(upstream, session.id);
    if (related === undefined && hasProbe(upstream)) return probed(method);
    return { session, related };
  }

  #onlyCaller(upstream: Upstream, method: string): Target | RpcError {
    if (hasProbe(upstream)) return probed(method);
    const callers = new Map<string, WireId | undefined>();
    for (const call of upstream.pending.values()) {
      if (call.sessionId !== undefined) callers.set(call.sessionId, call.requestId);
    }
    const [[only, related] = []] = callers;
    const session = only === undefined || callers.size > 1 ? undefined : this.#sessions.get(only);
    if (session !== undefined) return { session, related };
    return nobody(method, callers.size > 1 ? `${callers.size} sessions have calls in flight` : 'no call is in flight');
  }
}

function newestCall(upstream: Upstream, sessionId: string): WireId | undefined {
  let newest: WireId | undefined;
  for (const call of upstream.pending.values()) if (call.sessionId === sessionId) newest = call.requestId;
  return newest;
}

function hasProbe(upstream: Upstream): boolean {
  for (const call of upstream.pending.values()) if (call.isProbe) return true;
  return false;
}

function probed(method: string): RpcError {
  return { code: RPC.methodNotFound, message: `Method not found: ${method} (a probe is in flight)` };
}

function nobody(method: string, why: string): RpcError {
  return { code: RPC.internalError, message: `mcptui cannot tell whom to ask for ${method}: ${why}` };
}
