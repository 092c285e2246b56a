/** Describes what a signature is over: RFC 8785 canonical JSON of one decision. Pure. */
import * as z from 'zod';
import type { EpochMs } from '../../kernel/clock.ts';

export const decisionKinds = ['approve', 'reject', 'reopen', 'admit', 'edit', 'grant', 'settings', 'key'] as const;
export type DecisionKind = (typeof decisionKinds)[number];

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** Nothing else is signed: whoever changes one field has another document. */
export const documentSchema = z.strictObject({
  format: z.literal('mcptui-decision/1'),
  kind: z.enum(decisionKinds),
  /** `proposal/p7f3`, `session/ses_1`, `binding/user:bob reviewer`. */
  subject: z.string().max(600),
  /** SHA-256 of the canonical JSON of what was shown. */
  hash: hex(64),
  /** Who signs: `user:ann`. */
  by: z.string().max(200),
  /** Id of the key. */
  key: hex(32),
  at: z.int(),
  /** `SEQ:HASH` of the journal at that time. */
  head: z.string().regex(/^\d{1,15}:[0-9a-f]{64}$/),
});
export type DecisionDocument = z.infer<typeof documentSchema>;

/** What a command carries; the rest of the document follows from its other arguments. */
export const signatureSchema = z.strictObject({
  key: hex(32),
  at: z.int(),
  head: z.string().regex(/^\d{1,15}:[0-9a-f]{64}$/),
  /** Base64 of the 64 bytes of Ed25519. */
  value: z.base64().length(88),
});
export type Signature = z.infer<typeof signatureSchema>;

/** What the holder of a key is asked to sign, and how far the decision is. */
export interface DecisionDraft {
  readonly kind: DecisionKind;
  readonly subject: string;
  readonly hash: string;
  /** What `hash` is of. */
  readonly shown: object;
  readonly at: EpochMs;
  readonly head: string;
  /** Projects that demand it. */
  readonly projects: readonly string[];
  /** Signatures so far, and how many are needed. */
  readonly have: number;
  readonly need: number;
  /** Who has signed. */
  readonly signers: readonly string[];
  /** Who may; empty = everybody with a key and the right. */
  readonly approvers: readonly string[];
}

export interface Approved {
  readonly have: number;
  readonly need: number;
  readonly signers: readonly string[];
}

/** The document that a draft becomes once it is known who signs it. */
export function documentOf(
  { kind, subject, hash, at, head }: Pick<DecisionDraft, 'kind' | 'subject' | 'hash' | 'at' | 'head'>,
  { by, key }: { readonly by: string; readonly key: string },
): DecisionDocument {
  return { format: 'mcptui-decision/1', kind, subject, hash, by, key, at, head };
}

/** `operator:ann` and `user:ann` are one person: each counts once, and neither decides on what the other has proposed. */
export function personOf(subject: string): string {
  return subject.replace(/^(?:operator|user):/, '');
}
