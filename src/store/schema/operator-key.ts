/** Checks records of public keys that decisions are signed with, and of the signatures that count. */
import * as z from 'zod';
import { nameSchema } from './server.ts';

/** Who can sign: an operator, or a person who was given rights. */
export const signerSchema = z
  .string()
  .max(200)
  .regex(/^(?:operator|user):[A-Za-z0-9][A-Za-z0-9._@-]*$/, 'use operator:NAME or user:NAME');

export const operatorKeySchema = z.strictObject({
  /** The first 32 hex digits of the SHA-256 of the public half. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  name: nameSchema,
  subject: signerSchema,
  /** Base64 of its SPKI in DER. */
  publicKey: z.base64().max(200),
  addedAt: z.int(),
  addedBy: z.string(),
  revokedAt: z.int().optional(),
  revokedBy: z.string().optional(),
});
export type OperatorKey = z.infer<typeof operatorKeySchema>;

/** A signature that was accepted: no other decision takes it again. */
export const decisionSignatureSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  hash: z.string(),
  key: z.string(),
  by: signerSchema,
  at: z.int(),
  /** Its decision was carried out. */
  isSpent: z.boolean().default(false),
});
export type DecisionSignature = z.infer<typeof decisionSignatureSchema>;

/** How the decisions of a project are made. */
export const approvalsSchema = z
  .strictObject({
    kind: z.literal('signed'),
    /** Who decides; empty = everybody who may, with a key of their own. */
    approvers: z.array(signerSchema).max(16).default([]),
    /** So many of them have to sign. */
    quorum: z.int().min(1).max(16).default(1),
  })
  .refine(({ approvers, quorum }) => approvers.length === 0 || quorum <= approvers.length, {
    path: ['quorum'],
    message: 'is more than there are approvers',
  });
export type Approvals = z.infer<typeof approvalsSchema>;
