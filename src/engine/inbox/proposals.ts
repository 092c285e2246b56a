/** Queues proposals, filed by agents and people and decided by people, whatever their kind. Each step is one transaction. */
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Proposal } from '../../store/schema/proposal.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { isSameAuthor } from '../access/actor.ts';
import { textKept, tidy, tidying } from './closed-proposals.ts';
import { assertRoom, FilingRate } from './pending-caps.ts';
import { proposalEvent } from './proposal-event.ts';
import type {
  Applied,
  Approval,
  Filing,
  ProposalKind,
  ProposalKinds,
  ProposalRow,
  Reads,
  Resolution,
} from './proposal-kind.ts';
import { shortId } from './short-id.ts';
import {
  decided,
  ended,
  EXPIRES_AFTER_MS,
  isOverdue,
  refuseApproval,
  refuseClosed,
  refuseWithdrawal,
  reopened,
} from './state.ts';

export interface ProposalsParts<Draft, Terms, Outcome> {
  readonly db: Database<Shape>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Number of the newest event about a proposal. */
  readonly causes: { ofProposal(id: string): Promise<number | undefined> };
  readonly kinds: ProposalKinds<Draft, Terms, Outcome>;
}

type RebaseOutcome =
  | { readonly kind: 'clean'; readonly hash: string }
  | { readonly kind: 'conflict'; readonly text: string; readonly onto: string };

export class Proposals<Draft extends Filing, Terms extends Approval, Outcome extends Applied> {
  readonly #p: ProposalsParts<Draft, Terms, Outcome>;
  readonly #rate: FilingRate;

  constructor(parts: ProposalsParts<Draft, Terms, Outcome>) {
    this.#p = parts;
    this.#rate = new FilingRate(parts.clock);
  }

  /** @throws McptuiError `invalid`, `conflict` when nothing would change, too many wait or they come too fast */
  async propose(draft: Draft): Promise<Proposal> {
    const { clock, ids, db, kinds } = this.#p;
    const { kind, author, session, reason } = draft;
    if (session !== undefined) this.#rate.take(session);
    return db.transact((tx) => {
      const proposals = tx.collection('proposals');
      const { subject, what } = kinds[kind].subject(tx, draft);
      const now = clock.now();
      const pending = proposals.all().filter((row) => row.state === 'pending');
      const older = new Set(
        pending.filter((row) => row.kind === kind && row.ref === subject.ref && isSameAuthor(row, draft)),
      );
      assertRoom(
        pending.filter((row) => !older.has(row)),
        { author, project: subject.project, chars: JSON.stringify(subject.content).length },
      );
      for (const row of older) {
        proposals.replace(ended(row, 'superseded', now));
        tx.event(proposalEvent('proposal_supersede', author, row, 'a newer one by the same author'));
      }
      const proposal = proposals.insert({
        id: shortId(ids.next('prp'), (id) => proposals.find(id) !== undefined),
        kind,
        ...subject,
        author,
        ...defined({ session }),
        reason,
        comments: [],
        state: 'pending',
        createdAt: now,
        updatedAt: now,
        expiresAt: now + EXPIRES_AFTER_MS,
      });
      tx.event(proposalEvent('proposal_create', author, proposal, `${what}: ${reason}`));
      tidy(tx);
      return proposal;
    });
  }

  /** What was proposed, the decision and both events in one record. @throws McptuiError `denied`, `conflict`, `invalid` */
  async approve(id: string, actor: string, terms: Terms): Promise<Outcome> {
    return this.#step(id, (tx, proposal, cause) => {
      refuseApproval(proposal, actor, terms.hash);
      const edited = terms.text === undefined ? '' : ', with edits';
      tx.event(proposalEvent('proposal_approve', actor, proposal, `${proposal.kind} ${proposal.ref}${edited}`, cause));
      const outcome = this.#kind(proposal).apply(tx, proposal, terms, { actor, cause: -1 });
      this.#decide(tx, proposal, 'approved', { by: actor, reason: '', ...defined({ revision: outcome.revisionId }) });
      return outcome;
    });
  }

  /** @throws McptuiError `invalid` without a reason, `conflict` when decided */
  async reject(id: string, actor: string, reason: string): Promise<void> {
    if (reason.trim() === '') throw new McptuiError('invalid', 'a rejection needs a reason: its author will read it');
    await this.#step(id, (tx, proposal, cause) => {
      this.#decide(tx, proposal, 'rejected', { by: actor, reason });
      tx.event(proposalEvent('proposal_reject', actor, proposal, reason, cause));
    });
  }

  /** @throws McptuiError `denied` for others than its author */
  async withdraw(id: string, actor: string): Promise<void> {
    await this.#step(id, (tx, proposal, cause) => {
      refuseWithdrawal(proposal, actor);
      this.#decide(tx, proposal, 'withdrawn', { by: actor, reason: '' });
      tx.event(proposalEvent('proposal_withdraw', actor, proposal, '', cause));
    });
  }

  /** @throws McptuiError `conflict` unless it was rejected */
  async reopen(id: string, actor: string): Promise<void> {
    const cause = await this.#p.causes.ofProposal(id);
    await this.#p.db.transact((tx) => {
      const proposal = this.get(tx, id);
      const open = reopened(proposal, this.#p.clock.now());
      textKept(proposal);
      this.#kind(proposal).refuseGone(tx, proposal);
      tx.collection('proposals').replace(open);
      tx.event(proposalEvent('proposal_reopen', actor, proposal, '', cause));
    });
  }

  async comment(id: string, actor: string, text: string): Promise<void> {
    if (text.trim() === '') throw new McptuiError('invalid', 'the comment is empty');
    await this.#step(id, (tx, proposal, cause) => {
      const at = this.#p.clock.now();
      const comments = [...proposal.comments, { by: actor, at, text }];
      tx.collection('proposals').replace({ ...proposal, comments, updatedAt: at });
      tx.event(proposalEvent('proposal_comment', actor, proposal, text, cause));
    });
  }

  /** @throws McptuiError `invalid` */
  async edit(id: string, actor: string, text: string): Promise<{ readonly hash: string }> {
    return this.#step(id, (tx, proposal, cause) => {
      const changed = this.#put(tx, proposal, this.#kind(proposal).edited(tx, proposal, text));
      tx.event(proposalEvent('proposal_edit', actor, proposal, '', cause));
      return { hash: changed.hash };
    });
  }

  /** @throws McptuiError `conflict` when there is nothing to do or live has moved again, `invalid` when markers are left */
  async rebase(id: string, actor: string, resolved?: Resolution): Promise<RebaseOutcome> {
    const before = this.get(this.#p.db, id);
    const rebase = await this.#kind(before).rebasing(before);
    return this.#step(id, (tx, proposal, cause): RebaseOutcome => {
      const found = rebase(tx, proposal, resolved);
      if (found.kind === 'conflict') return found;
      const { hash } = this.#put(tx, proposal, found.subject);
      tx.event(proposalEvent('proposal_rebase', actor, proposal, `onto ${found.onto}`, cause));
      return { kind: 'clean', hash };
    });
  }

  /** Ends those whose time is over or whose place is gone, and drops what is not kept of closed ones; whether there were any. */
  async expireDue(): Promise<boolean> {
    const { db, clock } = this.#p;
    const due = (from: Reads, row: ProposalRow): string | undefined => {
      if (row.state !== 'pending') return undefined;
      return isOverdue(row, clock.now()) ? 'nobody decided in 30 days' : this.#kind(row).gone(from, row);
    };
    const rows = db.collection('proposals').all();
    const { bare, gone } = tidying(rows);
    if (bare.length + gone.length === 0 && !rows.some((row) => due(db, row) !== undefined)) return false;
    await db.transact((tx) => {
      for (const row of tx.collection('proposals').all()) {
        const why = due(tx, row);
        if (why === undefined) continue;
        tx.collection('proposals').replace(ended(row, 'expired', clock.now()));
        tx.event(proposalEvent('proposal_expire', 'engine', row, why));
      }
      tidy(tx);
    });
    return true;
  }

  /** @throws McptuiError `not-found` */
  get(from: Reads, id: string): ProposalRow {
    const row = from.collection('proposals').find(id);
    if (row === undefined) throw new McptuiError('not-found', `no proposal ${id}`, { hint: 'mcptui get proposals' });
    return row;
  }

  #kind({ kind }: Proposal): ProposalKind<Draft, Terms, Outcome> {
    return this.#p.kinds[kind];
  }

  /** Works on a pending proposal in one transaction; `cause` is the newest event about it. */
  async #step<T>(
    id: string,
    work: (tx: Transaction<Shape>, proposal: ProposalRow, cause: number | undefined) => T,
  ): Promise<T> {
    const cause = await this.#p.causes.ofProposal(id);
    return this.#p.db.transact((tx) => {
      const proposal = this.get(tx, id);
      refuseClosed(proposal);
      return work(tx, proposal, cause);
    });
  }

  #put(tx: Transaction<Shape>, proposal: ProposalRow, changes: Partial<Proposal>): Proposal {
    return tx.collection('proposals').replace({ ...proposal, ...changes, updatedAt: this.#p.clock.now() });
  }

  #decide(
    tx: Transaction<Shape>,
    proposal: ProposalRow,
    state: 'approved' | 'rejected' | 'withdrawn',
    decision: Omit<NonNullable<Proposal['decision']>, 'at'>,
  ): void {
    tx.collection('proposals').replace(decided(proposal, state, { ...decision, at: this.#p.clock.now() }));
    tidy(tx);
  }
}
