/** Tells of a proposal how many have signed its approval, and of how many; undefined where nobody has to. */
import type { Proposal } from '../../store/schema/proposal.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { approved, demandsOf } from './demand.ts';
import { canonicalHash } from './canonical.ts';
import type { Approved } from './document.ts';
import { approvalAsShown } from './signable.ts';

export function approvalsOf(db: Pick<Database<Shape>, 'collection'>, proposal: Proposal): Approved | undefined {
  if (proposal.state !== 'pending') return undefined;
  const projects = db.collection('projects').all();
  if (projects.every(({ approvals }) => approvals === undefined)) return undefined;
  const keys = db.collection('operatorKeys').all();
  const decided = approvalAsShown(db, proposal);
  const demands = decided === undefined ? [] : demandsOf(decided, projects, keys);
  if (decided === undefined || demands.length === 0) return undefined;
  const rows = db.collection('decisionSignatures').all();
  // A proposal ends before the signatures of its approval do.
  const now = proposal.createdAt;
  return approved({ ...decided, hash: canonicalHash(decided.shown) }, demands, { rows, keys, now });
}
