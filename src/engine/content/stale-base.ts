/** Compares what a proposal was made on with what is live. Pure. */
import type { Proposal } from '../../store/schema/proposal.ts';

/** Whether the live revision is another one, or gone; what is new was made on nothing, and is never stale. */
export function isStaleBase(base: Proposal['base'], live: { readonly hash: string } | undefined): boolean {
  return base !== undefined && live?.hash !== base.hash;
}
