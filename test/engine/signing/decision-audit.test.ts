import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../../src/engine/signing/audit-bundle.ts';
import { SignatureAudit } from '../../../src/engine/signing/signature-audit.ts';
import type { EngineCommands } from '../../../src/engine/index.ts';
import type { EventDraft } from '../../../src/store/types.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aDraftFor, queueOn } from '../../support/worlds/proposing.ts';
import { aSigner, type Signer } from '../../support/worlds/signers.ts';

let harness: Harness;
let plain: EngineCommands;
let ann: Signer;

beforeEach(async () => {
  harness = await engineHarness();
  plain = harness.engine.commandsFor('operator:somebody');
  await plain.createProject('ops');
  ann = await aSigner(plain, 'operator:ann');
});
afterEach(() => harness.close());

const queue = () => queueOn(harness.db, harness.clock).proposals;

const proposed = (name = 'rules', project = 'ops') =>
  queue().propose(aDraftFor('text', { author: 'agent:reviewer', name, place: { scope: 'project', project } }));

/** As a program without the rule would do it. */
const approvedWithout = async (name: string, by = 'operator:eve'): Promise<string> => {
  const { id, hash } = await proposed(name);
  await queue().approve(id, by, { hash });
  return id;
};

const demandSigned = (more: object = {}): Promise<unknown> =>
  plain.updateProject('ops', { approvals: { kind: 'signed', ...more } });

const findings = async (): Promise<readonly string[]> =>
  (await plain.verifyAudit()).problems.map(({ reason, hint = '' }) => `${reason} → ${hint}`);

const eventNow = (draft: Partial<EventDraft> & Pick<EventDraft, 'kind' | 'target'>): Promise<void> =>
  harness.db.transact((tx) => tx.event({ actor: 'operator:eve', outcome: 'ok', ...draft }));

describe('SignatureAudit', () => {
  it('names an approval without a signature by its event and record, also before the first signature', async () => {
    await approvedWithout('before');
    await demandSigned();
    const id = await approvedWithout('rules');
    const [event] = (await harness.audit('proposal_approve')).slice(-1);
    const found = await findings();
    expect(found).toEqual([
      expect.stringMatching(
        new RegExp(
          `^event ${event?.n} \\(record \\d+\\): approve of proposal/${id} by operator:eve carries no valid signature, ` +
            `and project ops demanded one → mcptui describe proposal ${id}`,
        ),
      ),
    ]);
    expect(harness.engine.view().audit.chain).toBe('broken');
  });

  it('finds no fault with what was decided before a project demanded it, after it, or in another project', async () => {
    await approvedWithout('before');
    await demandSigned();
    const { id, hash } = await proposed();
    await ann.commands.approveProposal(id, { hash });
    await ann.commands.updateProject('ops', { approvals: { kind: 'plain' } });
    await approvedWithout('after');
    const { id: other, hash: otherHash } = await proposed('elsewhere', 'default');
    await queue().approve(other, 'operator:eve', { hash: otherHash });
    expect(await findings()).toEqual([]);
  });

  it('takes a signature for one decision only', async () => {
    await demandSigned();
    const { id, hash } = await proposed();
    await ann.commands.approveProposal(id, { hash });
    const [approval] = await harness.audit('proposal_approve');
    const { n: _n, at: _at, cause: _cause, ...again } = approval ?? { kind: '', actor: '', outcome: 'ok' as const };
    await harness.db.transact((tx) => tx.event(again));
    expect(await findings()).toEqual([expect.stringContaining('carries no valid signature')]);
  });

  it('counts the people of a quorum', async () => {
    const bob = await aSigner(plain, 'user:bob', { voucher: ann });
    await demandSigned({ approvers: ['operator:ann', 'user:bob'], quorum: 2 });
    const { id, hash } = await proposed();
    await expect(ann.commands.approveProposal(id, { hash })).rejects.toThrow('1 of 2');
    await queue().approve(id, 'operator:ann', { hash });
    expect(await findings()).toEqual([expect.stringContaining('carries 1 of 2 valid signatures')]);
    expect(bob.key.isForgotten).toBe(false);
  });

  it('finds rejections, gates, grants, edits, moves, settings and keys', async () => {
    await plain.createAgent('reviewer', { project: 'ops' });
    await demandSigned();
    const { id } = await proposed();
    await queue().reject(id, 'operator:eve', 'no');
    await eventNow({ kind: 'gate', target: 'session/ses_1', detail: { project: 'ops' } });
    await eventNow({ kind: 'revision_create', target: 'prompt/project:ops/rules' });
    await harness.db.transact((tx) => {
      const row = { id: 'b1', subject: 'user:eve', role: 'admin', createdAt: 1, createdBy: 'operator:eve' };
      tx.collection('bindings').insert(row);
      tx.event({ kind: 'binding_create', actor: 'operator:eve', target: 'binding/b1', outcome: 'ok' });
    });
    await harness.db.transact((tx) => {
      const agents = tx.collection('agents');
      for (const row of agents.all()) if (row.name === 'reviewer') agents.replace({ ...row, project: 'default' });
      tx.event({ kind: 'agent_update', actor: 'operator:eve', target: 'agent/reviewer', outcome: 'ok' });
    });
    await eventNow({
      kind: 'operator_key',
      target: 'key/eve',
      detail: { id: ann.key.id, name: 'eve', subject: 'operator:ann', publicKey: ann.key.publicKey },
    });
    await harness.db.transact((tx) => {
      const projects = tx.collection('projects');
      for (const row of projects.all()) if (row.name === 'ops') projects.replace({ ...row, approvals: undefined });
      tx.event({ kind: 'project_update', actor: 'operator:eve', target: 'project/ops', outcome: 'ok' });
    });
    expect((await findings()).map((line) => / (\w+ of .*) by operator:eve carries no/.exec(line)?.[1])).toEqual([
      `reject of proposal/${id}`,
      'admit of session/ses_1',
      'edit of prompt/project:ops/rules',
      'grant of binding/b1 (admin for user:eve)',
      'settings of agent/reviewer',
      'key of key/eve',
      'settings of project/ops',
    ]);
  });

  it('is told of a demand by the events that stay when their records are dropped', () => {
    const audit = new SignatureAudit();
    const base = { actor: 'operator:ann', outcome: 'ok', at: 1 } as const;
    const approvals = { kind: 'signed', approvers: [], quorum: 1 } as const;
    audit.kept([{ ...base, n: 1, kind: 'project_update', target: 'project/ops', detail: { approvals } }]);
    const detail = { ref: 'project:ops/rules', hash: 'x' };
    const event = { ...base, n: 9, kind: 'proposal_approve', target: 'proposal/p1', detail };
    expect(audit.record({ events: [event], changes: [] }, { seq: 9, hash: 'x' })).toHaveLength(1);
    const plainAgain = { ...event, n: 10, kind: 'project_update', target: 'project/ops', detail: { approvals: null } };
    audit.record({ events: [plainAgain], changes: [] }, { seq: 10, hash: 'x' });
    expect(audit.record({ events: [{ ...event, n: 11 }], changes: [] }, { seq: 11, hash: 'x' })).toEqual([]);
  });
});

describe('exportAudit', () => {
  it('names unsigned decisions in a part whose demand is older than the part', async () => {
    await demandSigned();
    const id = await approvedWithout('rules');
    const { n = 0 } = (await harness.audit('proposal_approve'))[0] ?? {};
    const { ok, problems } = verifyBundle(await plain.exportAudit(n, n));
    expect(ok).toBe(false);
    expect(problems).toEqual([expect.stringContaining(`approve of proposal/${id} by operator:eve carries no valid`)]);
  });

  it('takes the signatures of its decisions along', async () => {
    await demandSigned();
    const { id, hash } = await proposed();
    await ann.commands.approveProposal(id, { hash });
    const { n = 0 } = (await harness.audit('proposal_approve'))[0] ?? {};
    expect(verifyBundle(await plain.exportAudit(n, n))).toMatchObject({ ok: true, signatures: 1, problems: [] });
  });
});
