/** Says in words what a token or ticket is good for. */
import type { EpochMs } from '../kernel/clock.ts';
import type { TokenInfo } from '../engine/index.ts';
import { age } from './format.ts';

/** Whose it is; `-` for nobody that rights could be given to. */
export function holderOf({ subject, isOperator }: TokenInfo): string {
  return subject ?? (isOperator ? 'operator' : '-');
}

/** What it opens. */
export function reachOf({ isOperator, isTicket, subject, roles }: TokenInfo): string {
  if (isTicket === true) return 'socket';
  return isOperator || subject !== undefined || roles !== undefined ? 'mcp, api' : 'mcp';
}

export function lastUse({ lastUsedAt }: TokenInfo, now: EpochMs): string {
  return lastUsedAt === undefined ? 'never' : age(Math.max(0, now - lastUsedAt));
}

export function expiryOf({ expiresAt }: TokenInfo, now: EpochMs): string {
  if (expiresAt === undefined) return 'never';
  return expiresAt > now ? `in ${age(expiresAt - now)}` : 'expired';
}
