/** Tells why a prompt is read or not, and why a proposal is as it is. Pure. */
import type { PersonalityView, PromptView, ProposalView } from '../../engine/index.ts';
import { link, moment, type Chain, type Link } from './chain.ts';

export interface PromptFacts {
  readonly personalities: readonly PersonalityView[];
  readonly gatedProjects: readonly string[];
}

export function promptChain(prompt: PromptView, { personalities, gatedProjects }: PromptFacts): Chain {
  const { ref, semver, updatedAt, updatedBy, read, linkState, links = [] } = prompt;
  const bound = personalities.filter(({ prompts }) => prompts.includes(ref));
  const gated = gatedProjects.filter((name) => prompt.project === undefined || prompt.project === name);
  const worn = bound.map((one) => `${one.ref}${one.isDefault ? ' (a default)' : ''}`).join(', ');
  return {
    kind: 'prompt',
    name: ref,
    links: [
      link('live', `${semver} since ${moment(updatedAt)} by ${updatedBy}`),
      link('scope', scopeWords(prompt)),
      link(
        'read',
        read === 'always'
          ? 'by everybody of its scope'
          : `only by who wears a personality that binds it: ${bound.length === 0 ? 'none does' : worn}`,
      ),
      ...(read === 'always' && bound.length > 0 ? [link('bound', worn)] : []),
      ...gated.map((name) =>
        link(
          'gate',
          `project ${name} is gated: a session gets it when its task fits, priority ${prompt.priority}, tags ${prompt.tags?.join(', ') ?? 'none'}`,
        ),
      ),
      ...(linkState === 'broken'
        ? links.flatMap((one) => (one.health === 'dead' ? [link('link', `${one.ref} is dead`)] : []))
        : []),
    ],
  };
}

function scopeWords({ scope, project, agent }: PromptView): string {
  switch (scope) {
    case 'global':
      return 'agents of every project';
    case 'project':
      return `agents of project ${project ?? '-'}`;
    case 'agent':
      return `agent ${agent ?? '-'} alone`;
  }
}

export function proposalChain(proposal: ProposalView): Chain {
  const { id, kind, ref, isNew, author, session, reason, state, createdAt } = proposal;
  const by = `${author}${session === undefined ? '' : ` in session ${session}`}`;
  return {
    kind: 'proposal',
    name: id,
    links: [
      link('state', state),
      link('what', `${isNew ? 'a new' : 'a change of'} ${kind} ${ref}, +${proposal.added} -${proposal.removed} lines`),
      link('filed', `${moment(createdAt)} by ${by}${reason === '' ? '' : `: "${reason}"`}`),
      ...openLinks(proposal),
      ...decisionLinks(proposal),
    ],
  };
}

function openLinks({ id, state, isStale, base, risks, approvals, expiresAt }: ProposalView): readonly Link[] {
  const signed =
    approvals === undefined
      ? []
      : [
          link(
            'signed',
            `${approvals.have} of ${approvals.need}${approvals.signers.length === 0 ? '' : `: ${approvals.signers.join(', ')}`}`,
          ),
        ];
  if (state !== 'pending') return signed;
  return [
    ...(isStale
      ? [link('stale', `made on ${base ?? '-'}, which is not live any more → mcptui rebase proposal ${id}`)]
      : []),
    ...risks.map((risk) => link('risk', risk)),
    ...signed,
    link('next', `mcptui approve proposal ${id}, or reject; it expires ${moment(expiresAt)}`),
  ];
}

function decisionLinks({ decision }: ProposalView): readonly Link[] {
  if (decision === undefined) return [];
  const { by, at, reason, semver, takenBack } = decision;
  return [
    link(
      'decided',
      `${moment(at)} by ${by}${semver === undefined ? '' : `, as ${semver}`}${reason === '' ? '' : `: "${reason}"`}`,
    ),
    ...(takenBack === undefined ? [] : [link('undone', `${moment(takenBack.at)} by ${takenBack.by}`)]),
  ];
}
