import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentCommands } from '../../../src/engine/commands/table/index.ts';
import { MAX_PENDING } from '../../../src/engine/inbox/pending-caps.ts';
import { EXPIRES_AFTER_MS } from '../../../src/engine/inbox/state.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { collections, type Shape } from '../../../src/store/schema/index.ts';
import type { Database } from '../../../src/store/types.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { aDraftFor, promptContent, queueOn, type Queue } from '../../support/worlds/proposing.ts';

describe('Proposals', () => {
  let folder: string;
  let clock: FakeClock;
  let db: Database<Shape>;
  let queue: Queue;
  let ann: ContentCommands;
  const lines = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i + 1}`).join('\n');

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mcptui-proposals-'));
    clock = new FakeClock();
    db = await openDatabase<Shape>({ dataDir: path.join(folder, 'data'), collections, clock });
    queue = queueOn(db, clock);
    ann = queue.commandsFor('operator:ann');
    await ann.createContent('prompt', { name: 'style', content: promptContent(lines(9)) });
  });
  afterEach(async () => {
    await db.close();
    await rm(folder, { recursive: true, force: true });
  });

  const live = async () => (await ann.contentDetail('prompt', 'style')).content;
  const state = (id: string) => db.collection('proposals').find(id)?.state;
  const events = async (kind: string) => (await db.events({ after: 0, kind })).map(({ message }) => message);

  it('wait with what they change, counted, and change nothing by themselves', async () => {
    const proposal = await queue.proposals.propose(aDraftFor(`${lines(9)}\nline 10`));
    expect(proposal.id).toMatch(/^p[0-9a-z]{4}$/);
    expect(proposal).toMatchObject({ state: 'pending', ref: 'style', added: 1, removed: 0, base: { semver: '0.1.0' } });
    expect(await live()).toMatchObject({ body: lines(9) });
    const detail = await ann.proposalDetail(proposal.id);
    expect(detail).toMatchObject({
      proposal: { next: '0.1.1', isStale: false },
      diff: { added: 1, left: 'live 0.1.0' },
      readers: 'every session (0 agents)',
    });
    expect(await events('proposal_create')).toEqual(['prompt style 0.1.0: two deploys failed']);
    const worn = { ...promptContent('x'), read: 'worn' as const };
    const { id } = await queue.proposals.propose(aDraftFor('x', { name: 'worn', content: worn }));
    expect((await ann.proposalDetail(id)).readers).toBe('who wears a personality that binds it');
    await queue.proposals.withdraw(id, 'agent:reviewer');
  });

  it('are refused when they change nothing, are not valid, or too many of one author wait', async () => {
    const propose = (draft: ReturnType<typeof aDraftFor>) => queue.proposals.propose(draft);
    await expect(propose(aDraftFor(lines(9)))).rejects.toThrow('already exactly like this, at 0.1.0');
    await expect(propose(aDraftFor('x', { content: { body: 7 } }))).rejects.toMatchObject({ code: 'invalid' });
    for (let i = 0; i < MAX_PENDING; i += 1) await propose(aDraftFor('x', { name: `n${i}` }));
    await expect(propose(aDraftFor('x'))).rejects.toThrow('100 proposals of agent:reviewer wait');
    expect((await propose(aDraftFor('x', { author: 'agent:other' }))).state).toBe('pending');
  });

  it('say so when they hold the value of a secret', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('log in with hunter2'));
    expect(proposal.risks).toContain('holds the value of a secret');
    await ann.editProposal(proposal.id, 'log in as usual');
    expect(db.collection('proposals').find(proposal.id)?.risks).not.toContain('holds the value of a secret');
  });

  it('of one author for one thing: the newer one supersedes the older', async () => {
    const [first, second] = [
      await queue.proposals.propose(aDraftFor('a')),
      await queue.proposals.propose(aDraftFor('b')),
    ];
    expect([state(first.id), state(second.id)]).toEqual(['superseded', 'pending']);
  });

  it('are approved by the hash that was shown: resource, revision, decision and events in one record', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('shorter'));
    const { seq, events: before } = db.head();
    const saved = await ann.approveProposal(proposal.id, { hash: proposal.hash });
    expect(saved).toMatchObject({ semver: '0.1.1', hash: proposal.hash });
    expect(db.head().seq).toBe(seq + 1);
    expect(await live()).toMatchObject({ body: 'shorter' });
    expect(db.collection('proposals').find(proposal.id)).toMatchObject({
      state: 'approved',
      decision: { by: 'operator:ann', revision: saved.revisionId },
    });
    expect((await ann.revisions('prompt', 'style'))[0]).toMatchObject({
      author: 'agent:reviewer',
      note: 'two deploys failed',
      proposal: proposal.id,
    });
    const [create] = await db.events({ after: 0, kind: 'proposal_create' });
    const [approve, revision] = await db.events({ after: before });
    expect(approve).toMatchObject({ kind: 'proposal_approve', actor: 'operator:ann', cause: create?.n });
    expect(revision).toMatchObject({ kind: 'revision_create', actor: 'operator:ann', cause: approve?.n });
  });

  it('tell that their approval was undone, and as which revision', async () => {
    const changed = await queue.proposals.propose(aDraftFor('shorter'));
    const { revisionId = '' } = await ann.approveProposal(changed.id, { hash: changed.hash });
    await ann.undoRevision(revisionId);
    const decision = (id: string): unknown => db.collection('proposals').find(id)?.decision;
    expect(decision(changed.id)).toMatchObject({ takenBack: { by: 'operator:ann', semver: '0.1.2' } });
    expect((await ann.proposalDetail(changed.id)).proposal.decision?.takenBack?.semver).toBe('0.1.2');
    const fresh = await queue.proposals.propose(aDraftFor('new', { name: 'rollback' }));
    const made = await ann.approveProposal(fresh.id, { hash: fresh.hash });
    await ann.undoRevision(made.revisionId ?? '');
    expect(decision(fresh.id)).toMatchObject({ takenBack: { by: 'operator:ann' } });
  });

  it('of a new prompt become 0.1.0, and a patch after that', async () => {
    const first = await queue.proposals.propose(aDraftFor('Roll back by hand.', { name: 'rollback' }));
    expect(first.base).toBeUndefined();
    expect(await ann.approveProposal(first.id, { hash: first.hash })).toMatchObject({
      ref: 'rollback',
      semver: '0.1.0',
    });
    const second = await queue.proposals.propose(aDraftFor('Roll back by itself.', { name: 'rollback' }));
    expect(await ann.approveProposal(second.id, { hash: second.hash })).toMatchObject({ semver: '0.1.1' });
  });

  it('that changed since they were shown are not approved', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('a'));
    const { hash } = await ann.editProposal(proposal.id, 'b');
    await expect(ann.approveProposal(proposal.id, { hash: proposal.hash })).rejects.toMatchObject({
      code: 'conflict',
      message: `proposal ${proposal.id} has changed since it was shown`,
    });
    expect(await live()).toMatchObject({ body: lines(9) });
    await ann.approveProposal(proposal.id, { hash });
    expect(await live()).toMatchObject({ body: 'b' });
  });

  it('are not approved by their own author', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('a', { author: 'operator:ann' }));
    await expect(ann.approveProposal(proposal.id, { hash: proposal.hash })).rejects.toMatchObject({ code: 'denied' });
    await queue.commandsFor('operator:bob').approveProposal(proposal.id, { hash: proposal.hash });
  });

  it('can be approved with edits', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('a'));
    await ann.approveProposal(proposal.id, { hash: proposal.hash, text: 'a, and more', bump: 'minor', note: 'mended' });
    expect(await live()).toMatchObject({ body: 'a, and more' });
    expect((await ann.revisions('prompt', 'style'))[0]).toMatchObject({ semver: '0.2.0', note: 'mended' });
  });

  it('are rejected with a reason only, and can be opened again', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('a'));
    await expect(ann.rejectProposal(proposal.id, ' ')).rejects.toThrow('needs a reason');
    await ann.rejectProposal(proposal.id, 'too short');
    expect(db.collection('proposals').find(proposal.id)).toMatchObject({ decision: { reason: 'too short' } });
    await expect(ann.approveProposal(proposal.id, { hash: proposal.hash })).rejects.toThrow(
      'rejected already by operator:ann',
    );
    await ann.reopenProposal(proposal.id);
    expect(state(proposal.id)).toBe('pending');
    await expect(ann.reopenProposal(proposal.id)).rejects.toThrow('only a rejected one');
  });

  it('are withdrawn by their author only, and commented by anybody', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('a'));
    await ann.commentProposal(proposal.id, 'why so short?');
    expect((await ann.proposalDetail(proposal.id)).comments).toMatchObject([
      { by: 'operator:ann', text: 'why so short?' },
    ]);
    await expect(ann.withdrawProposal(proposal.id)).rejects.toMatchObject({ code: 'denied' });
    await queue.proposals.withdraw(proposal.id, 'agent:reviewer');
    expect(state(proposal.id)).toBe('withdrawn');
  });

  it('expire after 30 days', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('a'));
    await clock.advance(EXPIRES_AFTER_MS - 1);
    expect(await queue.proposals.expireDue()).toBe(false);
    await clock.advance(1);
    expect(await queue.proposals.expireDue()).toBe(true);
    expect(state(proposal.id)).toBe('expired');
  });

  it('lose their target when it is deleted', async () => {
    const proposal = await queue.proposals.propose(aDraftFor('a'));
    await ann.deleteContent('prompt', 'style');
    expect(state(proposal.id)).toBe('superseded');
  });

  describe('when live has moved on', () => {
    const moved = (from: string, to: string): string => lines(9).replace(from, to);

    it('are stale: not approved, shown with both sides, and rebased onto live', async () => {
      const proposal = await queue.proposals.propose(aDraftFor(moved('line 9', 'the end')));
      await ann.saveContent('prompt', 'style', { content: promptContent(moved('line 1', 'the beginning')) });
      await expect(ann.approveProposal(proposal.id, { hash: proposal.hash })).rejects.toMatchObject({
        code: 'conflict',
        message: `proposal ${proposal.id} is stale: it was made on 0.1.0, live is 0.1.1`,
      });
      const { stale, proposal: view } = await ann.proposalDetail(proposal.id);
      expect(view.isStale).toBe(true);
      expect(stale).toMatchObject({
        live: '0.1.1',
        isClean: true,
        baseToLive: { added: 1 },
        baseToProposed: { added: 1 },
      });
      const outcome = await ann.rebaseProposal(proposal.id);
      if (outcome.kind !== 'clean') throw new Error('a conflict');
      await ann.approveProposal(proposal.id, { hash: outcome.hash });
      expect(await live()).toMatchObject({ body: moved('line 1', 'the beginning').replace('line 9', 'the end') });
    });

    it('with the same line changed: a conflict with markers, settled by hand, refused with markers left', async () => {
      const proposal = await queue.proposals.propose(aDraftFor(moved('line 5', 'theirs')));
      await ann.saveContent('prompt', 'style', { content: promptContent(moved('line 5', 'ours')) });
      const outcome = await ann.rebaseProposal(proposal.id);
      if (outcome.kind !== 'conflict') throw new Error('no conflict');
      expect(outcome.text).toMatch(/<{7} live 0\.1\.1\nours\n[\s\S]*\ntheirs\n>{7} proposal p/);
      expect(state(proposal.id)).toBe('pending');
      const { onto, text } = outcome;
      await expect(ann.rebaseProposal(proposal.id, { text, onto })).rejects.toThrow('still holds markers');
      const settled = text.replace(/<{7}[\s\S]*>{7} proposal p\w+/, 'both');
      const done = await ann.rebaseProposal(proposal.id, { text: settled, onto });
      if (done.kind !== 'clean') throw new Error('still a conflict');
      await ann.approveProposal(proposal.id, { hash: done.hash });
      expect(await live()).toMatchObject({ body: moved('line 5', 'both') });
    });

    it('again while a conflict was settled: refused, nothing lost', async () => {
      const proposal = await queue.proposals.propose(aDraftFor(moved('line 5', 'theirs')));
      await ann.saveContent('prompt', 'style', { content: promptContent(moved('line 5', 'ours')) });
      const outcome = await ann.rebaseProposal(proposal.id);
      if (outcome.kind !== 'conflict') throw new Error('no conflict');
      await ann.saveContent('prompt', 'style', { content: promptContent('other') });
      await expect(ann.rebaseProposal(proposal.id, { text: 'both', onto: outcome.onto })).rejects.toThrow(
        'moved again, to 0.1.2',
      );
    });

    it('and back: they are not stale', async () => {
      const proposal = await queue.proposals.propose(aDraftFor('a'));
      await ann.saveContent('prompt', 'style', { content: promptContent('b') });
      await ann.restoreContent('prompt', 'style', '0.1.0');
      expect(await ann.approveProposal(proposal.id, { hash: proposal.hash })).toMatchObject({ semver: '0.1.3' });
    });

    it('and a new one exists by now: refused', async () => {
      const proposal = await queue.proposals.propose(aDraftFor('a', { name: 'rollback' }));
      await ann.createContent('prompt', { name: 'rollback', content: promptContent('b') });
      await expect(ann.approveProposal(proposal.id, { hash: proposal.hash })).rejects.toThrow('has been created since');
    });
  });

  it('approved by two consoles at once, 100 times: one revision each time, and the loser is told by whom', async () => {
    const bob = queue.commandsFor('operator:bob');
    for (let round = 0; round < 100; round += 1) {
      const proposal = await queue.proposals.propose(aDraftFor(`text ${round}`));
      const before = (await ann.revisions('prompt', 'style')).length;
      const both = round % 2 === 0 ? [ann, bob] : [bob, ann];
      const outcomes = await Promise.allSettled(
        both.map((one) => one.approveProposal(proposal.id, { hash: proposal.hash })),
      );
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const lost = outcomes.find((outcome) => outcome.status === 'rejected');
      expect(String(lost?.reason)).toMatch(/is approved already by operator:(ann|bob)/);
      expect((await ann.revisions('prompt', 'style')).length).toBe(before + 1);
    }
    expect((await db.verify()).ok).toBe(true);
  });
});
