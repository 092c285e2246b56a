/** Connects instances: how each comes, what it changes for the agents, and how it goes. */
import type { ServersFace } from '../servers/servers-face.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { ROUTER_PROFILE } from '../eras/client-profile.ts';
import type { Recipients } from '../traffic/recipients.ts';
import { initializeUpstream } from '../upstream/connect.ts';
import type { RouterCore } from '../types/core.ts';
import { InstanceTools } from '../operator/instance-tools.ts';
import { LIST_KINDS } from '../lists/list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import type { LogLevels } from '../traffic/log-levels.ts';
import type { ServerPool } from '../servers/pool.ts';
import { probe } from '../servers/probe.ts';
import { readResource } from '../servers/read-resource.ts';
import type { Project } from '../projects/project.ts';
import type { Registry } from '../projects/registry.ts';
import { openUpstream } from '../upstream/open-upstream.ts';
import type { Subscriptions } from '../traffic/subscriptions.ts';
import type { ConnectOutcome, RemoteTarget, UpstreamStream } from '../types/connection.ts';
import type {
  OpenCalls,
  ProbeOutcome,
  ProbeRequest,
  ResourceOutcome,
  ResourceRequest,
  RoutedServer,
  ToolSummary,
} from '../types/server.ts';
import type { UpstreamTraffic } from '../traffic/upstream-traffic.ts';
import type { Upstream, UpstreamListener } from '../upstream/upstream.ts';

/** Changes of a list that come together are read once. */
const BURST_MS = 50;

export interface InstanceParts {
  readonly core: RouterCore;
  readonly registry: Registry;
  readonly levels: LogLevels;
  readonly subscriptions: Subscriptions;
  readonly recipients: Recipients;
  readonly traffic: UpstreamTraffic;
  /** Instances that an agent has asked something of. */
  readonly used: WeakSet<Upstream>;
  readonly maxMessageBytes: number;
}

export class Instances implements ServersFace {
  readonly #p: InstanceParts;
  readonly #upstreams = new Map<string, Upstream>();
  readonly #tools: InstanceTools;
  /** Lists that are being read again, by instance and kind; true = they have changed once more meanwhile. */
  readonly #changing = new Map<string, boolean>();

  /** Of the tools that the last probe was answered with. */
  readonly #digests = new WeakMap<Upstream, string>();

  constructor(parts: InstanceParts) {
    this.#p = parts;
    this.#tools = new InstanceTools(parts.core);
  }

  all(): readonly Upstream[] {
    return [...this.#upstreams.values()];
  }

  tools(instanceId: string): readonly ToolSummary[] {
    return this.#tools.of(instanceId);
  }

  openCalls(instanceId: string): OpenCalls {
    let open = 0;
    let oldestMs: number | undefined;
    for (const { sinceMs } of this.#upstreams.get(instanceId)?.pending.values() ?? []) {
      if (sinceMs === undefined) continue;
      open += 1;
      oldestMs ??= sinceMs;
    }
    const { clock } = this.#p.core;
    if (oldestMs === undefined) return { open };
    return { open, oldestAt: Math.round(clock.now() - (clock.monotonicMs() - oldestMs)) };
  }

  setServers(servers: readonly RoutedServer[]): void {
    this.#p.registry.setServers(servers);
  }

  async connect(
    instance: { readonly id: string; readonly server: string },
    target: UpstreamStream | RemoteTarget,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ConnectOutcome> {
    if (this.#upstreams.has(instance.id))
      throw new McptuiError('conflict', `instance ${instance.id} is connected already`);
    const { core, registry, maxMessageBytes } = this.#p;
    const { clock, logger, pacer, bugs, mask } = core;
    const pool = registry.ensurePool(instance.server);
    const options = { ...instance, maxMessageBytes, listener: this.#listener, logger, clock, pacer, bugs, mask };
    const connection = openUpstream(target, options);
    this.#upstreams.set(instance.id, connection);
    const profile = pool.begin(instance.id, registry.projectOf(pool)?.likelyProfile ?? ROUTER_PROFILE);
    const { capabilities } = profile;
    const isModern = 'url' in target && target.isModern === true;
    const parts = { clock, capabilities, timeoutMs, signal, isModern };
    const { outcome, upstream } = await initializeUpstream(connection, parts);
    const isMine = this.#upstreams.get(instance.id) === connection;
    if (isMine) this.#upstreams.set(instance.id, upstream);
    if (!outcome.ok || upstream.isLost) {
      pool.abandon(instance.id);
      if (isMine) this.#upstreams.delete(instance.id);
      registry.dropPoolIfUnused(pool);
      return outcome.ok ? { ok: false, code: 'LOST', message: 'the stream ended after initialize' } : outcome;
    }
    pool.add(upstream, profile);
    this.#added(upstream, pool);
    return outcome;
  }

  disconnect(instanceId: string, reason: string): void {
    const upstream = this.#upstreams.get(instanceId);
    if (upstream === undefined) return;
    this.#forget(upstream, () => upstream.close(reason));
  }

  drain(instanceId: string, isDraining: boolean): void {
    const upstream = this.#upstreams.get(instanceId);
    if (upstream !== undefined) this.#p.registry.pool(upstream.server)?.drain(upstream, isDraining);
  }

  async probe(instanceId: string, request: ProbeRequest, signal: AbortSignal): Promise<ProbeOutcome> {
    const upstream = this.#upstreams.get(instanceId);
    if (upstream === undefined || upstream.info.protocolVersion === '') {
      return { ok: false, durationMs: 0, code: 'PROBE_LOST', message: 'not connected' };
    }
    const { core, registry } = this.#p;
    const outcome = await probe(core.clock, upstream, request, signal);
    registry.pool(upstream.server)?.probed(instanceId, outcome.ok);
    if (outcome.ok && outcome.digest !== undefined) this.#compare(upstream, outcome.digest);
    return outcome;
  }

  async readResource(request: ResourceRequest): Promise<ResourceOutcome> {
    const pool = this.#p.registry.pool(request.server);
    const { project } = pool?.routed ?? {};
    if (pool === undefined || project === undefined) return { kind: 'no-server' };
    if (project !== request.project) return { kind: 'other-project', project };
    return readResource(this.#p.core, pool, request);
  }

  /** A server that changes its tools does not always say so, or what it says is lost on the way. */
  #compare(upstream: Upstream, digest: string): void {
    const before = this.#digests.get(upstream);
    this.#digests.set(upstream, digest);
    if (before !== undefined && before !== digest && !upstream.isLost) this.listChanged(upstream, 'tools');
  }

  /** An instance says that a list has changed: it is read again, once for a burst. */
  listChanged(upstream: Upstream, kind: ListKind): void {
    const key = `${upstream.id} ${kind}`;
    if (this.#changing.has(key)) return void this.#changing.set(key, true);
    this.#changing.set(key, false);
    const { clock } = this.#p.core;
    const again = (): void => {
      const isAgain = this.#changing.get(key) === true;
      this.#changing.delete(key);
      if (isAgain && !upstream.isLost) this.listChanged(upstream, kind);
    };
    unawaited(
      this.#guarded('a changed list', this.#reread(upstream, kind)).then(() =>
        clock.after(BURST_MS, again, { unref: true }),
      ),
    );
  }

  /** What a session has used may have changed for that session only; until then its lists are everybody's. */
  async #reread(upstream: Upstream, kind: ListKind): Promise<void> {
    const { registry, recipients, used } = this.#p;
    const pool = registry.pool(upstream.server);
    const project = pool === undefined ? undefined : registry.projectOf(pool);
    const profile = pool?.profileOf(upstream.id);
    if (pool === undefined || project === undefined || profile === undefined) return;
    const holder = used.has(upstream) ? recipients.holderOf(pool, upstream) : undefined;
    if (holder === undefined) {
      const list = pool.known.own(profile).lists[kind];
      list.invalidate();
      const source = (): Upstream | undefined => (upstream.isLost ? pool.listSource(profile) : upstream);
      await project.refresh(pool, list, kind, source, true);
    } else {
      await project.ownListChanged(holder, pool, upstream, kind);
    }
    if (kind === 'tools') await this.#tools.read(upstream, pool, project);
  }

  readonly #listener: UpstreamListener = {
    request: (upstream, message, call) => this.#p.traffic.request(upstream, message, call),
    notification: (upstream, method, message, text) => this.#p.traffic.notification(upstream, method, message, text),
    invalidOutput: (upstream, line) => this.#p.core.observer.invalidOutput(upstream.id, line),
    lost: (upstream, reason) => {
      const wasConnected = this.#forget(upstream) && upstream.info.protocolVersion !== '';
      if (wasConnected) this.#p.core.observer.upstreamLost(upstream.id, reason, upstream.failure);
    },
    renewed: (upstream, why) => {
      this.#renewed(upstream);
      this.#p.core.observer.sessionRenewed?.(upstream.id, why, true);
    },
    notRenewed: (upstream, why) => this.#p.core.observer.sessionRenewed?.(upstream.id, why, false),
  };

  /** A server keeps levels and subscriptions per session, and its lists may differ in a new one. */
  #renewed(upstream: Upstream): void {
    const { registry, recipients, levels, subscriptions } = this.#p;
    const pool = registry.pool(upstream.server);
    if (pool === undefined) return;
    levels.forget(upstream);
    subscriptions.lost(upstream, pool);
    const holder = recipients.holderOf(pool, upstream);
    const project = this.#projectOf(pool);
    if (holder !== undefined) {
      levels.leased(holder, upstream);
      subscriptions.leased(holder, pool, upstream);
    } else if (project !== undefined) {
      levels.restore(project, pool);
    }
    for (const kind of LIST_KINDS) this.listChanged(upstream, kind);
  }

  #added(upstream: Upstream, pool: ServerPool): void {
    const { registry, levels, subscriptions } = this.#p;
    const project = registry.projectOf(pool);
    const profile = pool.profileOf(upstream.id);
    if (project !== undefined && profile !== undefined) {
      // A server that comes back may be another one, in each of its lists: agents are told when they differ.
      const source = (): Upstream | undefined => (upstream.isLost ? pool.listSource(profile) : upstream);
      const { lists } = pool.known.own(profile);
      const read = LIST_KINDS.map((kind) => project.refresh(pool, lists[kind], kind, source));
      // Other clients may be served other lists, now that it is known whether they differ.
      const compared = Promise.all(read).then(() => (pool.known.compare(profile) ? project.compare() : undefined));
      unawaited(this.#guarded('the lists of an instance', compared));
      levels.restore(project, pool);
    }
    if (!pool.isIsolated) subscriptions.restore(pool);
    unawaited(this.#guarded('the tools of an instance', this.#tools.read(upstream, pool, project)));
  }

  /** Never rejects: an error of ours is reported. */
  async #guarded(where: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#p.core.bugs.report(where, error);
    }
  }

  /** Runs `close` after the instance has left its pool and before anything follows from that. True when it was known. */
  #forget(upstream: Upstream, close?: () => void): boolean {
    const { registry, recipients, subscriptions } = this.#p;
    const pool = registry.pool(upstream.server);
    const isKnown = this.#upstreams.get(upstream.id) === upstream;
    const holder = pool === undefined ? undefined : recipients.holderOf(pool, upstream);
    if (isKnown) {
      this.#upstreams.delete(upstream.id);
      this.#tools.forget(upstream.id);
      pool?.remove(upstream);
    }
    close?.();
    this.#p.traffic.lost(upstream);
    if (pool === undefined) return isKnown;
    subscriptions.lost(upstream, pool);
    if (holder !== undefined) this.#projectOf(pool)?.dropOwnLists(holder, pool);
    registry.dropPoolIfUnused(pool);
    return isKnown;
  }

  #projectOf(pool: ServerPool): Project | undefined {
    return this.#p.registry.projectOf(pool);
  }
}
