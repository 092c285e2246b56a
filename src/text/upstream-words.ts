/** Upstreams in an operator's words. Pure. */
import type { EpochMs } from '../kernel/clock.ts';
import type { UpstreamView } from '../engine/index.ts';
import { age, duration } from './format.ts';

/** `fresh 4m`: fetched 4 minutes ago and not asked for again yet; `negative 22s`: failed, nobody asks for 22 s more. */
export function cacheWords({ list }: Pick<UpstreamView, 'list'>, now: EpochMs): string {
  const left = (list.freshUntil ?? 0) - now;
  if (list.failure !== undefined) return left > 0 ? `negative ${age(left)}` : 'failed';
  if (list.fetchedAt === undefined) return '-';
  return `${left > 0 ? 'fresh' : 'stale'} ${age(now - list.fetchedAt)}`;
}

/** `ready`, unless its instances are not well: pane 1 and the list of upstreams tell the same. */
export function upstreamState({ state, health }: Pick<UpstreamView, 'state' | 'health'>): string {
  return state === 'ready' && (health === 'degraded' || health === 'unhealthy') ? health : state;
}

/** Why it cannot be used, or not well. */
export function upstreamReason({ reason, list, healthReason }: UpstreamView): string {
  return reason ?? list.failure ?? healthReason ?? '';
}

export function latencyWords(ms: number | undefined): string {
  return ms === undefined ? '-' : duration(ms);
}
