/** Wires the router's parts: instances on one side, agents' sessions on the other. */
import { StageList, type StagesOf } from '../calls/stage-list.ts';
import { auditStage } from '../calls/audit-stage.ts';
import { loggedBugs, type Bugs } from '../../kernel/bugs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import { Pacer } from '../../pacing/pace.ts';
import { Builtin } from '../calls/builtin/builtin.ts';
import { BuiltinRequests } from '../calls/builtin/builtin-requests.ts';
import { BuiltinSubscriptions } from '../calls/builtin/builtin-subscriptions.ts';
import type { CallParts } from '../calls/call-parts.ts';
import { Dispatcher } from '../calls/dispatcher.ts';
import { SessionCounters } from '../downstream/session-counters.ts';
import type { Session } from '../downstream/session.ts';
import { OperatorDesk } from '../operator/operator-desk.ts';
import { Registry } from '../projects/registry.ts';
import { Elicitations } from '../traffic/elicitations.ts';
import { leaseHost } from '../traffic/lease-host.ts';
import { LogLevels } from '../traffic/log-levels.ts';
import { Recipients } from '../traffic/recipients.ts';
import { Subscriptions } from '../traffic/subscriptions.ts';
import { Tasks } from '../traffic/tasks.ts';
import { UpstreamTraffic } from '../traffic/upstream-traffic.ts';
import type { BuiltinContent } from '../types/builtin.ts';
import type { RouterCore } from '../types/core.ts';
import type { RouterObserver } from '../types/observer.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { Agents } from './agents.ts';
import { Instances } from './instances.ts';
import type { Router, RouterCounts, RouterOptions } from './types.ts';

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
  readonly builtin?: BuiltinContent;
  /** Stages of a session's calls and lists. */
  readonly stages?: StagesOf;
}

export function createRouter(options: RouterParts & RouterOptions): Router {
  const core: RouterCore = {
    clock: options.clock,
    pacer: options.pacer ?? new Pacer(options.clock),
    logger: options.logger,
    bugs: options.bugs ?? loggedBugs(options.logger),
    mask: options.mask ?? ((text) => text),
    observer: options.observer,
    maxTracedArgumentBytes: options.maxTracedArgumentBytes ?? 4 * 1024,
    listDeadlineMs: options.listDeadlineMs ?? 5_000,
  };
  const maxMessageBytes = options.maxMessageBytes ?? 64 * MIB;
  const sessions = new Map<string, Session>();
  const used = new WeakSet<Upstream>();
  const tasks = new Tasks();
  const elicitations = new Elicitations();
  const levels = new LogLevels(core.clock);
  const subscriptions = new Subscriptions(core.clock);
  const builtinSubscriptions = new BuiltinSubscriptions();
  const counters = new SessionCounters(core.clock, core.observer);
  const registry: Registry = new Registry(core, {
    clock: core.clock,
    memory: options.listMemory,
    times: { ttlMs: options.listTtlMs ?? 300_000, negativeTtlMs: options.listNegativeTtlMs ?? 10_000 },
    host: leaseHost({ observer: core.observer, sessions, used, registry: () => registry, levels, subscriptions }),
  });
  const recipients = new Recipients(registry, sessions);
  const traffic = new UpstreamTraffic({
    core,
    registry,
    sessions,
    recipients,
    tasks,
    elicitations,
    levels,
    subscriptions,
    refresh: (upstream, kind) => servers.listChanged(upstream, kind),
  });
  const servers: Instances = new Instances({
    core,
    registry,
    recipients,
    traffic,
    used,
    levels,
    subscriptions,
    maxMessageBytes,
  });
  const calls: CallParts = {
    core,
    registry,
    tasks,
    elicitations,
    used,
    stages: new StageList([auditStage(core)], core.bugs, options.stages),
    counted: (session) => counters.changed(session),
  };
  const builtin = new BuiltinRequests(calls, new Builtin(options.builtin, core.bugs), builtinSubscriptions);
  const agents = new Agents({
    core,
    ids: options.ids,
    maxMessageBytes,
    registry,
    sessions,
    dispatcher: new Dispatcher({ calls, levels, subscriptions, builtin }),
    counters,
    tasks,
    levels,
    subscriptions,
    builtinSubscriptions,
  });
  return {
    agents,
    servers,
    operators: new OperatorDesk(core, registry, sessions),
    counts: () => counted(sessions, servers, subscriptions.size + builtinSubscriptions.size),
    async close() {
      agents.close();
      const upstreams = servers.all();
      for (const { id } of upstreams) servers.disconnect(id, 'mcptui stopped');
      registry.close();
      await Promise.all(upstreams.map((upstream) => upstream.ended ?? Promise.resolve()));
    },
  };
}

function counted(byId: ReadonlyMap<string, Session>, servers: Instances, subscriptions: number): RouterCounts {
  const sessions = [...byId.values()];
  const upstreams = servers.all();
  return {
    sessions: sessions.length,
    upstreams: upstreams.length,
    calls: sessions.reduce((sum, { inFlight }) => sum + inFlight.size, 0),
    upstreamRequests: upstreams.reduce((sum, { pending }) => sum + pending.size, 0),
    serverRequests: sessions.reduce((sum, { serverRequests }) => sum + serverRequests.size, 0),
    subscriptions,
  };
}
