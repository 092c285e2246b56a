/** Wires the router's parts: instances on one side, agents' sessions on the other. */
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { McptuiError } from '../errors.ts';
import type { Ids } from '../ids.ts';
import type { Logger } from '../log.ts';
import { initializeUpstream } from './connect.ts';
import type { RouterCore } from './core.ts';
import { Dispatcher } from './dispatcher.ts';
import { InstanceTools } from './instance-tools.ts';
import { LIST_KINDS, type ListKind } from './list-cache.ts';
import { LogLevels } from './log-levels.ts';
import { OperatorDesk } from './operator-desk.ts';
import { OwnRequests } from './own/own-requests.ts';
import { OwnSubscriptions } from './own/own-subscriptions.ts';
import { Own } from './own/own.ts';
import type { ServerPool } from './pool.ts';
import { probe } from './probe.ts';
import type { Project } from './project.ts';
import { Registry } from './registry.ts';
import { SessionCounters } from './session-counters.ts';
import { Session, type SessionHandler } from './session.ts';
import { StdioUpstream } from './stdio-upstream.ts';
import { StreamLink } from './stream-link.ts';
import type { SessionLink } from './session-link.ts';
import { Subscriptions } from './subscriptions.ts';
import { clientNotification } from './client-notifications.ts';
import type {
  ConnectOutcome,
  OwnContent,
  OwnListKind,
  ProbeOutcome,
  ProbeRequest,
  RoutedServer,
  Router,
  RouterCounts,
  RouterObserver,
  RouterOptions,
  SessionIdentity,
  SessionInfo,
  ToolSummary,
  UpstreamStream,
} from './types.ts';
import { UpstreamTraffic } from './upstream-traffic.ts';
import type { Upstream, UpstreamListener } from './upstream.ts';

const MIB = 1024 * 1024;

export interface RouterParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly observer: RouterObserver;
  /** What mcptui itself offers to agents; none by default. */
  readonly own?: OwnContent;
}

export function createRouter(options: RouterParts & RouterOptions): Router {
  return new McpRouter(options);
}

class McpRouter implements Router, RouterCore {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: RouterObserver;
  readonly maxTracedArgumentBytes: number;
  readonly listDeadlineMs: number;
  readonly #ids: Ids;
  readonly #maxMessageBytes: number;
  readonly #registry: Registry;
  readonly desk: OperatorDesk;
  readonly sessionsById = new Map<string, Session>();
  readonly #upstreams = new Map<string, StdioUpstream>();
  readonly #tools: InstanceTools;
  readonly #levels: LogLevels;
  readonly #subscriptions: Subscriptions;
  readonly #ownSubscriptions = new OwnSubscriptions();
  readonly #dispatcher: Dispatcher;
  readonly #traffic: UpstreamTraffic;
  readonly #counters: SessionCounters;
  #isClosed = false;

  constructor(options: RouterParts & RouterOptions) {
    this.clock = options.clock;
    this.logger = options.logger;
    this.observer = options.observer;
    this.#ids = options.ids;
    this.#maxMessageBytes = options.maxMessageBytes ?? 64 * MIB;
    this.maxTracedArgumentBytes = options.maxTracedArgumentBytes ?? 4 * 1024;
    this.listDeadlineMs = options.listDeadlineMs ?? 5_000;
    this.#registry = new Registry(this, {
      ttlMs: options.listTtlMs ?? 300_000,
      negativeTtlMs: options.listNegativeTtlMs ?? 10_000,
    });
    this.desk = new OperatorDesk(this, this.#registry);
    this.#tools = new InstanceTools(this);
    this.#levels = new LogLevels(options.clock);
    this.#subscriptions = new Subscriptions(options.clock);
    const own = new OwnRequests(this, new Own(options.own, options.logger), this.#ownSubscriptions);
    this.#dispatcher = new Dispatcher(this, this.#levels, this.#subscriptions, own);
    this.#traffic = new UpstreamTraffic(this, this.#levels, this.#subscriptions, (upstream, kind) =>
      this.#listChanged(upstream, kind),
    );
    this.#counters = new SessionCounters(options.clock, options.observer);
  }

  setServers(servers: readonly RoutedServer[]): void {
    this.#registry.setServers(servers);
  }

  async connect(
    instance: { readonly id: string; readonly server: string },
    stream: UpstreamStream,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ConnectOutcome> {
    if (this.#upstreams.has(instance.id))
      throw new McptuiError('conflict', `instance ${instance.id} is connected already`);
    const upstream = new StdioUpstream(stream, {
      ...instance,
      maxMessageBytes: this.#maxMessageBytes,
      listener: this.#upstreamListener,
      logger: this.logger,
    });
    this.#upstreams.set(instance.id, upstream);
    const outcome = await initializeUpstream(this.clock, upstream, timeoutMs, signal);
    if (!outcome.ok) {
      if (this.#upstreams.get(instance.id) === upstream) this.#upstreams.delete(instance.id);
      return outcome;
    }
    if (upstream.isLost) return { ok: false, code: 'LOST', message: 'the stream ended after initialize' };
    const pool = this.#registry.ensurePool(instance.server);
    pool.add(upstream);
    const project = this.#registry.projectOf(pool);
    if (project !== undefined) {
      // A lone server's capabilities may be new, and each list too: agents are told when they differ.
      for (const kind of LIST_KINDS) void project.refresh(pool, kind);
      this.#levels.restore(project, pool);
    }
    this.#subscriptions.restore(pool);
    void this.#tools.read(upstream, pool, project);
    return outcome;
  }

  disconnect(instanceId: string, reason: string): void {
    const upstream = this.#upstreams.get(instanceId);
    if (upstream === undefined) return;
    this.#forget(upstream);
    upstream.close(reason);
    this.#afterLoss(upstream);
  }

  async probe(instanceId: string, request: ProbeRequest, signal: AbortSignal): Promise<ProbeOutcome> {
    const upstream = this.#upstreams.get(instanceId);
    if (upstream === undefined || upstream.info.protocolVersion === '') {
      return { ok: false, durationMs: 0, code: 'PROBE_LOST', message: 'not connected' };
    }
    const outcome = await probe(this.clock, upstream, request, signal);
    this.pool(upstream.server)?.probed(instanceId, outcome.ok);
    return outcome;
  }

  tools(instanceId: string): readonly ToolSummary[] {
    return this.#tools.of(instanceId);
  }

  accept(stream: Duplex, identity: SessionIdentity): string {
    return this.open(new StreamLink(stream, this.clock, this.#maxMessageBytes), identity);
  }

  open(link: SessionLink, identity: SessionIdentity): string {
    const session = new Session(link, {
      id: this.#ids.next('ses'),
      identity,
      maxMessageBytes: this.#maxMessageBytes,
      clock: this.clock,
      logger: this.logger,
      handler: this.#sessionHandler,
    });
    this.sessionsById.set(session.id, session);
    this.project(identity.project).sessions.add(session);
    this.observer.sessionBound(session.info);
    if (this.#isClosed) session.end('the router is closed');
    return session.id;
  }

  ownChanged(kinds: readonly OwnListKind[], concerns?: (session: SessionInfo) => boolean): void {
    for (const session of this.sessionsById.values()) {
      const project = this.project(session.project);
      if (project.transparent !== undefined || concerns?.(session.info) === false) continue;
      project.touchFor(session, kinds);
    }
  }

  ownUpdated(uri: string): void {
    this.#ownSubscriptions.updated(uri);
  }

  subscribeOwn(sessionId: string, uri: string): void {
    const session = this.sessionsById.get(sessionId);
    if (session !== undefined) this.#ownSubscriptions.add(session, uri);
  }

  sessions(): readonly SessionInfo[] {
    return [...this.sessionsById.values()].map(({ info }) => info);
  }

  counts(): RouterCounts {
    const sessions = [...this.sessionsById.values()];
    const upstreams = [...this.#upstreams.values()];
    return {
      sessions: sessions.length,
      upstreams: upstreams.length,
      calls: sessions.reduce((sum, { inFlight }) => sum + inFlight.size, 0),
      upstreamRequests: upstreams.reduce((sum, { pending }) => sum + pending.size, 0),
      serverRequests: sessions.reduce((sum, { serverRequests }) => sum + serverRequests.size, 0),
      subscriptions: this.#subscriptions.size + this.#ownSubscriptions.size,
    };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const session of this.sessionsById.values()) session.end('mcptui stopped');
    for (const id of this.#upstreams.keys()) this.disconnect(id, 'mcptui stopped');
    this.#registry.close();
    return Promise.resolve();
  }

  pool(server: string): ServerPool | undefined {
    return this.#registry.pools.get(server);
  }

  project(name: string): Project {
    return this.#registry.project(name);
  }

  counted(session: Session): void {
    this.#counters.changed(session);
  }

  readonly #sessionHandler: SessionHandler = {
    request: (session, message, bytes, sink) => this.#dispatcher.request(session, message, bytes, sink),
    notification: (session, method, message) => clientNotification(this, session, method, message),
    ended: (session, reason) => this.#sessionEnded(session, reason),
  };

  readonly #upstreamListener: UpstreamListener = {
    request: (upstream, message) => this.#traffic.request(upstream, message),
    notification: (upstream, method, message, text) => this.#traffic.notification(upstream, method, message, text),
    invalidOutput: (upstream, line) => this.observer.invalidOutput(upstream.id, line),
    lost: (upstream, reason) => this.#upstreamLost(upstream, reason),
  };

  #upstreamLost(upstream: Upstream, reason: string): void {
    const wasConnected = this.#forget(upstream) && upstream.info.protocolVersion !== '';
    this.#afterLoss(upstream);
    if (wasConnected) this.observer.upstreamLost(upstream.id, reason);
  }

  /** True when it was known. */
  #forget(upstream: Upstream): boolean {
    if (this.#upstreams.get(upstream.id) !== upstream) return false;
    this.#upstreams.delete(upstream.id);
    this.#tools.forget(upstream.id);
    const pool = this.pool(upstream.server);
    pool?.remove(upstream);
    if (pool !== undefined) this.#registry.dropPoolIfUnused(pool);
    return true;
  }

  #afterLoss(upstream: Upstream): void {
    this.#traffic.lost(upstream);
    const pool = this.pool(upstream.server);
    if (pool !== undefined) this.#subscriptions.lost(upstream, pool);
  }

  #sessionEnded(session: Session, reason: string): void {
    this.#subscriptions.removeAll(session);
    this.#ownSubscriptions.removeAll(session);
    for (const pool of this.#registry.pools.values()) pool.release(session.affinity);
    const project = this.project(session.project);
    project.sessions.delete(session);
    this.#levels.changed(project);
    this.#counters.ended(session);
    this.sessionsById.delete(session.id);
    this.#registry.dropProjectIfUnused(session.project);
    this.observer.sessionEnded(session.info, reason);
  }

  #listChanged(upstream: Upstream, kind: ListKind): void {
    const pool = this.pool(upstream.server);
    const project = pool === undefined ? undefined : this.#registry.projectOf(pool);
    if (pool === undefined || project === undefined) return;
    pool.lists[kind].invalidate();
    void project.refresh(pool, kind, true).then(() => {
      if (kind === 'tools') void this.#tools.read(upstream, pool, project);
    });
  }
}
