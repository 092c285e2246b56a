/** Chooses which starts begin now, so that many at once are no burst and those that hang hold up no others. Pure. */
import type { Action, ObservedInstance } from './plan.ts';

type Start = Extract<Action, { do: 'start' }>;

/** A start costs the machine something while it is as young as this; after that it waits, and holds no place. */
export const FRESH_START_MS = 1_000;

/**
 * At most `max` fresh starts. First come servers with the fewest instances starting, then what was never tried, then what
 * was tried longest ago: a server with many instances that hang, or one that is retried again and again, waits for the rest.
 */
export function inTurn(
  starts: readonly Start[],
  instances: readonly ObservedInstance[],
  max: number,
): { readonly now: readonly Start[]; readonly later: readonly Start[] } {
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  const starting = instances.filter(({ phase }) => phase === 'starting');
  const fresh = starting.filter(({ lastStartAgoMs = 0 }) => lastStartAgoMs < FRESH_START_MS).length;
  const ofServer = new Map<string, number>();
  for (const { serverId } of starting) ofServer.set(serverId, (ofServer.get(serverId) ?? 0) + 1);
  const queue = starts
    .map((start) => ({ start, agoMs: byId.get(start.instanceId)?.lastStartAgoMs ?? Infinity }))
    .toSorted((a, b) => (a.agoMs === b.agoMs ? 0 : b.agoMs - a.agoMs))
    .map(({ start }) => {
      const serverId = byId.get(start.instanceId)?.serverId ?? '';
      const before = ofServer.get(serverId) ?? 0;
      ofServer.set(serverId, before + 1);
      return { start, before };
    })
    .toSorted((a, b) => a.before - b.before)
    .map(({ start }) => start);
  const room = Math.max(0, max - fresh);
  return { now: queue.slice(0, room), later: queue.slice(room) };
}
