/** The queue of proposals: filed by agents and people, decided by people. Each step is one transaction. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Content, Proposal } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction, Versioned } from '../../store/types.ts';
import { isSameAuthor } from '../access/actor.ts';
import { textKept, tidy, tidying } from './closed-proposals.ts';
import type { ApproveOptions } from './changes.ts';
import { assertRoom, FilingRate } from './pending-caps.ts';
import { assertPlace, placeGone } from './place-gone.ts';
import type { ProposalDraft, ProposalParts } from './proposal-draft.ts';
import { proposalEvent } from './proposal-event.ts';
import { proposalKinds, type Judged } from './proposal-kinds.ts';
import { kindRef } from './refs.ts';
import { rebased } from './rebase.ts';
import { revisionContent } from './revisions.ts';
import { rowsOf } from './rows.ts';
import { refuseStale } from './stale.ts';
import { shortId } from './short-id.ts';
import type { RebaseOutcome, Saved } from './types.ts';

const DAY_MS = 86_400_000;
/** What nobody decides on is no help to its author any more. */
export const EXPIRES_AFTER_MS = 30 * DAY_MS;

type Row = Versioned<Proposal>;
type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

export class Proposals {
  readonly #p: ProposalParts;
  readonly #rate: FilingRate;

  constructor(parts: ProposalParts) {
    this.#p = parts;
    this.#rate = new FilingRate(parts.clock);
  }

  /** @throws McptuiError `invalid`, `conflict` when nothing would change, too many wait or they come too fast */
  async propose(draft: ProposalDraft): Promise<Proposal> {
    const { clock, ids, db } = this.#p;
    const { kind, place, name, author } = draft;
    if (draft.session !== undefined) this.#rate.take(draft.session);
    return db.transact((tx) => {
      const proposals = tx.collection('proposals');
      const ref = kindRef(kind, { ...place, name, id: '' });
      assertPlace(tx, place);
      const target = rowsOf(tx, kind).find((row) => kindRef(kind, row) === ref);
      const judged = this.#judge(tx, { kind, targetId: target?.id, name, agent: place.agent }, draft.content);
      if (target?.current.hash === judged.hash) {
        throw new McptuiError('conflict', `${kind} ${ref} is exactly so already, at ${target.current.semver}`);
      }
      const now = clock.now();
      const pending = proposals.all().filter((row) => row.state === 'pending');
      const older = new Set(pending.filter((row) => row.kind === kind && row.ref === ref && isSameAuthor(row, draft)));
      const chars = JSON.stringify(judged.content).length;
      assertRoom(
        pending.filter((row) => !older.has(row)),
        { author, project: place.project, chars },
      );
      for (const row of older) {
        proposals.replace({ ...row, state: 'superseded', updatedAt: now });
        tx.event(proposalEvent('proposal_supersede', author, row, `a newer one by the same author`));
      }
      const proposal = proposals.insert({
        id: shortId(ids.next('prp'), (id) => proposals.find(id) !== undefined),
        kind,
        name,
        ref,
        ...place,
        ...(target === undefined ? {} : { targetId: target.id, base: target.current }),
        ...judged,
        author,
        ...(draft.session === undefined ? {} : { session: draft.session }),
        reason: draft.reason,
        comments: [],
        state: 'pending',
        createdAt: now,
        updatedAt: now,
        expiresAt: now + EXPIRES_AFTER_MS,
      });
      const what = target === undefined ? `new ${kind} ${ref}` : `${kind} ${ref} ${target.current.semver}`;
      tx.event(proposalEvent('proposal_create', author, proposal, `${what}: ${draft.reason}`));
      tidy(tx);
      return proposal;
    });
  }

  /** Resource, revision, decision and both events in one record. @throws see `ContentCommands.approveProposal` */
  async approve(id: string, actor: string, { hash, text, ...save }: ApproveOptions): Promise<Saved> {
    const cause = await this.#p.causes.ofProposal(id);
    return this.#p.db.transact((tx) => {
      const proposal = this.#pending(tx, id);
      const kind = proposalKinds[proposal.kind];
      if (proposal.author === actor) {
        throw new McptuiError('denied', `proposal ${id} is your own: somebody else has to approve it`);
      }
      if (proposal.hash !== hash) {
        throw new McptuiError('conflict', `proposal ${id} has changed since it was shown`, {
          hint: `look at it again: mcptui describe proposal ${id}`,
        });
      }
      const live = kind.live(tx, proposal);
      refuseStale(tx, proposal, live?.current.semver, live?.current.hash);
      const content =
        text === undefined
          ? textKept(proposal)
          : kind.judge(tx, proposal, kind.fromText(text, textKept(proposal))).content;
      const edited = text === undefined ? '' : ', with edits';
      tx.event(proposalEvent('proposal_approve', actor, proposal, `${proposal.kind} ${proposal.ref}${edited}`, cause));
      const options = save.note === undefined ? { ...save, note: proposal.reason } : save;
      const saved = kind.apply(tx, this.#p, proposal, { content, actor, options, cause: -1 });
      this.#decide(tx, proposal, 'approved', actor, '', saved.revisionId);
      return saved;
    });
  }

  /** @throws McptuiError `invalid` without a reason, `conflict` when decided */
  async reject(id: string, actor: string, reason: string): Promise<void> {
    if (reason.trim() === '') throw new McptuiError('invalid', 'a rejection needs a reason: its author will read it');
    await this.#step(id, 'proposal_reject', actor, reason, (tx, proposal) =>
      this.#decide(tx, proposal, 'rejected', actor, reason),
    );
  }

  /** @throws McptuiError `denied` for others than its author */
  async withdraw(id: string, actor: string): Promise<void> {
    await this.#step(id, 'proposal_withdraw', actor, '', (tx, proposal) => {
      if (proposal.author !== actor) {
        throw new McptuiError('denied', `proposal ${id} is by ${proposal.author}: reject it instead`);
      }
      this.#decide(tx, proposal, 'withdrawn', actor, '');
    });
  }

  /** @throws McptuiError `conflict` unless it was rejected */
  async reopen(id: string, actor: string): Promise<void> {
    const cause = await this.#p.causes.ofProposal(id);
    await this.#p.db.transact((tx) => {
      const proposal = this.get(tx, id);
      if (proposal.state !== 'rejected') {
        throw new McptuiError(
          'conflict',
          `proposal ${id} is ${proposal.state}: only a rejected one can be opened again`,
        );
      }
      textKept(proposal);
      assertPlace(tx, proposal);
      const { decision: _, ...rest } = proposal;
      const now = this.#p.clock.now();
      tx.collection('proposals').replace({
        ...rest,
        state: 'pending',
        updatedAt: now,
        expiresAt: now + EXPIRES_AFTER_MS,
      });
      tx.event(proposalEvent('proposal_reopen', actor, proposal, '', cause));
    });
  }

  async comment(id: string, actor: string, text: string): Promise<void> {
    if (text.trim() === '') throw new McptuiError('invalid', 'the comment is empty');
    await this.#step(id, 'proposal_comment', actor, text, (tx, proposal) => {
      const comments = [...proposal.comments, { by: actor, at: this.#p.clock.now(), text }];
      tx.collection('proposals').replace({ ...proposal, comments, updatedAt: this.#p.clock.now() });
    });
  }

  /** @throws McptuiError `invalid` */
  async edit(id: string, actor: string, text: string): Promise<{ readonly hash: string }> {
    return this.#step(id, 'proposal_edit', actor, '', (tx, proposal) => {
      const kind = proposalKinds[proposal.kind];
      return this.#put(tx, proposal, kind.fromText(text, textKept(proposal)), proposal.base);
    });
  }

  /** @throws see `ContentCommands.rebaseProposal` */
  async rebase(
    id: string,
    actor: string,
    resolved?: { readonly text: string; readonly onto: string },
  ): Promise<RebaseOutcome> {
    const before = this.get(this.#p.db, id);
    // A revision never changes, so it may be read ahead of the transaction.
    const base = before.base === undefined ? undefined : await revisionContent(this.#p.db, before.base.id);
    const cause = await this.#p.causes.ofProposal(id);
    return this.#p.db.transact((tx): RebaseOutcome => {
      const proposal = this.#pending(tx, id);
      const live = proposalKinds[proposal.kind].live(tx, proposal);
      const found = rebased(proposal, live, base, resolved);
      if (found.kind === 'conflict') return found;
      const { hash } = this.#put(tx, proposal, found.content, found.onto);
      tx.event(proposalEvent('proposal_rebase', actor, proposal, `onto ${found.onto.semver}`, cause));
      return { kind: 'clean', hash };
    });
  }

  /** Ends those whose time is over or whose place is gone, and drops what is not kept of closed ones; whether there were any. */
  async expireDue(): Promise<boolean> {
    const { db, clock } = this.#p;
    const rows = db.collection('proposals').all();
    const due = (from: Reads, row: Proposal): string | undefined => {
      if (row.state !== 'pending') return undefined;
      if (row.expiresAt <= clock.now()) return 'nobody decided in 30 days';
      return placeGone(from, row);
    };
    const { bare, gone } = tidying(rows);
    if (bare.length + gone.length === 0 && !rows.some((row) => due(db, row) !== undefined)) return false;
    await db.transact((tx) => {
      for (const row of tx.collection('proposals').all()) {
        const why = due(tx, row);
        if (why === undefined) continue;
        tx.collection('proposals').replace({ ...row, state: 'expired', updatedAt: clock.now() });
        tx.event(proposalEvent('proposal_expire', 'engine', row, why));
      }
      tidy(tx);
    });
    return true;
  }

  /** @throws McptuiError `not-found` */
  get(from: Pick<Database<Shape>, 'collection'> | Transaction<Shape>, id: string): Row {
    const row = from.collection('proposals').find(id);
    if (row === undefined) throw new McptuiError('not-found', `no proposal ${id}`, { hint: 'mcptui get proposals' });
    return row;
  }

  #pending(tx: Transaction<Shape>, id: string): Row {
    const proposal = this.get(tx, id);
    if (proposal.state === 'pending') return proposal;
    const by = proposal.decision === undefined ? '' : ` by ${proposal.decision.by}`;
    throw new McptuiError('conflict', `proposal ${id} is ${proposal.state} already${by}`);
  }

  async #step<T>(
    id: string,
    kind: string,
    actor: string,
    message: string,
    work: (tx: Transaction<Shape>, proposal: Row) => T,
  ): Promise<T> {
    const cause = await this.#p.causes.ofProposal(id);
    return this.#p.db.transact((tx) => {
      const proposal = this.#pending(tx, id);
      const result = work(tx, proposal);
      tx.event(proposalEvent(kind, actor, proposal, message, cause));
      return result;
    });
  }

  #put(
    tx: Transaction<Shape>,
    proposal: Row,
    content: unknown,
    base: Proposal['base'],
  ): { readonly hash: string; readonly content: Content } {
    const judged = this.#judge(tx, proposal, content);
    const updatedAt = this.#p.clock.now();
    tx.collection('proposals').replace({ ...proposal, ...judged, ...(base === undefined ? {} : { base }), updatedAt });
    return judged;
  }

  #judge(tx: Transaction<Shape>, of: Pick<Proposal, 'kind' | 'targetId' | 'name' | 'agent'>, content: unknown): Judged {
    const judged = proposalKinds[of.kind].judge(tx, of, content);
    if (!this.#p.holdsSecret(JSON.stringify(judged.content))) return judged;
    return { ...judged, risks: ['holds the value of a secret', ...judged.risks] };
  }

  #decide(
    tx: Transaction<Shape>,
    proposal: Row,
    state: 'approved' | 'rejected' | 'withdrawn',
    by: string,
    reason: string,
    revision?: string,
  ): void {
    const at = this.#p.clock.now();
    const decision = { by, at, reason, ...(revision === undefined ? {} : { revision }) };
    tx.collection('proposals').replace({ ...proposal, state, decision, updatedAt: at });
    tidy(tx);
  }
}
