/** Reads `Retry-After` (RFC 9110 §10.2.3): how long a server wants to be left alone. Pure. */
import type { EpochMs } from '../../../kernel/clock.ts';

const MIN_MS = 1_000;
/** A server that asks for longer is asked again after this. */
const MAX_MS = 3_600_000;

/** Seconds or a date; undefined when it is neither. */
export function retryAfterMs(header: string | undefined, now: EpochMs): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : Date.parse(text.slice(0, 64)) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, MIN_MS), MAX_MS);
}
