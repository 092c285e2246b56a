/** Makes the rows that consoles list from rows of the store. Pure. */
import { defined } from '../../kernel/defined.ts';
import type { Personality, Prompt, Skill } from '../../store/schema/content.ts';
import type { Proposal } from '../../store/schema/proposal.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { kindRef } from '../content/refs.ts';
import { linkViews, nobodyLooks, type StateOfLink } from '../content/links/link-views.ts';
import { plainText, rowById, type ContentRow } from '../content/rows.ts';
import { lineOf } from '../content/summaries.ts';
import { FIRST_SEMVER, nextSemver, readSemver } from '../content/semver.ts';
import { skillFrontMatter } from '../content/skill.ts';
import { skillPaths } from '../content/skill-document.ts';
import type { ContentView, PersonalityView, PromptView, ProposalView, SkillView } from '../content/types.ts';
import { isStaleBase } from '../content/stale-base.ts';
import { approvalsOf } from '../signing/approvals-view.ts';

type Reads = Pick<Database<Shape>, 'collection'>;

function common<K extends ContentView['kind']>(kind: K, row: ContentRow, summary: string): ContentView & { kind: K } {
  const { id, name, scope, project, agent, current, createdAt, updatedAt, updatedBy } = row;
  return {
    id,
    kind,
    ref: kindRef(kind, row),
    name,
    scope,
    ...(project === undefined ? {} : { project }),
    ...(agent === undefined ? {} : { agent }),
    summary,
    semver: readSemver(current.semver),
    hash: current.hash,
    revisionId: current.id,
    length: plainText(kind, row.content).length,
    createdAt,
    updatedAt,
    updatedBy,
  };
}

export function promptView(db: Reads, row: Prompt, stateOf: StateOfLink = nobodyLooks): PromptView {
  const { priority, read = 'always', summary, tags } = row.content;
  const digest = db.collection('digests').find(row.current.hash);
  const line = lineOf(row, digest);
  const gist = summary === '' ? line.summary : '';
  const links = row.content.link === undefined ? [] : linkViews(db.collection('prompts').all(), row, stateOf);
  return {
    ...common('prompt', row, summary),
    priority,
    ...(tags === undefined ? {} : { tags }),
    ...(gist === '' ? {} : { gist }),
    summaryBy: line.by,
    ...defined({ summaryModel: line.by === 'model' ? digest?.model : undefined, summaryWhy: digest?.failed }),
    read,
    ...(links.length === 0 ? {} : { link: links.map(({ ref }) => ref).join(', '), links }),
    linkState: links.length === 0 ? 'none' : links.some(({ health }) => health === 'dead') ? 'broken' : 'ok',
  };
}

export function personalityView(db: Reads, row: Personality): PersonalityView {
  const agent = db
    .collection('agents')
    .all()
    .find((candidate) => candidate.name === row.agent);
  return {
    ...common('personality', { ...row, scope: 'agent' }, row.content.summary),
    agent: row.agent,
    prompts: row.content.prompts,
    isDefault: agent?.defaultPersonality === row.name,
  };
}

export function skillView(row: Skill): SkillView {
  return { ...common('skill', row, skillFrontMatter(row.content).description), files: skillPaths(row.content) };
}

export function proposalView(db: Reads, row: Proposal): ProposalView {
  const live = rowById(db, row.kind, row.targetId);
  const isPending = row.state === 'pending';
  const revision =
    row.decision?.revision === undefined ? undefined : db.collection('revisions').find(row.decision.revision);
  return {
    id: row.id,
    kind: row.kind,
    ref: row.ref,
    name: row.name,
    isNew: row.base === undefined,
    author: row.author,
    ...(row.session === undefined ? {} : { session: row.session }),
    reason: row.reason,
    state: row.state,
    ...(row.base === undefined ? {} : { base: readSemver(row.base.semver) }),
    next: live === undefined ? FIRST_SEMVER : nextSemver(live.current.semver, {}),
    isStale: isPending && isStaleBase(row.base, live?.current),
    risks: row.risks,
    hash: row.hash,
    added: row.added,
    removed: row.removed,
    comments: row.comments.length,
    ...defined({ approvals: approvalsOf(db, row) }),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    expiresAt: row.expiresAt,
    ...(row.decision === undefined
      ? {}
      : {
          decision: {
            by: row.decision.by,
            at: row.decision.at,
            reason: row.decision.reason,
            ...(revision === undefined ? {} : { semver: revision.semver }),
            ...(row.decision.takenBack === undefined ? {} : { takenBack: row.decision.takenBack }),
          },
        }),
  };
}
