import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GivenDocument } from '../../../src/engine/apply/types.ts';
import type { EngineCommands } from '../../../src/engine/commands/table/index.ts';
import { serve } from '../../../src/engine/rights/served.ts';
import { aSigner } from '../../support/worlds/signers.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
let ann: EngineCommands;

beforeEach(async () => {
  harness = await engineHarness();
  ann = harness.engine.commandsFor('operator:ann');
});
afterEach(() => harness.close());

const as = (subject: string): EngineCommands => serve(harness.engine, { subject }, subject).commands;
const prompt = (name: string, body: string): GivenDocument => ({ kind: 'prompt', metadata: { name }, spec: { body } });

describe('rights of who applies', () => {
  it('are those of doing the same by hand, document by document; what is refused is journalled', async () => {
    await ann.createRole('writer', {
      rules: [
        { verbs: ['view', 'edit'], kinds: ['prompt'], names: ['style'] },
        { verbs: ['create'], kinds: ['prompt'], names: ['rules'] },
      ],
    });
    await ann.createBinding('user:bob', 'writer');
    await ann.applyDocuments([prompt('style', 'Be kind.')]);
    const documents = [
      prompt('style', 'Be kind.'),
      prompt('rules', 'Deploy on Mondays.'),
      prompt('other', 'No.'),
      { kind: 'role', metadata: { name: 'mine' }, spec: { rules: [{ verbs: ['*'], kinds: ['*'] }] } },
    ] as const satisfies readonly GivenDocument[];
    expect(await as('user:bob').applyDocuments(documents)).toMatchObject([
      { action: 'unchanged' },
      { action: 'created' },
      { action: 'refused', error: { code: 'denied', message: expect.stringContaining('may not create prompt other') } },
      { action: 'refused', error: { code: 'denied' } },
    ]);
    const decisions = (await harness.audit()).filter(({ kind }) => kind === 'rbac_decision');
    expect(decisions.map(({ target, outcome }) => `${outcome} ${target}`)).toEqual(
      expect.arrayContaining(['ok prompt/rules', 'denied prompt/other', 'denied role/mine']),
    );
    expect(await as('user:eve').planDocuments(documents)).toMatchObject(documents.map(() => ({ action: 'refused' })));
  });

  it('of who exports: what may not be viewed is not in it', async () => {
    await ann.createRole('reader', { rules: [{ verbs: ['view'], kinds: ['prompt'], names: ['style'] }] });
    await ann.createBinding('user:bob', 'reader');
    await ann.applyDocuments([prompt('style', 'Be kind.'), prompt('rules', 'Deploy on Mondays.')]);
    expect((await as('user:bob').exportDocuments()).map(({ ref }) => ref)).toEqual(['style']);
    expect(await as('user:eve').exportDocuments()).toEqual([]);
  });

  it('refuses what has to be signed, and names the way out', async () => {
    await ann.createProject('shop');
    await ann.applyDocuments([
      { kind: 'prompt', metadata: { name: 'rules', project: 'shop' }, spec: { body: 'Old.' } },
    ]);
    const signer = await aSigner(ann, 'user:ann');
    await ann.createBinding('user:ann', 'admin');
    await signer.commands.updateProject('shop', { approvals: { kind: 'signed' } });
    const change: GivenDocument = {
      kind: 'prompt',
      metadata: { name: 'rules', project: 'shop' },
      spec: { body: 'New.' },
    };
    expect(await ann.applyDocuments([change])).toMatchObject([
      { action: 'refused', error: { code: 'denied', hint: expect.stringContaining('do it by hand') } },
    ]);
    await signer.commands.saveContent('prompt', 'project:shop/rules', {
      content: { summary: '', priority: 5, body: 'New.' },
    });
    expect(await ann.applyDocuments([change])).toMatchObject([{ action: 'unchanged' }]);
  });
});
