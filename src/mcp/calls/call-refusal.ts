/** Refuses calls that the owner of the router does not want now, as when they could not be audited. */
import type { RouterCore } from '../types/core.ts';
import { fail, type Incoming } from './incoming.ts';
import { RPC } from '../wire/rpc-errors.ts';

/** True when the call was refused, and its session told why. */
export function refusesCall({ observer }: Pick<RouterCore, 'observer'>, incoming: Incoming): boolean {
  const reason = observer.callRefusal?.();
  if (reason === undefined) return false;
  fail(incoming, { code: RPC.unavailable, message: `no calls are taken: ${reason}` });
  return true;
}
