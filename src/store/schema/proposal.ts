/** Checks records of proposals: what the queue keeps of each, and what is proposed. */
import * as z from 'zod';
import {
  contentKinds,
  contentNameSchema,
  contentSchema,
  currentSchema,
  hashSchema,
  noteSchema,
  scopeFields,
} from './content.ts';

export const proposalStates = ['pending', 'approved', 'rejected', 'superseded', 'expired', 'withdrawn'] as const;

/** What the queue keeps, whatever is proposed. */
const queueFields = {
  /** Short, to be typed: `p7f3`. */
  id: z.string(),
  kind: z.enum(contentKinds),
  author: z.string(),
  session: z.string().optional(),
  reason: noteSchema.default(''),
  comments: z
    .array(z.strictObject({ by: z.string(), at: z.int(), text: noteSchema }))
    .max(200)
    .default([]),
  state: z.enum(proposalStates),
  createdAt: z.int(),
  updatedAt: z.int(),
  expiresAt: z.int(),
  decision: z
    .strictObject({
      by: z.string(),
      at: z.int(),
      reason: noteSchema.default(''),
      revision: z.string().optional(),
      /** The approval was undone; `semver` is that of the revision that did it, absent when the new text was removed. */
      takenBack: z.strictObject({ by: z.string(), at: z.int(), semver: z.string().exactOptional() }).optional(),
    })
    .optional(),
};

/** What is proposed of a prompt, personality or skill. A kind with other fields joins by a union of both. */
const subjectFields = {
  /** How the target is referred to, also of one that is not there yet. */
  ref: z.string(),
  /** Of the proposed content: what an approval has to name. */
  hash: hashSchema,
  name: contentNameSchema,
  ...scopeFields,
  /** Undefined for a new resource. */
  targetId: z.string().optional(),
  /** The live revision when it was proposed or rebased. */
  base: currentSchema.optional(),
  /** Absent once it is closed, but for the newest rejected ones. */
  content: contentSchema.optional(),
  /** Lines against the base, and what to look at twice; as of the last edit. */
  added: z.int().min(0),
  removed: z.int().min(0),
  risks: z.array(z.string()).default([]),
};

export const proposalSchema = z.strictObject({ ...queueFields, ...subjectFields });

export type Proposal = z.infer<typeof proposalSchema>;
export type ProposalState = Proposal['state'];
/** What is proposed, without what the queue keeps. */
export type ProposalSubject = Omit<Proposal, keyof typeof queueFields>;
