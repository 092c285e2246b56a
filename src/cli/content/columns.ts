/** Columns of projects, agents, prompts, personalities, skills, revisions and proposals. */
import type { Clock } from '../../kernel/clock.ts';
import type {
  AgentView,
  EngineView,
  PersonalityView,
  ProjectView,
  PromptView,
  ProposalView,
  RevisionView,
  SkillView,
} from '../../engine/index.ts';
import { age } from '../../text/format.ts';
import { cutAtWord } from '../../kernel/one-line.ts';
import type { Column } from '../output.ts';

export const projectColumns: readonly Column<ProjectView>[] = [
  { title: 'NAME', value: (row) => row.name },
  { title: 'SERVERS', value: (row) => String(row.servers) },
  { title: 'GATED', value: (row) => (row.gated ? 'yes' : 'no') },
];

export function agentColumns(view: EngineView): readonly Column<AgentView>[] {
  const count = (rows: Iterable<{ readonly agent?: string }>, name: string): string =>
    String([...rows].filter((row) => row.agent === name).length);
  return [
    { title: 'NAME', value: (row) => row.name },
    { title: 'PROJECT', value: (row) => row.project },
    { title: 'PERSONALITIES', value: (row) => count(view.personalities.values(), row.name) },
    { title: 'PROMPTS', value: (row) => count(view.prompts.values(), row.name) },
    { title: 'WEARS', value: (row) => row.defaultPersonality ?? '-' },
    { title: 'DEFAULT', value: (row) => (row.isDefault ? 'yes' : '') },
    { title: 'SUMMARY', value: (row) => row.summary },
  ];
}

const scopeOf = (row: { readonly scope: string; readonly project?: string; readonly agent?: string }): string =>
  row.scope === 'global' ? 'global' : `${row.scope}:${row.project ?? row.agent ?? ''}`;

/** A URI may be long: `-o wide` has it whole. */
const LINK_WIDTH = 40;

/** The worst of its links. */
function statusOf({ links = [] }: PromptView): string {
  const all = links.map(({ health }) => health);
  return (['dead', 'unknown', 'alive'] as const).find((health) => all.includes(health)) ?? '-';
}

export function promptColumns(clock: Clock): readonly Column<PromptView>[] {
  return [
    { title: 'NAME', value: (row) => row.name },
    { title: 'SCOPE', value: scopeOf },
    { title: 'REV', value: (row) => row.semver },
    { title: 'PRI', value: (row) => String(row.priority) },
    { title: 'LINK', value: ({ link }) => (link === undefined ? '-' : cutAtWord(link, LINK_WIDTH)) },
    { title: 'STATUS', value: statusOf },
    { title: 'AGE', value: (row) => age(clock.now() - row.updatedAt), by: (row) => -row.updatedAt, ticks: true },
    { title: 'READ', value: (row) => row.read, wide: true },
    { title: 'TARGET', value: (row) => row.link ?? '-', wide: true },
    {
      title: 'WHY',
      value: ({ links = [] }) =>
        links
          .map(({ reason }) => reason)
          .filter(Boolean)
          .join('; ') || '-',
      wide: true,
    },
    { title: 'BY', value: (row) => row.updatedBy, wide: true },
    { title: 'HASH', value: (row) => row.hash.slice(0, 12), wide: true },
    { title: 'TAGS', value: (row) => row.tags?.join(', ') ?? '-', wide: true },
    { title: 'FROM', value: (row) => row.summaryBy ?? '-', wide: true },
    { title: 'SUMMARY', value: (row) => (row.summary === '' ? (row.gist ?? '') : row.summary) },
  ];
}

export function personalityColumns(clock: Clock): readonly Column<PersonalityView>[] {
  return [
    { title: 'PERSONALITY', value: (row) => row.name },
    { title: 'AGENT', value: (row) => row.agent },
    { title: 'REV', value: (row) => row.semver },
    { title: 'DEFAULT', value: (row) => (row.isDefault ? 'yes' : '') },
    { title: 'AGE', value: (row) => age(clock.now() - row.updatedAt), by: (row) => -row.updatedAt, ticks: true },
    { title: 'PROMPTS', value: (row) => row.prompts.join(', ') || '-' },
  ];
}

export function skillColumns(clock: Clock): readonly Column<SkillView>[] {
  return [
    { title: 'NAME', value: (row) => row.name },
    { title: 'SCOPE', value: scopeOf },
    { title: 'REV', value: (row) => row.semver },
    { title: 'FILES', value: (row) => String(row.files.length) },
    { title: 'AGE', value: (row) => age(clock.now() - row.updatedAt), by: (row) => -row.updatedAt, ticks: true },
    { title: 'DESCRIPTION', value: (row) => row.summary },
  ];
}

/** What they are of is plain when one was named. */
export function revisionColumns(clock: Clock, isOfMany: boolean): readonly Column<RevisionView>[] {
  return [
    { title: 'REV', value: (row) => row.semver },
    { title: 'LIVE', value: (row) => (row.isCurrent ? 'live' : '') },
    { title: 'OF', value: (row) => `${row.kind}/${row.ref}`, wide: !isOfMany },
    { title: 'AUTHOR', value: (row) => row.author },
    { title: 'AGE', value: (row) => age(clock.now() - row.at), by: (row) => -row.at, ticks: true },
    { title: 'HASH', value: (row) => row.hash.slice(0, 12) },
    { title: 'FROM', value: (row) => row.proposal ?? (row.restored === undefined ? '-' : `restores ${row.restored}`) },
    { title: 'NOTE', value: (row) => row.note },
  ];
}

function proposalState({ isStale, decision, state, approvals }: ProposalView): string {
  if (isStale) return 'stale';
  if (decision?.takenBack !== undefined) return 'taken back';
  return approvals === undefined ? state : `${state}, ${approvals.have} of ${approvals.need}`;
}

export function proposalColumns(clock: Clock): readonly Column<ProposalView>[] {
  return [
    { title: 'ID', value: (row) => row.id },
    { title: 'KIND', value: (row) => row.kind },
    { title: 'TARGET', value: (row) => (row.isNew ? `new: ${row.ref}` : row.ref) },
    { title: 'BASE→NEW', value: (row) => `${row.base ?? '-'}→${row.decision?.semver ?? row.next}` },
    { title: 'LINES', value: (row) => `+${row.added} -${row.removed}` },
    {
      title: 'STATE',
      value: proposalState,
    },
    { title: 'FROM', value: (row) => row.author },
    { title: 'AGE', value: (row) => age(clock.now() - row.createdAt), by: (row) => -row.createdAt, ticks: true },
    { title: 'DECIDED', value: (row) => row.decision?.by ?? '-', wide: true },
    { title: 'RISKS', value: (row) => row.risks.join(', ') || '-' },
    { title: 'REASON', value: (row) => row.reason },
  ];
}
