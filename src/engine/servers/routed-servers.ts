/** Tells the router, from definitions and instances, where it may route to, with the reason of what is down. */
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import type { RoutedServer } from '../../mcp/types/server.ts';
import type { Project } from '../../store/schema/index.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import type { Server } from '../../store/schema/server.ts';
import { isolationOf } from './isolation.ts';
import type { Fleet } from '../instances/fleet.ts';
import { failureWords } from '../instances/failure-words.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import { isTriedOnUse, USE_EVERY_MS } from '../instances/use.ts';
import type { RuntimeState } from '../ports.ts';

export function routedServers(
  servers: readonly Server[],
  projects: readonly Project[],
  fleet: Fleet,
  runtimeState: (kind: RuntimeKind) => RuntimeState,
  clock: Clock,
): readonly RoutedServer[] {
  const named = new Map(projects.map((project) => [project.name, namingOf(project)]));
  const byServer = Map.groupBy(fleet.all(), (live) => live.record.serverId);
  return servers.map((server) => {
    const mine = byServer.get(server.id) ?? [];
    const { name, project, context } = server;
    const base = {
      name,
      definition: server.id,
      startTimeoutMs: server.startTimeoutMs,
      project,
      prefix: server.prefix ?? name,
      ...defined({ naming: named.get(project) }),
      isolation: isolationOf(server),
      maxInstances: Math.max(server.maxInstances, server.replicas),
      ...(context === '' ? {} : { context }),
      callTimeouts: defined({ idleMs: server.calls.idleMs, ceilingMs: server.calls.ceilingMs }),
      ...defined({ maxInFlight: server.calls.maxInFlight }),
    };
    const away = whyAway(runtimeState(server.runtime), mine, clock);
    if (!mine.some((live) => live.phase === 'running')) {
      // When its runtime does not answer, it will not be there soon, whatever its state.
      const isMeant = mine.some((live) => live.phase !== 'stopped');
      return { ...base, down: isMeant && away !== undefined ? away : whyDown(mine, server) };
    }
    if (away !== undefined) return { ...base, away, down: away };
    const others = mine.filter((live) => live.phase !== 'running');
    const isOneComing = others.some((live) => live.phase !== 'error' && live.phase !== 'stopped');
    return others.length === 0 || isOneComing ? base : { ...base, noMore: whyNoMore(others, server) };
  });
}

function namingOf({ toolNameLimit, clientPrefix }: Project): RoutedServer['naming'] {
  if (toolNameLimit === undefined && clientPrefix === undefined) return undefined;
  return { limit: toolNameLimit ?? 64, clientPrefix };
}

/** When it is looked at again at the latest, where no instance waits for a moment of its own. */
const LOOK_MS = 5_000;

/** Undefined while what runs it answers. */
function whyAway(state: RuntimeState, mine: readonly LiveInstance[], clock: Clock): RoutedServer['down'] {
  if (state.kind === 'ok' || state.kind === 'unused') return undefined;
  const dueMs = Math.min(LOOK_MS, ...mine.flatMap((live) => live.dueInMs(clock) ?? []));
  const reason = `its container engine is away (${state.kind}): ${state.reason}`;
  return { state: 'unreachable', reason, retryAt: Math.round(clock.now() + dueMs) };
}

/** Its other instances serve other sessions: what failed is one, and what may be the way out is told to the agent, too. */
function whyNoMore(others: readonly LiveInstance[], server: Server): NonNullable<RoutedServer['down']> {
  const down = whyDown(others, server);
  const failed = others.find(({ phase }) => phase === 'error');
  if (failed === undefined || down.state !== 'error') return down;
  const { failure } = failed.record;
  const isSibling = failure?.kind === 'exit' && failure.inUse === 'sibling';
  const way = isSibling ? ` (${failureWords(failure, { instance: failed.name, server: server.name }).hint ?? ''})` : '';
  return {
    ...down,
    reason: `${failed.name} failed, and the server’s other instances serve other sessions: ${down.reason}${way}`,
  };
}

function whyDown(
  mine: readonly LiveInstance[],
  { name, replicas, runtime }: Server,
): NonNullable<RoutedServer['down']> {
  const soonest = mine
    .filter((live) => live.phase === 'error')
    .toSorted((a, b) => (a.record.retry?.nextRetryAt ?? Infinity) - (b.record.retry?.nextRetryAt ?? Infinity))[0];
  if (soonest !== undefined) {
    const { failure, retry } = soonest.record;
    const words = failure && failureWords(failure, { instance: soonest.name, server: name });
    const reason = words === undefined ? 'failed' : `${words.code}: ${words.bare ?? words.message}`;
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
