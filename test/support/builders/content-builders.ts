/** Agents, prompts, personalities and proposals as a console meets them; each part can be told otherwise. */
import { createHash } from 'node:crypto';
import type { AgentView, PersonalityView, PromptView, ProposalView, SkillView } from '../../../src/engine/index.ts';
import { day, fixtureNow, hour, minute } from './console-builders.ts';

/** Stands for the hash of a content. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function anAgent(part: Partial<AgentView> = {}): AgentView {
  const name = part.name ?? 'reviewer';
  return {
    id: `agt_${name}`,
    name,
    summary: '',
    project: 'default',
    isDefault: false,
    defaultPersonality: null,
    createdAt: fixtureNow - 9 * day,
    updatedAt: fixtureNow - 9 * day,
    ...part,
  };
}

export function aSkill(part: Partial<SkillView> = {}): SkillView {
  const name = part.name ?? 'release-notes';
  return {
    id: `skl_${name}`,
    kind: 'skill',
    ref: promptRef({ name, project: part.project, agent: part.agent }),
    name,
    scope: 'global',
    summary: 'Writes the notes of a release',
    semver: '1.2.0',
    hash: hashOf(name),
    revisionId: `rev_${name}`,
    length: 120,
    files: ['SKILL.md'],
    createdAt: fixtureNow - 9 * day,
    updatedAt: fixtureNow - 2 * day,
    updatedBy: 'operator:ann',
    ...part,
  };
}

interface Placed {
  readonly name: string;
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
}

function promptRef({ name, project, agent }: Placed): string {
  if (project !== undefined) return `project:${project}/${name}`;
  return agent === undefined ? name : `agent:${agent}/${name}`;
}

/** The global prompt `style` 0.9.0 unless told otherwise; its scope follows from `project` or `agent`. */
export function aPrompt(part: Partial<PromptView> = {}): PromptView {
  const name = part.name ?? 'style';
  const { project, agent } = part;
  const ref = part.ref ?? promptRef({ name, project, agent });
  return {
    id: `pmt_${ref}`,
    kind: 'prompt',
    ref,
    name,
    scope: project !== undefined ? 'project' : agent === undefined ? 'global' : 'agent',
    summary: '',
    semver: '0.9.0',
    hash: hashOf(`${ref} live`),
    revisionId: `rev_${ref}`,
    length: 240,
    priority: 5,
    linkState: 'none',
    read: 'always',
    createdAt: fixtureNow - 20 * day,
    updatedAt: fixtureNow - 3 * day,
    updatedBy: 'operator:ann',
    ...part,
  };
}

/** `reviewer/careful`, which binds two prompts, unless told otherwise. */
export function aPersonality(part: Partial<PersonalityView> = {}): PersonalityView {
  const name = part.name ?? 'careful';
  const agent = part.agent ?? 'reviewer';
  const ref = `${agent}/${name}`;
  return {
    id: `psn_${ref}`,
    kind: 'personality',
    ref,
    name,
    scope: 'agent',
    agent,
    summary: '',
    semver: '0.1.0',
    hash: hashOf(`${ref} live`),
    revisionId: `rev_${ref}`,
    length: 60,
    prompts: ['agent:reviewer/gitea-howto', 'style'],
    isDefault: false,
    createdAt: fixtureNow - 20 * day,
    updatedAt: fixtureNow - 2 * hour,
    updatedBy: 'operator:ann',
    ...part,
  };
}

/** `p801`: the agent reviewer changes one line of `deploy-rules` 1.4.1; pending for 40 minutes, unless told otherwise. */
export function aProposal(part: Partial<ProposalView> = {}): ProposalView {
  const id = part.id ?? 'p801';
  const name = part.name ?? 'deploy-rules';
  const base = part.isNew === true ? {} : { base: '1.4.1' };
  return {
    id,
    kind: 'prompt',
    ref: name,
    name,
    isNew: false,
    author: 'agent:reviewer',
    session: 'ses_91c',
    reason: 'two deploys failed on Friday',
    state: 'pending',
    ...base,
    next: '1.4.2',
    isStale: false,
    risks: [],
    hash: hashOf(`${id} proposed`),
    added: 1,
    removed: 1,
    comments: 0,
    createdAt: fixtureNow - 40 * minute,
    updatedAt: fixtureNow - 40 * minute,
    expiresAt: fixtureNow + 30 * day,
    ...part,
  };
}

/** The live text of `deploy-rules`; what is proposed replaces its second line. */
export const deployRules = [
  'You deploy services with the runner.',
  'Always deploy on Fridays.',
  'Tell the channel before and after.',
  'Roll back when the error rate doubles.',
].join('\n');
export const deployRulesProposed = deployRules.replace('on Fridays', 'after the checks pass');

/** The four proposals of the picture: a stale one, a new prompt, one with a risk, a personality. */
export function pictureProposals(): readonly ProposalView[] {
  return [
    aProposal({ id: 'p7f3', isStale: true, createdAt: fixtureNow - 2 * day }),
    aProposal({ id: 'p801', name: 'rollback', isNew: true, next: '0.1.0', added: 4, removed: 0 }),
    aProposal({
      id: 'p802',
      author: 'agent:mentor',
      risks: ['3 unusual characters'],
      createdAt: fixtureNow - 12 * minute,
    }),
    aProposal({
      id: 'p803',
      kind: 'personality',
      ref: 'reviewer/careful',
      name: 'careful',
      author: 'agent:mentor',
      base: '0.1.0',
      next: '0.1.1',
      reason: 'style belongs to it',
      createdAt: fixtureNow - 5 * minute,
    }),
  ];
}
