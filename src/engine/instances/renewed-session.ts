/** Records that a remote server was given a new session, or has refused one: what it keeps for a session has begun anew. */
import type { Clock } from '../../kernel/clock.ts';
import type { Fleet } from './fleet.ts';
import { instanceEvent } from './words.ts';

export interface RenewedSessionParts {
  readonly clock: Clock;
  readonly fleet: () => Fleet;
  readonly mask: (text: string) => string;
}

/** `why`: what led to it. Never rejects. */
export async function recordRenewedSession(
  { clock, fleet, mask }: RenewedSessionParts,
  instanceId: string,
  why: string,
  isRenewed: boolean,
): Promise<void> {
  const live = fleet().get(instanceId);
  if (live === undefined) return;
  const message = mask(isRenewed ? `a new session: ${why}` : why);
  live.note('session', message, clock.now());
  await fleet().save(live, [instanceEvent(live, 'session_renew', isRenewed ? 'ok' : 'error', { message })]);
}
