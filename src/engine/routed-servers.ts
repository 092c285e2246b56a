/** Definitions and instances → what the router may route to, with the reason of what is down. */
import { defined } from '../defined.ts';
import type { RoutedServer } from '../mcp/types.ts';
import type { Server } from '../store/schema/server.ts';
import { isolationOf } from './isolation.ts';
import type { Fleet } from './instances/fleet.ts';
import type { LiveInstance } from './instances/live-instance.ts';
import { isTriedOnUse, USE_EVERY_MS } from './instances/use.ts';
import type { RuntimeState } from './view.ts';

export function routedServers(
  servers: readonly Server[],
  fleet: Fleet,
  runtimeState: (kind: Server['runtime']) => RuntimeState,
): readonly RoutedServer[] {
  const byServer = Map.groupBy(fleet.all(), (live) => live.record.serverId);
  return servers.map((server) => {
    const mine = byServer.get(server.id) ?? [];
    const { name, project, context } = server;
    const base = {
      name,
      project,
      prefix: server.prefix ?? name,
      isolation: isolationOf(server),
      maxInstances: Math.max(server.maxInstances, server.replicas),
      ...(context === '' ? {} : { context }),
      callTimeouts: defined({ idleMs: server.calls.idleMs, ceilingMs: server.calls.ceilingMs }),
      ...defined({ maxInFlight: server.calls.maxInFlight }),
    };
    if (!mine.some((live) => live.phase === 'running')) return { ...base, down: whyDown(mine, server) };
    const away = whyAway(runtimeState(server.runtime));
    if (away !== undefined) return { ...base, away, down: away };
    const others = mine.filter((live) => live.phase !== 'running');
    const isOneComing = others.some((live) => live.phase !== 'error' && live.phase !== 'stopped');
    return others.length === 0 || isOneComing ? base : { ...base, noMore: whyDown(others, server) };
  });
}

/** Undefined while what runs it answers. */
function whyAway(state: RuntimeState): RoutedServer['away'] {
  if (state.kind === 'ok' || state.kind === 'unused') return undefined;
  return { state: 'unreachable', reason: `its container engine is away (${state.kind}): ${state.reason}` };
}

function whyDown(mine: readonly LiveInstance[], { replicas, runtime }: Server): NonNullable<RoutedServer['down']> {
  const soonest = mine
    .filter((live) => live.phase === 'error')
    .toSorted((a, b) => (a.record.retry?.nextRetryAt ?? Infinity) - (b.record.retry?.nextRetryAt ?? Infinity))[0];
  if (soonest !== undefined) {
    const { failure, retry } = soonest.record;
    const reason = failure === undefined ? 'failed' : `${failure.code}: ${failure.bare ?? failure.message}`;
    if (retry === undefined) return { state: 'error', reason };
    const onUse = isTriedOnUse(failure, runtime) ? retry.lastAttemptAt + USE_EVERY_MS : Infinity;
    return { state: 'error', reason, retryAt: Math.min(retry.nextRetryAt, onUse) };
  }
  const first = mine[0];
  if (first === undefined) {
    return replicas === 0
      ? { state: 'stopped', reason: 'no replicas wanted' }
      : { state: 'pending', reason: 'its instance is being made' };
  }
  const reason = first.phase === 'stopped' ? `stopped by ${first.record.desiredBy}` : `it is ${first.phase}`;
  return { state: first.phase, reason };
}
