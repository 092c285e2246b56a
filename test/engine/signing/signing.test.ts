import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signableArguments, signableNames } from '../../../src/engine/signing/signable-names.ts';
import { entryOf } from '../../../src/engine/commands/table/index.ts';
import { makeKey } from '../../../src/engine/signing/key-file.ts';
import { signingCommands, StillWaiting } from '../../../src/engine/signing/signing-client.ts';
import type { EngineCommands } from '../../../src/engine/index.ts';
import type { Principal } from '../../../src/engine/rights/need.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aDraftFor, queueOn } from '../../support/worlds/proposing.ts';
import { aSigner, PASSPHRASE, type Signer } from '../../support/worlds/signers.ts';

let harness: Harness;
let plain: EngineCommands;
let ann: Signer;

beforeEach(async () => {
  harness = await engineHarness();
  plain = harness.engine.commandsFor('operator:somebody');
  await plain.createProject('ops');
  ann = await aSigner(plain, 'operator:ann');
});
afterEach(async () => {
  // What the engine lets pass, the audit finds to be right.
  const { problems } = await plain.verifyAudit();
  await harness.close();
  if (problems.length > 0) throw new Error(problems.map(({ reason }) => reason).join('\n'));
});

async function proposed(
  author = 'agent:reviewer',
  name = 'rules',
): Promise<{ readonly id: string; readonly hash: string }> {
  const { proposals } = queueOn(harness.db, harness.clock);
  return proposals.propose(aDraftFor('text', { author, name, place: { scope: 'project', project: 'ops' } }));
}

const demandSigned = (more: object = {}): Promise<unknown> =>
  plain.updateProject('ops', { approvals: { kind: 'signed', ...more } });

describe('signableArguments', () => {
  it('counts the arguments of each command before its signature', () => {
    for (const name of signableNames) {
      const { args } = entryOf(name);
      expect([name, args.length - 1, args.at(-1)?.[0]]).toEqual([name, signableArguments[name], 'signature']);
    }
  });
});

describe('a project that demands signed decisions', () => {
  it('refuses an approval without a signature, and says what to do', async () => {
    await demandSigned();
    const { id, hash } = await proposed();
    await expect(plain.approveProposal(id, { hash })).rejects.toMatchObject({
      code: 'denied',
      message: `approve proposal/${id} is not signed: project ops demands signed decisions`,
      hint: expect.stringContaining('docs/approvals.md'),
    });
    expect(harness.db.collection('proposals').find(id)?.state).toBe('pending');
  });

  it('takes a signed one, in the name of the signer, with the signature in the journal', async () => {
    await demandSigned();
    const { id, hash } = await proposed();
    await ann.commands.approveProposal(id, { hash });
    const row = harness.db.collection('proposals').find(id);
    expect(row).toMatchObject({ state: 'approved', decision: { by: 'operator:ann' } });
    const [signed] = await harness.audit('decision_sign');
    expect(signed).toMatchObject({
      actor: 'operator:ann',
      target: `proposal/${id}`,
      message: 'approve: 1 of 1 approvals, by operator:ann',
    });
    expect(signed?.detail).toMatchObject({
      document: { kind: 'approve', subject: `proposal/${id}`, by: 'operator:ann' },
    });
  });

  it('demands it of rejections, reopenings, grants in it or everywhere, its settings and its end', async () => {
    await demandSigned();
    const { id } = await proposed();
    const denied = { code: 'denied' };
    await expect(plain.rejectProposal(id, 'no')).rejects.toMatchObject(denied);
    await ann.commands.rejectProposal(id, 'no');
    await expect(plain.reopenProposal(id)).rejects.toMatchObject(denied);
    await ann.commands.reopenProposal(id);
    await expect(plain.createBinding('user:eve', 'admin', { projects: ['op*'] })).rejects.toMatchObject(denied);
    await expect(plain.createBinding('user:eve', 'admin')).rejects.toMatchObject(denied);
    await plain.createBinding('user:eve', 'viewer', { projects: ['default'] });
    const { id: binding } = await ann.commands.createBinding('user:bob', 'reviewer', { projects: ['ops'] });
    await expect(plain.deleteBinding(binding)).rejects.toMatchObject(denied);
    await expect(plain.updateProject('ops', { approvals: { kind: 'plain' } })).rejects.toMatchObject(denied);
    await expect(plain.updateProject('ops', { agentRole: 'admin' })).rejects.toMatchObject(denied);
    await expect(plain.deleteProject('ops')).rejects.toMatchObject(denied);
    await plain.updateProject('ops', { clientPrefix: 'x_' });
    await ann.commands.updateProject('ops', { approvals: { kind: 'plain' } });
    expect((await plain.projectDetail('ops')).approvals).toBeUndefined();
  });

  it('demands it of what is changed without a proposal, and of moving an agent away', async () => {
    const content = { summary: '', priority: 5, body: 'text' };
    await plain.createContent('prompt', { name: 'style', project: 'ops', content });
    await plain.createAgent('reviewer', { project: 'ops' });
    await plain.createContent('personality', {
      name: 'kind',
      agent: 'reviewer',
      content: { summary: '', prompts: [] },
    });
    await demandSigned();
    const denied = { code: 'denied' };
    const style = 'project:ops/style';
    await expect(plain.saveContent('prompt', style, { text: 'x' })).rejects.toMatchObject(denied);
    await expect(plain.createContent('prompt', { name: 'new', project: 'ops', content })).rejects.toMatchObject(denied);
    await expect(plain.createContent('prompt', { name: 'all', content })).rejects.toMatchObject(denied);
    await expect(plain.attachPrompt('reviewer/kind', style)).rejects.toMatchObject(denied);
    await expect(plain.updateProject('ops', { instructions: 'obey' })).rejects.toMatchObject(denied);
    await expect(plain.updateAgent('reviewer', { project: 'default' })).rejects.toMatchObject(denied);
    await expect(plain.deleteContent('prompt', style)).rejects.toMatchObject(denied);
    await ann.commands.attachPrompt('reviewer/kind', style);
    await ann.commands.detachPrompt('reviewer/kind', style);
    const { revisionId = '' } = await ann.commands.saveContent('prompt', style, { text: 'x' });
    await expect(plain.undoRevision(revisionId)).rejects.toMatchObject(denied);
    await ann.commands.undoRevision(revisionId);
    await ann.commands.restoreContent('prompt', style, '0.1.1');
    await ann.commands.deleteContent('prompt', style);
    await plain.updateAgent('reviewer', { summary: 'reviews' });
  });

  it('demands it of who opens the gate of a session', async () => {
    await demandSigned();
    const [ours] = duplexPair();
    const session = harness.engine.router.agents.accept(ours, { project: 'ops' });
    harness.engine.view();
    await expect(plain.admitSession(session)).rejects.toMatchObject({ code: 'denied' });
    await expect(ann.commands.admitSession(session)).rejects.toThrow('project ops is not gated');
    expect(await harness.audit('decision_sign')).toMatchObject([{ target: `session/${session}` }]);
  });

  it('leaves other projects as they were, and takes global proposals for its own', async () => {
    await demandSigned();
    const { proposals } = queueOn(harness.db, harness.clock);
    const here = await proposals.propose(aDraftFor('a', { place: { scope: 'project', project: 'default' } }));
    await plain.approveProposal(here.id, { hash: here.hash });
    const everywhere = await proposals.propose(aDraftFor('b', { name: 'global' }));
    await expect(plain.approveProposal(everywhere.id, { hash: everywhere.hash })).rejects.toMatchObject({
      code: 'denied',
    });
  });
});

describe('createBinding', () => {
  it('takes no empty list of projects, which would mean all of them', async () => {
    await demandSigned();
    const call = harness.engine.commandsFor('operator:somebody').decisionDraft;
    await expect(call('createBinding', ['user:eve', 'admin', { projects: [] }])).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('Signing.accept', () => {
  async function draftOf(id: string, hash: string) {
    const draft = await plain.decisionDraft('approveProposal', [id, { hash }]);
    if (draft === null) throw new Error('nothing is demanded');
    return draft;
  }

  it('refuses the signature of another proposal, an old one, a used one, and one of another head', async () => {
    await demandSigned();
    const one = await proposed();
    const two = await proposed('agent:reviewer', 'others');
    const signature = ann.key.sign(await draftOf(one.id, one.hash));
    await expect(plain.approveProposal(two.id, { hash: two.hash }, signature)).rejects.toMatchObject({
      message: expect.stringContaining('is of something else'),
    });
    const elsewhere = { ...signature, head: `${signature.head.split(':')[0]}:${'0'.repeat(64)}` };
    await expect(plain.approveProposal(one.id, { hash: one.hash }, elsewhere)).rejects.toMatchObject({
      message: expect.stringContaining('names no head of this journal'),
    });
    await plain.signDecision('approveProposal', [one.id, { hash: one.hash }], signature);
    await expect(plain.approveProposal(one.id, { hash: one.hash }, signature)).rejects.toMatchObject({
      message: expect.stringContaining('used already'),
    });
    const old = ann.key.sign(await draftOf(one.id, one.hash));
    await harness.pass(5 * 60_000 + 1);
    await expect(plain.approveProposal(one.id, { hash: one.hash }, old)).rejects.toMatchObject({
      message: expect.stringContaining('older than 5 minutes'),
    });
  });

  it('refuses a key that nobody has registered, and a revoked one', async () => {
    await demandSigned();
    const { id, hash } = await proposed();
    const { key } = await makeKey({ name: 'eve', subject: 'operator:ann' }, PASSPHRASE);
    await expect(plain.approveProposal(id, { hash }, key.sign(await draftOf(id, hash)))).rejects.toMatchObject({
      message: `no key ${key.id} is registered here`,
    });
    const spare = await aSigner(plain, 'operator:ann', { voucher: ann, name: 'spare' });
    await spare.commands.revokeKey('ann');
    await expect(ann.commands.approveProposal(id, { hash })).rejects.toMatchObject({
      message: 'key ann of operator:ann is revoked',
    });
  });

  it('refuses who may not approve, and who has proposed it under either name', async () => {
    const bob = await aSigner(plain, 'user:bob', { voucher: ann });
    await demandSigned();
    const { id, hash } = await proposed('user:ann');
    await expect(ann.commands.approveProposal(id, { hash })).rejects.toMatchObject({
      message: expect.stringContaining('it is your own'),
    });
    await expect(bob.commands.approveProposal(id, { hash })).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('user:bob may not approve'),
    });
    await ann.commands.createBinding('user:bob', 'reviewer', { projects: ['ops'] });
    await bob.commands.approveProposal(id, { hash });
    expect(harness.db.collection('proposals').find(id)?.decision?.by).toBe('user:bob');
  });

  it('lets nobody send what another person has signed', async () => {
    await plain.createBinding('user:bob', 'reviewer', { projects: ['ops'] });
    await demandSigned();
    const { id, hash } = await proposed();
    const asBob: Principal = { subject: 'user:bob' };
    const bobs = harness.engine.commandsFor('user:bob', asBob);
    const signed = signingCommands(bobs, () => Promise.resolve(ann.key));
    await expect(signed.approveProposal(id, { hash })).rejects.toMatchObject({
      message: expect.stringContaining('operator:ann has signed it, user:bob has sent it'),
    });
  });
});

describe('a quorum', () => {
  let bob: Signer;
  beforeEach(async () => {
    bob = await aSigner(plain, 'user:bob', { voucher: ann });
    await plain.createBinding('user:bob', 'admin');
    await demandSigned({ approvers: ['user:ann', 'user:bob'], quorum: 2 });
  });

  it('waits with 1 of 2, counts a person once, and acts at the second', async () => {
    const { id, hash } = await proposed();
    await expect(ann.commands.approveProposal(id, { hash })).rejects.toBeInstanceOf(StillWaiting);
    await expect(ann.commands.approveProposal(id, { hash })).rejects.toThrow('1 of 2 approvals, by operator:ann');
    const { proposal } = await plain.proposalDetail(id);
    expect(proposal).toMatchObject({ state: 'pending', approvals: { have: 1, need: 2, signers: ['operator:ann'] } });
    expect([...harness.engine.view().proposals.values()][0]?.approvals).toMatchObject({ have: 1, need: 2 });
    await bob.commands.approveProposal(id, { hash });
    expect(harness.db.collection('proposals').find(id)?.state).toBe('approved');
  });

  it('counts no signature of a text that was edited since, nor one of a revoked key', async () => {
    const { id, hash } = await proposed();
    await expect(ann.commands.approveProposal(id, { hash })).rejects.toBeInstanceOf(StillWaiting);
    const { hash: next } = await plain.editProposal(id, 'another text');
    await expect(bob.commands.approveProposal(id, { hash: next })).rejects.toThrow('1 of 2 approvals, by user:bob');
    await aSigner(plain, 'user:bob', { voucher: bob, name: 'spare' });
    await ann.commands.revokeKey('bob');
    await expect(ann.commands.approveProposal(id, { hash: next })).rejects.toThrow('1 of 2 approvals, by operator:ann');
  });

  it('asks it of its own settings too, and lets one person say no', async () => {
    await expect(ann.commands.updateProject('ops', { approvals: { quorum: 1 } })).rejects.toBeInstanceOf(StillWaiting);
    await bob.commands.updateProject('ops', { approvals: { quorum: 1 } });
    expect((await plain.projectDetail('ops')).approvals?.quorum).toBe(1);
    const { id } = await proposed();
    await ann.commands.rejectProposal(id, 'no');
    expect(harness.db.collection('proposals').find(id)?.state).toBe('rejected');
  });

  it('takes no signature of somebody else, and no approvers without keys', async () => {
    const eve = await aSigner(plain, 'operator:eve', { voucher: ann });
    const { id, hash } = await proposed();
    await expect(eve.commands.approveProposal(id, { hash })).rejects.toMatchObject({
      message: expect.stringContaining('is not among the approvers of ops'),
    });
    await plain.createProject('web');
    await expect(plain.updateProject('web', { approvals: { approvers: ['user:zoe'] } })).rejects.toMatchObject({
      code: 'conflict',
      message: 'user:zoe has no key to sign with',
    });
  });
});

describe('OperatorKeys', () => {
  it('registers no second key unless one signs it: of the same person, once they have one', async () => {
    const { key } = await makeKey({ name: 'mine', subject: 'operator:ann' }, PASSPHRASE);
    await expect(plain.registerKey(key.publicHalf())).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('a registered key has to vouch for it'),
    });
    const bob = await aSigner(plain, 'user:bob', { voucher: ann });
    await expect(aSigner(plain, 'user:bob', { voucher: ann, name: 'bob-2' })).rejects.toMatchObject({
      message: expect.stringContaining('only a key of theirs vouches for another'),
    });
    await aSigner(plain, 'user:bob', { voucher: bob, name: 'bob-2' });
    expect((await plain.operatorKeys()).map(({ name }) => name)).toEqual(['ann', 'bob', 'bob-2']);
  });

  it('takes no public half without its private one, and leaves a project its last key', async () => {
    const { key } = await makeKey({ name: 'mine', subject: 'operator:eve' }, PASSPHRASE);
    const half = { ...key.publicHalf(), publicKey: ann.key.publicKey };
    await expect(ann.commands.registerKey(half)).rejects.toMatchObject({ code: 'invalid' });
    await demandSigned();
    await expect(ann.commands.revokeKey('ann')).rejects.toMatchObject({ code: 'conflict' });
  });
});
