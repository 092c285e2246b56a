/** Moves proposals between their states; what is refused says why. Pure. */
import type { EpochMs } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Proposal } from '../../store/schema/proposal.ts';

const DAY_MS = 86_400_000;
/** What nobody decides on is no help to its author any more. */
export const EXPIRES_AFTER_MS = 30 * DAY_MS;

/** @throws McptuiError `conflict` for one that is closed */
export function refuseClosed({ id, state, decision }: Proposal): void {
  if (state === 'pending') return;
  const by = decision === undefined ? '' : ` by ${decision.by}`;
  throw new McptuiError('conflict', `proposal ${id} is ${state} already${by}`);
}

/** @throws McptuiError `denied` for one's own, `conflict` when it is not what was shown */
export function refuseApproval({ id, author, hash }: Proposal, actor: string, shown: string): void {
  if (author === actor) {
    throw new McptuiError('denied', `proposal ${id} is your own: somebody else has to approve it`);
  }
  if (hash !== shown) {
    throw new McptuiError('conflict', `proposal ${id} has changed since it was shown`, {
      hint: `look at it again: mcptui describe proposal ${id}`,
    });
  }
}

/** @throws McptuiError `denied` for others than its author */
export function refuseWithdrawal({ id, author }: Proposal, actor: string): void {
  if (author !== actor) throw new McptuiError('denied', `proposal ${id} is by ${author}: reject it instead`);
}

export function decided<P extends Proposal>(
  proposal: P,
  state: 'approved' | 'rejected' | 'withdrawn',
  decision: NonNullable<Proposal['decision']>,
): P {
  return { ...proposal, state, decision, updatedAt: decision.at };
}

/** Closed without anybody's decision. */
export function ended<P extends Proposal>(proposal: P, state: 'superseded' | 'expired', now: EpochMs): P {
  return { ...proposal, state, updatedAt: now };
}

/** @throws McptuiError `conflict` unless it was rejected */
export function reopened<P extends Proposal>(proposal: P, now: EpochMs): Omit<P, 'decision'> {
  const { id, state } = proposal;
  if (state !== 'rejected') {
    throw new McptuiError('conflict', `proposal ${id} is ${state}: only a rejected one can be opened again`);
  }
  const { decision: _, ...rest } = proposal;
  return { ...rest, state: 'pending', updatedAt: now, expiresAt: now + EXPIRES_AFTER_MS };
}

/** An approval that was undone says so: what it made is not live any more. */
export function takenBack<P extends Proposal>(proposal: P, by: string, now: EpochMs, semver: string | undefined): P {
  const { decision } = proposal;
  if (proposal.state !== 'approved' || decision === undefined) return proposal;
  const undone = { by, at: now, ...(semver === undefined ? {} : { semver }) };
  return { ...proposal, decision: { ...decision, takenBack: undone }, updatedAt: now };
}

export function isOverdue({ state, expiresAt }: Proposal, now: EpochMs): boolean {
  return state === 'pending' && expiresAt <= now;
}
