/** Words how many have signed an approval, for the console and the command line. */
import type { Approved } from '../engine/index.ts';

/** `1 of 2 approvals, by operator:ann` */
export function approvalWords({ have, need, signers }: Approved): string {
  return `${have} of ${need} ${need === 1 ? 'approval' : 'approvals'}${signers.length === 0 ? '' : `, by ${signers.join(', ')}`}`;
}
