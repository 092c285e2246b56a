/** Describes answers of the REST API about prompts, personalities, skills, proposals and revisions. */
import * as z from 'zod';
import { contentKinds, contentSchema, scopeFields } from '../../../store/schema/content.ts';
import { proposalStates } from '../../../store/schema/proposal.ts';
import type {
  ContentDetail,
  DiffView,
  PersonalityView,
  PromptView,
  ProposalDetail,
  ProposalView,
  RebaseOutcome,
  RevisionDetail,
  RevisionView,
  Saved,
  SkillView,
} from '../../content/types.ts';
import { bool, list, num, shows, text } from './shows.ts';

const health = z.enum(['alive', 'dead', 'unknown']);
const optional = text.optional();

const view = {
  id: text,
  ref: text,
  name: text,
  scope: scopeFields.scope,
  project: optional,
  agent: optional,
  summary: text,
  semver: text,
  hash: text,
  revisionId: text,
  length: num,
  createdAt: num,
  updatedAt: num,
  updatedBy: text,
};
const link = z.strictObject({
  ref: text,
  kind: z.enum(['prompt', 'resource']),
  health,
  reason: optional,
  next: optional,
  checkedAt: num.optional(),
});

const prompt = {
  ...view,
  kind: z.literal('prompt'),
  priority: num,
  tags: list(text).optional(),
  gist: optional,
  summaryBy: z.enum(['own', 'model', 'rules']).optional(),
  summaryModel: optional,
  summaryWhy: optional,
  link: optional,
  linkState: z.enum(['none', 'ok', 'broken']),
  links: list(link).optional(),
  read: z.enum(['always', 'worn']),
};
const personality = {
  ...view,
  kind: z.literal('personality'),
  agent: text,
  prompts: list(text),
  isDefault: bool,
};
const skill = { ...view, kind: z.literal('skill'), files: list(text) };

const unusual = list(z.strictObject({ shown: text, what: text, count: num }));
const detail = {
  content: contentSchema,
  text,
  usedBy: list(text),
  tokens: num,
  unusual,
  variables: list(text),
  chapters: list(z.strictObject({ title: text, from: num, to: num })).optional(),
};
const diff = shows<DiffView>()(
  z.strictObject({
    left: text,
    right: text,
    lines: list(
      z.strictObject({
        kind: z.enum(['same', 'add', 'del']),
        a: num.optional(),
        b: num.optional(),
        parts: list(z.strictObject({ text, changed: bool })),
      }),
    ),
    added: num,
    removed: num,
  }),
);

const takenBack = z.strictObject({ by: text, at: num, semver: optional });
const proposal = {
  id: text,
  kind: z.enum(contentKinds),
  ref: text,
  name: text,
  isNew: bool,
  author: text,
  session: optional,
  reason: text,
  state: z.enum(proposalStates),
  base: optional,
  next: text,
  isStale: bool,
  risks: list(text),
  hash: text,
  added: num,
  removed: num,
  comments: num,
  approvals: z.strictObject({ have: num, need: num, signers: list(text) }).optional(),
  createdAt: num,
  updatedAt: num,
  expiresAt: num,
  decision: z
    .strictObject({ by: text, at: num, reason: text, semver: optional, takenBack: takenBack.optional() })
    .optional(),
};
const comments = list(z.strictObject({ by: text, at: num, text }));

const revision = {
  id: text,
  kind: z.enum(contentKinds),
  ref: text,
  semver: text,
  hash: text,
  author: text,
  note: text,
  at: num,
  isCurrent: bool,
  proposal: optional,
  restored: optional,
};

type Flat<Head, Detail> = Omit<Detail, 'view' | 'proposal' | 'revision' | 'comments'> & Omit<Head, 'comments'>;

export const shownContent = {
  Prompt: shows<PromptView>()(z.strictObject(prompt)),
  Personality: shows<PersonalityView>()(z.strictObject(personality)),
  Skill: shows<SkillView>()(z.strictObject(skill)),
  PromptDetail: shows<Flat<PromptView, ContentDetail>>()(z.strictObject({ ...prompt, ...detail })),
  PersonalityDetail: shows<Flat<PersonalityView, ContentDetail>>()(z.strictObject({ ...personality, ...detail })),
  SkillDetail: shows<Flat<SkillView, ContentDetail>>()(z.strictObject({ ...skill, ...detail })),
  Saved: shows<Saved>()(z.strictObject({ ref: text, semver: text, hash: text, revisionId: optional })),
  Diff: diff,
  Proposal: shows<ProposalView>()(z.strictObject(proposal)),
  ProposalDetail: shows<Flat<ProposalView, ProposalDetail> & Pick<ProposalDetail, 'comments'>>()(
    z.strictObject({
      ...proposal,
      text,
      diff,
      stale: z.strictObject({ live: text, baseToLive: diff, baseToProposed: diff, isClean: bool }).optional(),
      comments,
      unusual,
      tokens: z.strictObject({ before: num, after: num }),
      readers: optional,
      usedBy: list(text),
    }),
  ),
  Edited: shows<{ readonly hash: string }>()(z.strictObject({ hash: text })),
  Rebased: shows<RebaseOutcome>()(
    z.union([
      z.strictObject({ kind: z.literal('clean'), hash: text }),
      z.strictObject({ kind: z.literal('conflict'), text, onto: text }),
    ]),
  ),
  Revision: shows<RevisionView>()(z.strictObject(revision)),
  RevisionDetail: shows<Flat<RevisionView, RevisionDetail>>()(
    z.strictObject({ ...revision, content: contentSchema, text }),
  ),
};
