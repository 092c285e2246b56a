/** Makes the audit event of a step of a proposal. Pure. */
import type { Proposal } from '../../store/schema/proposal.ts';
import type { EventDraft } from '../../store/types.ts';

/** `cause` is the number of the event that led here. */
export function proposalEvent(
  kind: string,
  actor: string,
  proposal: Proposal,
  message: string,
  cause?: number,
): EventDraft {
  return {
    kind,
    actor,
    target: `proposal/${proposal.id}`,
    outcome: 'ok',
    ...(message === '' ? {} : { message }),
    ...(proposal.session !== undefined && actor === proposal.author ? { session: proposal.session } : {}),
    ...(cause === undefined ? {} : { cause }),
    detail: { kind: proposal.kind, ref: proposal.ref, hash: proposal.hash },
  };
}
