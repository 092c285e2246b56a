/** Wires the router's parts: instances on one side, agents' sessions on the other. */
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { McptuiError } from '../errors.ts';
import type { Ids } from '../ids.ts';
import type { Logger } from '../log.ts';
import { initializeUpstream } from './connect.ts';
import type { RouterCore } from './core.ts';
import { Dispatcher } from './dispatcher.ts';
import { LIST_KINDS, fetchList, type ListKind, type ListTimes } from './list-cache.ts';
import { LogLevels } from './log-levels.ts';
import { stringAt, type WireMap } from './message.ts';
import { ServerPool } from './pool.ts';
import { probe } from './probe.ts';
import { RPC, errorLine } from './rpc-errors.ts';
import { Project } from './project.ts';
import { SessionCounters } from './session-counters.ts';
import { Session, type SessionHandler } from './session.ts';
import { StdioUpstream } from './stdio-upstream.ts';
import { Subscriptions } from './subscriptions.ts';
import { clientNotification } from './client-notifications.ts';
import type {
  ConnectOutcome,
  ProbeOutcome,
  ProbeRequest,
  RoutedServer,
  Router,
  RouterCounts,
  RouterObserver,
  RouterOptions,
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
  readonly pools = new Map<string, ServerPool>();
  readonly #ids: Ids;
  readonly #maxMessageBytes: number;
  readonly #listTimes: ListTimes;
  readonly #projects = new Map<string, Project>();
  /** By id. */
  readonly sessionsById = new Map<string, Session>();
  readonly #upstreams = new Map<string, StdioUpstream>();
  readonly #tools = new Map<string, readonly ToolSummary[]>();
  readonly #levels: LogLevels;
  readonly #subscriptions: Subscriptions;
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
    this.#listTimes = { ttlMs: options.listTtlMs ?? 300_000, negativeTtlMs: options.listNegativeTtlMs ?? 10_000 };
    this.#levels = new LogLevels(options.clock);
    this.#subscriptions = new Subscriptions(options.clock);
    this.#dispatcher = new Dispatcher(this, this.#levels, this.#subscriptions);
    this.#traffic = new UpstreamTraffic(this, this.#levels, this.#subscriptions, (upstream, kind) =>
      this.#listChanged(upstream, kind),
    );
    this.#counters = new SessionCounters(options.clock, options.observer);
  }

  setServers(servers: readonly RoutedServer[]): void {
    const byProject = new Map<string, ServerPool[]>();
    const names = new Set(servers.map(({ name }) => name));
    for (const server of servers) {
      const pool = this.#pool(server.name);
      pool.routed = server;
      if (!pool.isComing) pool.giveUpWaiting();
      byProject.set(server.project, [...(byProject.get(server.project) ?? []), pool]);
    }
    for (const [name, pool] of this.pools) {
      if (names.has(name)) continue;
      pool.routed = undefined;
      pool.giveUpWaiting();
      if (!pool.isConnected) this.pools.delete(name);
    }
    for (const name of new Set([...this.#projects.keys(), ...byProject.keys()])) {
      this.project(name).setPools(byProject.get(name) ?? []);
      this.#dropIfUnused(name);
    }
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
    const pool = this.#pool(instance.server);
    pool.add(upstream);
    const project = this.#projectOf(pool);
    if (project !== undefined) {
      // A lone server's capabilities may be new, and each list too: agents are told when they differ.
      for (const kind of LIST_KINDS) void project.refresh(pool, kind);
      this.#levels.restore(project, pool);
    }
    this.#subscriptions.restore(pool);
    void this.#readTools(upstream, pool);
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
    this.pools.get(upstream.server)?.probed(instanceId, outcome.ok);
    return outcome;
  }

  tools(instanceId: string): readonly ToolSummary[] {
    return this.#tools.get(instanceId) ?? [];
  }

  accept(stream: Duplex, target: { readonly project: string }): string {
    const session = new Session(stream, {
      id: this.#ids.next('ses'),
      project: target.project,
      maxMessageBytes: this.#maxMessageBytes,
      clock: this.clock,
      logger: this.logger,
      handler: this.#sessionHandler,
    });
    this.sessionsById.set(session.id, session);
    this.project(target.project).sessions.add(session);
    this.observer.sessionBound(session.info);
    if (this.#isClosed) session.end('the router is closed');
    return session.id;
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
      subscriptions: this.#subscriptions.size,
    };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const session of this.sessionsById.values()) session.end('mcptui stopped');
    for (const id of this.#upstreams.keys()) this.disconnect(id, 'mcptui stopped');
    for (const project of this.#projects.values()) project.close();
    return Promise.resolve();
  }

  pool(server: string): ServerPool | undefined {
    return this.pools.get(server);
  }

  project(name: string): Project {
    let project = this.#projects.get(name);
    if (project === undefined) {
      project = new Project(name, this);
      this.#projects.set(name, project);
    }
    return project;
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
    this.#tools.delete(upstream.id);
    const pool = this.pools.get(upstream.server);
    pool?.remove(upstream);
    if (pool !== undefined && pool.routed === undefined && !pool.isConnected) this.pools.delete(pool.name);
    return true;
  }

  #afterLoss(upstream: Upstream): void {
    this.#traffic.lost(upstream);
    const pool = this.pools.get(upstream.server);
    if (pool !== undefined) this.#subscriptions.lost(upstream, pool);
  }

  #sessionEnded(session: Session, reason: string): void {
    for (const call of session.inFlight.values()) call.cancel(reason);
    for (const { upstream, upstreamIdText } of session.serverRequests.values()) {
      upstream.send(errorLine(upstreamIdText, { code: RPC.internalError, message: `the client is gone: ${reason}` }));
    }
    session.inFlight.clear();
    session.serverRequests.clear();
    this.#subscriptions.removeAll(session);
    for (const pool of this.pools.values()) pool.release(session.affinity);
    const project = this.project(session.project);
    project.sessions.delete(session);
    this.#levels.changed(project);
    this.#counters.ended(session);
    this.sessionsById.delete(session.id);
    this.#dropIfUnused(session.project);
    this.observer.sessionEnded(session.info, reason);
  }

  #dropIfUnused(projectName: string): void {
    const project = this.#projects.get(projectName);
    if (project === undefined || project.sessions.size > 0 || project.pools.length > 0) return;
    project.close();
    this.#projects.delete(projectName);
  }

  #pool(server: string): ServerPool {
    let pool = this.pools.get(server);
    if (pool === undefined) {
      pool = new ServerPool(server, this.clock, this.#listTimes);
      this.pools.set(server, pool);
    }
    return pool;
  }

  #projectOf(pool: ServerPool): Project | undefined {
    return pool.routed === undefined ? undefined : this.project(pool.routed.project);
  }

  #listChanged(upstream: Upstream, kind: ListKind): void {
    const pool = this.pools.get(upstream.server);
    const project = pool === undefined ? undefined : this.#projectOf(pool);
    if (pool === undefined || project === undefined) return;
    pool.lists[kind].invalidate();
    void project.refresh(pool, kind, true).then(() => {
      if (kind === 'tools') void this.#readTools(upstream, pool);
    });
  }

  /** Learns one instance's tools; with a lone instance they are the server's, which are fetched already. */
  async #readTools(upstream: Upstream, pool: ServerPool): Promise<void> {
    const [first, another] = pool.upstreams;
    let items = pool.lists.tools.items;
    if (first === upstream && another === undefined) {
      await this.#projectOf(pool)?.refresh(pool, 'tools');
      items = pool.lists.tools.items;
    } else {
      const outcome = await fetchList(this.clock, upstream, 'tools', this.listDeadlineMs * 2);
      if (!outcome.ok) return;
      items = outcome.content.items;
    }
    if (upstream.isLost) return;
    const tools = items.map(summarise);
    const isSame = JSON.stringify(tools) === JSON.stringify(this.#tools.get(upstream.id));
    if (isSame) return;
    this.#tools.set(upstream.id, tools);
    this.observer.toolsChanged(upstream.id, tools);
  }
}

function summarise(item: WireMap): ToolSummary {
  const title = stringAt(item, 'title') ?? stringAt(item['annotations'], 'title');
  const description = stringAt(item, 'description');
  return {
    name: stringAt(item, 'name') ?? '',
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
}
