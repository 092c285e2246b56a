/** Passes what the router tells on to the audit log, the view and the instances' lives. */
import type { Clock } from '../kernel/clock.ts';
import { unawaited } from '../kernel/unawaited.ts';
import { cutText } from '../kernel/foreign.ts';
import type { RouterObserver } from '../mcp/types/observer.ts';
import type { Recorder } from './audit/recorder.ts';
import type { SeenBook } from './audit/seen-book.ts';
import type { EngineViews } from './views/engine-views.ts';
import type { EngineGate } from './gate/engine-gate.ts';
import type { Demand } from './instances/demand.ts';
import type { Fleet } from './instances/fleet.ts';
import type { Lifecycle } from './instances/lifecycle.ts';
import type { LiveInstance } from './instances/live-instance.ts';
import type { LogBook } from './instances/log-book.ts';
import { recordRenewedSession } from './instances/renewed-session.ts';
import { triedOnUse } from './instances/use.ts';
import type { OperatorSide } from './router/operator-side.ts';

/** The parts that need the router themselves come by function. */
export interface ObserverParts {
  readonly clock: Clock;
  /** Why calls are refused now; absent = never. */
  readonly callRefusal?: () => string | undefined;
  readonly mask: (text: string) => string;
  readonly recorder: Recorder;
  readonly seen: SeenBook;
  readonly fleet: () => Fleet;
  readonly views: () => EngineViews;
  readonly lifecycle: () => Lifecycle;
  readonly operatorSide: () => OperatorSide;
  readonly gate: () => EngineGate;
  /** The engine ends. */
  readonly isStopping: () => boolean;
  readonly logs: LogBook;
  readonly demand: Demand;
  /** The world is looked at afresh. */
  readonly wake: () => void;
}

export function engineObserver(parts: ObserverParts): RouterObserver {
  const { recorder, seen, clock } = parts;

  /** Changes an instance, if it still is there, and shows it. */
  function change(instanceId: string, how: (live: LiveInstance) => void): void {
    const live = parts.fleet().get(instanceId);
    if (live === undefined) return;
    how(live);
    parts.views().instance(instanceId);
  }

  const { callRefusal } = parts;
  return {
    ...(callRefusal === undefined ? {} : { callRefusal }),
    toolCall: (trace) => {
      recorder.toolCall(trace);
      parts.operatorSide().toolCall(trace);
    },
    callOpen: (record) => recorder.callOpen(record),
    agentSaw: (record) => seen.saw(record),
    sessionBound: (session) => {
      parts.gate().bound(session);
      parts.views().session(session);
    },
    sessionChanged: (session) => {
      recorder.sessionSeen(session);
      parts.views().session(session);
    },
    sessionEnded: (session, reason) => {
      recorder.sessionEnded(session, reason);
      seen.ended(session.id);
      parts.gate().ended(session, parts.isStopping());
      parts.views().sessionEnded(session, parts.mask(reason));
    },
    upstreamLost: (...lost) => parts.lifecycle().upstreamLost(...lost),
    wanted: (server) => triedOnUse(parts, server),
    sessionRenewed: (...renewed) => unawaited(recordRenewedSession(parts, ...renewed)),
    invalidOutput: (instanceId, line) =>
      change(instanceId, (live) => {
        live.invalidLines += 1;
        parts.logs.add(live.name, 'stdout', line);
      }),
    toolsChanged: (instanceId, tools) =>
      change(instanceId, (live) => {
        live.tools = tools;
      }),
    nameConflict: (project, name, servers) => recorder.nameConflict(project, name, servers),
    oddDefinitions: (record) => recorder.oddDefinitions(record),
    definitionsChanged: (record) => recorder.definitionsChanged(record),
    listFailed: (instanceId, kind, reason) =>
      change(instanceId, (live) => {
        const shown = reason === undefined ? undefined : cutText(parts.mask(reason));
        const failed = live.serving?.failedLists;
        if (failed === undefined || failed.get(kind) === shown) return;
        if (shown === undefined) failed.delete(kind);
        else failed.set(kind, shown);
        live.note('list', shown === undefined ? `${kind} answered` : `${kind}: ${shown}`, clock.now());
        recorder.listFailed(live.name, kind, reason);
      }),
    serverRequest: (record) => recorder.serverRequest(record),
    demand: (server, sessions) => {
      parts.demand.set(server, sessions, clock.monotonicMs());
      parts.wake();
    },
    leased: (instanceId, { id: sessionId, client }) =>
      change(instanceId, (live) => {
        if (live.serving !== undefined) live.serving.lease = { sessionId, client, since: clock.now() };
      }),
    retired: (instanceId, reason) => {
      change(instanceId, (live) => {
        if (live.serving !== undefined) live.serving.lease = undefined;
        live.recycleReason = reason;
      });
      parts.wake();
    },
  };
}
