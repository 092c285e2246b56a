/**
 * Describes what a kind of proposals brings to the queue: an entry a kind. The queue knows no kind, so that others (tool
 * definitions, calls that wait for a person) come in by an entry of theirs.
 */
import type { Proposal, ProposalSubject } from '../../store/schema/proposal.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction, Versioned } from '../../store/types.ts';

export type ProposalRow = Versioned<Proposal>;
export type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

/** Fields of every draft besides what it proposes. */
export interface Filing {
  readonly kind: Proposal['kind'];
  readonly reason: string;
  /** `agent:reviewer`, `operator:ann` */
  readonly author: string;
  readonly session?: string;
}

/** Options of every approval besides those of its kind. */
export interface Approval {
  /** Hash of what the approver was shown. */
  readonly hash: string;
  /** Approve with edits: the document as it was changed. */
  readonly text?: string;
}

/** Outcome of an approval. */
export interface Applied {
  /** What it made; absent when nothing had to be made. */
  readonly revisionId?: string;
}

export interface Resolution {
  /** The document in which a person has settled the conflict. */
  readonly text: string;
  /** Hash of what it was settled against. */
  readonly onto: string;
}

export type Rebase =
  /** `onto` in a few words, for the audit event. */
  | { readonly kind: 'clean'; readonly subject: Partial<ProposalSubject>; readonly onto: string }
  /** A document with markers, and the hash of what it is merged with. */
  | { readonly kind: 'conflict'; readonly text: string; readonly onto: string };

/** Each method works within the caller's transaction; what it throws leaves everything as it was. */
export interface ProposalKind<Draft, Terms, Outcome> {
  /**
   * What a draft proposes; `what` in a few words, for the audit event.
   * @throws McptuiError `invalid` for what could never be approved, `conflict` when nothing would change
   */
  subject(tx: Transaction<Shape>, draft: Draft): { readonly subject: ProposalSubject; readonly what: string };
  /** Why nobody can decide on it any more: what it belongs to is gone. */
  gone(from: Reads, proposal: Proposal): string | undefined;
  /** @throws McptuiError `conflict` with the next step when it is `gone` */
  refuseGone(from: Reads, proposal: Proposal): void;
  /** What it proposes once its document is `text`. @throws McptuiError `invalid` */
  edited(tx: Transaction<Shape>, proposal: Proposal, text: string): Partial<ProposalSubject>;
  /** Reads ahead what never changes; what it returns works in the transaction. @throws McptuiError `conflict`, `invalid` */
  rebasing(
    proposal: Proposal,
  ): Promise<(tx: Transaction<Shape>, proposal: Proposal, resolved: Resolution | undefined) => Rebase>;
  /** Makes it live, with its events. @throws McptuiError `conflict` when it is stale, `invalid` */
  apply(
    tx: Transaction<Shape>,
    proposal: Proposal,
    terms: Terms,
    by: { readonly actor: string; readonly cause: number },
  ): Outcome;
}

export type ProposalKinds<Draft, Terms, Outcome> = Readonly<
  Record<Proposal['kind'], ProposalKind<Draft, Terms, Outcome>>
>;
