/** Puts a proposal into words. Cleaned. */
import type { ProposalView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { person } from '../../kit/describe.ts';
import type { Tone } from '../../kit/theme.ts';

const kinds: Readonly<Record<ProposalView['kind'], string>> = {
  prompt: 'prompt',
  personality: 'persona',
  skill: 'skill',
};

export function kindWord({ kind }: ProposalView): string {
  return kinds[kind];
}

/** `deploy-rules`, `new: rollback`. */
export function targetWord({ name, ref, isNew }: ProposalView, width: number): string {
  const whole = clean(isNew ? `new: ${ref}` : ref);
  return whole.length <= width ? whole : clean(isNew ? `new: ${name}` : name);
}

/** `1.4.1→1.4.2`, `-→0.1.0`. */
export function versionWord({ base, next }: ProposalView): string {
  return clean(`${base ?? '-'}→${next}`);
}

export function fromWord({ author }: ProposalView): string {
  return person(author);
}

/** `prompt deploy-rules 1.4.1 → 1.4.2 by reviewer`. */
export function proposalLine(proposal: ProposalView): string {
  const { ref, base, next, isNew } = proposal;
  const versions = isNew ? `new, ${next}` : `${base ?? '-'} → ${next}`;
  return `${kindWord(proposal)} ${clean(ref)} ${clean(versions)} by ${fromWord(proposal)}`;
}

export const stateTones: Readonly<Record<ProposalView['state'], Tone>> = {
  pending: 'plain',
  approved: 'ok',
  rejected: 'bad',
  superseded: 'dim',
  expired: 'dim',
  withdrawn: 'dim',
};
