/** Wires the router's parts: instances on one side, agents' sessions on the other. */
import type { Duplex } from 'node:stream';
import { loggedBugs, type Bugs } from '../kernel/bugs.ts';
import type { Clock } from '../kernel/clock.ts';
import { randomNonce, type Ids } from '../kernel/ids.ts';
import type { Logger } from '../kernel/log.ts';
import { Pacer } from '../pacing/pace.ts';
import type { RouterCore } from './core.ts';
import { Dispatcher } from './calls/dispatcher.ts';
import { EraLink } from './downstream/era-link.ts';
import { ModernDownstream } from './downstream/modern/modern-downstream.ts';
import { Elicitations } from './traffic/elicitations.ts';
import { introduce, OWN_INFO } from './calls/initialize.ts';
import { Instances } from './instances.ts';
import { leaseHost } from './traffic/lease-host.ts';
import { LogLevels } from './traffic/log-levels.ts';
import { OperatorDesk } from './operator/operator-desk.ts';
import { mapAt, stringAt, type WireMap } from './wire/message.ts';
import { BuiltinRequests } from './calls/builtin/builtin-requests.ts';
import { BuiltinSubscriptions } from './calls/builtin/builtin-subscriptions.ts';
import { Own } from './calls/builtin/builtin.ts';
import type { ServerPool } from './servers/pool.ts';
import type { Project } from './projects/project.ts';
import { Registry } from './projects/registry.ts';
import { SessionCounters } from './downstream/session-counters.ts';
import { Session, type SessionHandler } from './downstream/session.ts';
import { StreamLink } from './downstream/stream-link.ts';
import type { SessionLink } from './downstream/session-link.ts';
import { Subscriptions } from './traffic/subscriptions.ts';
import { Tasks } from './traffic/tasks.ts';
import { clientNotification } from './traffic/client-notifications.ts';
import type { RouterObserver } from './observer.ts';
import type {
  ConnectOutcome,
  BuiltinContent,
  BuiltinListKind,
  ProbeOutcome,
  ProbeRequest,
  RemoteTarget,
  RoutedServer,
  Router,
  RouterCounts,
  RouterOptions,
  SessionIdentity,
  SessionInfo,
  OpenCalls,
  ToolSummary,
  UpstreamStream,
} from './types.ts';
import { UpstreamTraffic } from './traffic/upstream-traffic.ts';
import type { Upstream } from './upstream/upstream.ts';

const MIB = 1024 * 1024;

export interface RouterParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Default: the log. */
  readonly bugs?: Bugs;
  /** Masks secrets in what of servers' words is kept or shown; default: nothing is one. */
  readonly mask?: (text: string) => string;
  readonly observer: RouterObserver;
  /** Shared with what else reads streams on this thread; default: the router's own. */
  readonly pacer?: Pacer;
  /** What mcptui itself offers to agents; none by default. */
  readonly own?: BuiltinContent;
}

export function createRouter(options: RouterParts & RouterOptions): Router {
  return new McpRouter(options);
}

class McpRouter implements Router, RouterCore {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly logger: Logger;
  readonly bugs: Bugs;
  readonly mask: (text: string) => string;
  readonly observer: RouterObserver;
  readonly maxTracedArgumentBytes: number;
  readonly listDeadlineMs: number;
  readonly #ids: Ids;
  readonly #maxMessageBytes: number;
  readonly #registry: Registry;
  readonly desk: OperatorDesk;
  readonly sessionsById = new Map<string, Session>();
  readonly used = new WeakSet<Upstream>();
  readonly tasks = new Tasks();
  readonly elicitations = new Elicitations();
  readonly #instances: Instances;
  readonly #levels: LogLevels;
  readonly #subscriptions: Subscriptions;
  readonly #builtinSubscriptions = new BuiltinSubscriptions();
  readonly #dispatcher: Dispatcher;
  readonly #counters: SessionCounters;
  #isClosed = false;

  constructor(options: RouterParts & RouterOptions) {
    this.clock = options.clock;
    this.pacer = options.pacer ?? new Pacer(options.clock);
    this.logger = options.logger;
    this.bugs = options.bugs ?? loggedBugs(options.logger);
    this.mask = options.mask ?? ((text) => text);
    this.observer = options.observer;
    this.#ids = options.ids;
    this.#maxMessageBytes = options.maxMessageBytes ?? 64 * MIB;
    this.maxTracedArgumentBytes = options.maxTracedArgumentBytes ?? 4 * 1024;
    this.listDeadlineMs = options.listDeadlineMs ?? 5_000;
    this.#registry = new Registry(this, {
      clock: options.clock,
      memory: options.listMemory,
      times: { ttlMs: options.listTtlMs ?? 300_000, negativeTtlMs: options.listNegativeTtlMs ?? 10_000 },
      host: leaseHost(
        this,
        () => this.#levels,
        () => this.#subscriptions,
      ),
    });
    this.desk = new OperatorDesk(this, this.#registry);
    this.#levels = new LogLevels(options.clock);
    this.#subscriptions = new Subscriptions(options.clock);
    const own = new BuiltinRequests(this, new Own(options.own, this.bugs), this.#builtinSubscriptions);
    this.#dispatcher = new Dispatcher(this, this.#levels, this.#subscriptions, own);
    const traffic = new UpstreamTraffic(this, this.#levels, this.#subscriptions, (upstream, kind) =>
      this.#instances.listChanged(upstream, kind),
    );
    this.#instances = new Instances(
      {
        core: this,
        registry: this.#registry,
        levels: this.#levels,
        subscriptions: this.#subscriptions,
        maxMessageBytes: this.#maxMessageBytes,
      },
      traffic,
    );
    this.#counters = new SessionCounters(options.clock, options.observer);
  }

  setServers(servers: readonly RoutedServer[]): void {
    this.#registry.setServers(servers);
  }

  connect(
    instance: { readonly id: string; readonly server: string },
    target: UpstreamStream | RemoteTarget,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ConnectOutcome> {
    return this.#instances.connect(instance, target, timeoutMs, signal);
  }

  disconnect(instanceId: string, reason: string): void {
    this.#instances.disconnect(instanceId, reason);
  }

  probe(instanceId: string, request: ProbeRequest, signal: AbortSignal): Promise<ProbeOutcome> {
    return this.#instances.probe(instanceId, request, signal);
  }

  tools(instanceId: string): readonly ToolSummary[] {
    return this.#instances.tools(instanceId);
  }

  openCalls(instanceId: string): OpenCalls {
    return this.#instances.openCalls(instanceId);
  }

  accept(stream: Duplex, identity: SessionIdentity): string {
    const link = new StreamLink(stream, this.clock, this.#maxMessageBytes);
    return this.open(new EraLink(link, this.#modern(identity.project)), identity);
  }

  openModern(identity: SessionIdentity, closed: () => void): ModernDownstream {
    const modern = this.#modern(identity.project, closed);
    this.open(modern, identity);
    return modern;
  }

  open(link: SessionLink, identity: SessionIdentity): string {
    const session = new Session(link, {
      id: this.#ids.next('ses'),
      identity,
      maxMessageBytes: this.#maxMessageBytes,
      clock: this.clock,
      pacer: this.pacer,
      bugs: this.bugs,
      handler: this.#sessionHandler,
    });
    this.sessionsById.set(session.id, session);
    this.project(identity.project).sessions.add(session);
    this.observer.sessionBound(session.info);
    if (this.#isClosed) session.end('the router is closed');
    return session.id;
  }

  builtinChanged(kinds: readonly BuiltinListKind[], concerns?: (session: SessionInfo) => boolean): void {
    for (const session of this.sessionsById.values()) {
      const project = this.project(session.project);
      if (project.transparent !== undefined || concerns?.(session.info) === false) continue;
      project.touchFor(session, kinds);
    }
  }

  builtinUpdated(uri: string): void {
    this.#builtinSubscriptions.updated(uri);
  }

  subscribeOwn(sessionId: string, uri: string): void {
    const session = this.sessionsById.get(sessionId);
    if (session !== undefined) this.#builtinSubscriptions.add(session, uri);
  }

  sessions(): readonly SessionInfo[] {
    return [...this.sessionsById.values()].map(({ info }) => info);
  }

  counts(): RouterCounts {
    const sessions = [...this.sessionsById.values()];
    const upstreams = this.#instances.all();
    return {
      sessions: sessions.length,
      upstreams: upstreams.length,
      calls: sessions.reduce((sum, { inFlight }) => sum + inFlight.size, 0),
      upstreamRequests: upstreams.reduce((sum, { pending }) => sum + pending.size, 0),
      serverRequests: sessions.reduce((sum, { serverRequests }) => sum + serverRequests.size, 0),
      subscriptions: this.#subscriptions.size + this.#builtinSubscriptions.size,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const session of this.sessionsById.values()) session.end('mcptui stopped', 'at once');
    const upstreams = this.#instances.all();
    for (const { id } of upstreams) this.disconnect(id, 'mcptui stopped');
    this.#registry.close();
    await Promise.all(upstreams.map((upstream) => upstream.ended ?? Promise.resolve()));
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
    introduced: (session, client) => introduce(this, session, client),
    ended: (session, reason) => this.#sessionEnded(session, reason),
  };

  #modern(project: string, closed?: () => void): ModernDownstream {
    const serverInfo = (): object => this.project(project).transparent?.info?.serverInfo ?? OWN_INFO;
    const toolSchema = (sessionId: string, tool: string): WireMap | undefined => {
      const session = this.sessionsById.get(sessionId);
      const items = session === undefined ? [] : this.project(project).viewOf(session).tools.items;
      return mapAt(
        items.find((item) => stringAt(item, 'name') === tool),
        'inputSchema',
      );
    };
    const parts = { clock: this.clock, nonce: randomNonce, serverInfo, toolSchema };
    return new ModernDownstream({ ...parts, ...(closed === undefined ? {} : { closed }) });
  }

  #sessionEnded(session: Session, reason: string): void {
    this.#subscriptions.removeAll(session);
    this.#builtinSubscriptions.removeAll(session);
    this.tasks.removeAll(session);
    for (const pool of this.#registry.pools.values()) pool.release(session);
    const project = this.project(session.project);
    project.leave(session);
    this.#levels.changed(project);
    this.#counters.ended(session);
    this.sessionsById.delete(session.id);
    this.#registry.dropProjectIfUnused(session.project);
    this.observer.sessionEnded(session.info, reason);
  }
}
