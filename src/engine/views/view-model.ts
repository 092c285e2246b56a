/** Turns live state into what people see. Pure but for reading the clock's offset of a wait. */
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import type { Instance } from '../../store/schema/instance.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import type { Server } from '../../store/schema/server.ts';
import { failureWords } from '../instances/failure-words.ts';
import { isProgram, modelOfProgram, probeTarget } from '../models/program-names.ts';
import { mayBeAway, runtimeKinds, runtimeTable } from '../runtimes/registry.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import { shownWords } from './shown-server.ts';
import type { EngineInfo, FailureView, InstanceView, ProbeView, RuntimeState, Via } from './view.ts';

/** What the row says when its server's definition is gone already. */
export function instanceView(
  live: LiveInstance,
  server: Server | undefined,
  runtime: RuntimeState,
  clock: Clock,
): InstanceView {
  const { record, state } = live;
  const process = state.phase === 'running' || state.phase === 'stopping' ? state.process : undefined;
  const shown = server ?? live.started?.server;
  const reachable = runtime.kind === 'ok' || shown === undefined || !mayBeAway(shown.runtime);
  const health = live.phase === 'running' && reachable ? live.health : 'unknown';
  const healthReason = reachable ? live.whyNotHealthy : `container engine ${runtime.kind}`;
  const failure = failureView(record, shown);
  const probe = shown === undefined ? undefined : probeView(live, shown);
  return {
    id: record.id,
    name: record.name,
    server: serverNameOf(record, shown),
    serverId: record.serverId,
    ...programOfRow(record, shown),
    project: shown?.project ?? 'default',
    via: shown === undefined ? 'cmd' : viaOf(shown),
    runtime: shown?.runtime ?? 'process',
    phase: live.phase,
    health,
    ...(live.phase === 'running' && healthReason !== undefined ? { healthReason } : {}),
    desired: record.desired,
    desiredBy: record.desiredBy,
    desiredAt: record.desiredAt,
    held: record.held,
    ...(live.tools === undefined ? {} : { tools: live.tools.length }),
    restarts: record.restarts,
    createdAt: record.createdAt,
    phaseSince: live.phaseSince,
    ...retryOf(live, failure, clock),
    ...(live.phase === 'error' && failure !== undefined ? { failure } : {}),
    ...(probe === undefined ? {} : { probe }),
    invalidLines: live.invalidLines,
    ...defined({ pid: process?.pid, containerId: process?.containerId }),
    ...(live.lease === undefined ? {} : { lease: live.lease }),
    eventCount: live.eventCount,
  };
}

export function runtimeViews(stateOf: (kind: RuntimeKind) => RuntimeState): EngineInfo['runtimes'] {
  const rows = runtimeKinds.map((kind) => {
    const { outside } = runtimeTable[kind];
    const names = outside === undefined ? {} : { outside: { label: outside.label, short: outside.short } };
    return [kind, { ...stateOf(kind), ...names }] as const;
  });
  return Object.fromEntries(rows) as EngineInfo['runtimes'];
}

/** Nothing for a server's. */
function programOfRow(record: Instance, shown: Server | undefined): Pick<InstanceView, 'model' | 'runs'> {
  const model = modelOfProgram(serverNameOf(record, shown));
  if (model === undefined) return {};
  return shown === undefined ? { model } : { model, runs: shownWords(shown.source).join(' ') };
}

/** The definition may be gone: an instance is named after its server. */
function serverNameOf({ name, ordinal }: Instance, server: Server | undefined): string {
  return server?.name ?? name.slice(0, -`-${ordinal}`.length);
}

function failureView(record: Instance, server: Server | undefined): FailureView | undefined {
  const { failure: facts, name } = record;
  if (facts === undefined) return undefined;
  return { ...failureWords(facts, { instance: name, server: serverNameOf(record, server) }), facts };
}

/** An unreachable container engine counts no attempts, but the next look has its time all the same. */
function retryOf(live: LiveInstance, failure: FailureView | undefined, clock: Clock): Pick<InstanceView, 'retry'> {
  const dueInMs = live.dueInMs(clock);
  if (live.phase !== 'error' || dueInMs === undefined) return {};
  const { retry } = live.record;
  const nextRetryAt = Math.round(clock.now() + dueInMs);
  if (retry !== undefined && failure?.facts.kind !== 'runtime-away') return { retry };
  return { retry: { attemptCount: 0, lastAttemptAt: live.phaseSince, nextRetryAt, reason: failure?.code ?? '' } };
}

export function viaOf(server: Server): Via {
  if (isProgram(server)) return 'llm';
  switch (server.source.kind) {
    case 'image':
      return 'img';
    case 'package':
      if (mayBeAway(server.runtime)) return 'img';
      return server.source.package.startsWith('npm:') ? 'npx' : 'uvx';
    case 'command':
      return 'cmd';
    case 'url':
      return server.source.transport === 'sse' ? 'sse' : 'http';
  }
}

function probeView(live: LiveInstance, server: Server): ProbeView {
  const times = live.samples.filter((sample) => sample !== null).toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  const p50 = at(0.5);
  const p95 = at(0.95);
  return {
    target: probeTarget(server),
    ...(live.lastProbeAt === undefined ? {} : { lastAt: live.lastProbeAt }),
    ...(live.state.phase === 'running' ? defined({ nextAt: live.state.nextProbeAt }) : {}),
    ...(live.lastProbeError === undefined ? {} : { lastError: live.lastProbeError }),
    samples: live.samples,
    ...(p50 === undefined ? {} : { p50Ms: p50 }),
    ...(p95 === undefined ? {} : { p95Ms: p95 }),
  };
}
