/** Tells what an open prompt, personality, skill or proposal shows beyond its row. */
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { textGone, textKept } from '../inbox/closed-proposals.ts';
import { usersOf } from './bindings.ts';
import { composeFor } from './composing.ts';
import { personalityView, promptView, proposalView, skillView } from '../views/content-views.ts';
import { diffTexts } from './diff.ts';
import { mergeTexts } from './merge.ts';
import { toDocument } from './document.ts';
import type { Links } from './links/links.ts';
import { revisionContent } from './revisions.ts';
import { plainText, promptTemplates, promptText, rowById, rowNamed, type ContentRow } from './rows.ts';
import { readSemver } from './semver.ts';
import { argumentsOf } from './template.ts';
import type { ContentDetail, ContentKind, ProposalDetail } from './types.ts';
import type { Content, Personality, Prompt, Skill } from '../../store/schema/content.ts';
import type { Proposal } from '../../store/schema/proposal.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import { summaryOf } from './summaries.ts';
import { unusualCharacters } from './unusual.ts';

/** @throws McptuiError `not-found`, `invalid` */
export function contentDetail(
  db: Database<Shape>,
  kind: ContentKind,
  ref: string,
  links?: Pick<Links, 'stateOf' | 'tokensOf'>,
): ContentDetail {
  const row = rowNamed(db, kind, ref);
  const text = toDocument(kind, row.content);
  return {
    view: viewOf(db, kind, row, links),
    content: row.content,
    text,
    usedBy: usersOf(db, kind, row),
    tokens:
      tokensOf(readText(db, kind, row)) + (kind === 'prompt' ? (links?.tokensOf(row as unknown as Prompt) ?? 0) : 0),
    unusual: unusualCharacters(plainText(kind, row.content)),
    variables: kind === 'prompt' ? variablesIn(db, row as unknown as Prompt) : [],
    ...(kind === 'prompt'
      ? { chapters: summaryOf(row as unknown as Prompt, db.collection('digests').find(row.current.hash)).chapters }
      : {}),
  };
}

function variablesIn(db: Database<Shape>, row: Prompt): readonly string[] {
  return argumentsOf(promptTemplates(db.collection('prompts').all(), row)).map(({ name }) => name);
}

function viewOf(
  db: Database<Shape>,
  kind: ContentKind,
  row: ContentRow,
  links: Pick<Links, 'stateOf'> | undefined,
): ContentDetail['view'] {
  switch (kind) {
    case 'prompt':
      return promptView(db, row as unknown as Prompt, links === undefined ? undefined : (link) => links.stateOf(link));
    case 'personality':
      return personalityView(db, row as unknown as Personality);
    case 'skill':
      return skillView(row as unknown as Skill);
  }
}

/** What an agent reads of it. */
function readText(db: Database<Shape>, kind: ContentKind, row: ContentRow): string {
  switch (kind) {
    case 'prompt':
      return promptText(db.collection('prompts').all(), row as unknown as Prompt);
    case 'personality':
      return composeFor(db, { agent: row.agent ?? '', personality: row.name }).text;
    case 'skill':
      return plainText(kind, row.content);
  }
}

export async function proposalDetail(db: Database<Shape>, proposal: Proposal): Promise<ProposalDetail> {
  const { kind, id, ref } = proposal;
  const view = proposalView(db, proposal);
  const toText = (shown: Content): string => toDocument(kind, shown);
  const live = rowById(db, kind, proposal.targetId);
  const content = proposal.content ?? (await approvedOf(db, proposal));
  const proposed = { label: id, text: content === undefined ? textGone(proposal) : toText(content) };
  // A decided proposal is compared with its base: the live text already has the outcome.
  const isOpen = proposal.state === 'pending';
  const before = isOpen ? live?.content : await baseOf(db, proposal);
  const semver = isOpen ? live?.current.semver : proposal.base?.semver;
  const left = {
    label: before === undefined ? 'nothing' : `${isOpen ? 'live ' : ''}${readSemver(semver ?? '')}`,
    text: before === undefined ? '' : toText(before),
  };
  const stale = view.isStale ? await staleness(db, proposal, live) : undefined;
  return {
    proposal: view,
    text: proposed.text,
    diff: diffTexts(content === undefined ? proposed : left, proposed),
    ...(stale === undefined ? {} : { stale }),
    comments: proposal.comments,
    unusual: content === undefined ? [] : unusualCharacters(plainText(kind, content)),
    tokens: {
      before: before === undefined ? 0 : tokensOf(plainText(kind, before)),
      after: content === undefined ? 0 : tokensOf(plainText(kind, content)),
    },
    ...(kind === 'personality' ? {} : { readers: readersOf(db, proposal, content) }),
    usedBy: live === undefined ? [] : usersOf(db, kind, rowNamed(db, kind, ref)),
  };
}

function readersOf(db: Database<Shape>, { scope, project, agent }: Proposal, content: Content | undefined): string {
  if (content !== undefined && 'read' in content && content.read === 'worn')
    return 'who wears a personality that binds it';
  if (scope === 'agent') return `agent ${agent ?? ''}`;
  const agents = db.collection('agents').all();
  const there = scope === 'global' ? agents : agents.filter((row) => row.project === project);
  const where = scope === 'global' ? '' : ` of project ${project ?? ''}`;
  return `every session${where} (${there.length} ${there.length === 1 ? 'agent' : 'agents'})`;
}

/** What was approved is a revision. */
async function approvedOf(db: Database<Shape>, { decision }: Proposal) {
  return decision?.revision === undefined ? undefined : revisionContent(db, decision.revision);
}

async function baseOf(db: Database<Shape>, { base }: Proposal) {
  return base === undefined ? undefined : revisionContent(db, base.id);
}

async function staleness(
  db: Database<Shape>,
  proposal: Proposal,
  live: ContentRow | undefined,
): Promise<ProposalDetail['stale']> {
  const toText = (shown: Content): string => toDocument(proposal.kind, shown);
  const baseContent = await baseOf(db, proposal);
  const base = {
    label: `base ${readSemver(proposal.base?.semver ?? '')}`,
    text: baseContent === undefined ? '' : toText(baseContent),
  };
  const now =
    live === undefined
      ? { label: 'deleted', text: '' }
      : { label: `live ${readSemver(live.current.semver)}`, text: toText(live.content) };
  const proposed = { label: proposal.id, text: toText(textKept(proposal)) };
  return {
    live: live === undefined ? 'deleted' : readSemver(live.current.semver),
    baseToLive: diffTexts(base, now),
    baseToProposed: diffTexts(base, proposed),
    isClean: live !== undefined && mergeTexts(base.text, now, proposed).kind === 'clean',
  };
}
