import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await engineHarness();
  await harness.engine.commands.createContent('prompt', {
    name: 'style',
    content: { summary: 'How to write.', priority: 7, body: 'one' },
  });
});
afterAll(() => harness.close());

describe('createProposal', () => {
  it('files a document in the caller’s name, who may not approve it', async () => {
    const commands = harness.engine.commandsFor('user:ann');
    const filed = await commands.createProposal('prompt', { name: 'style', text: 'two', reason: 'shorter' });
    expect(filed).toMatchObject({
      ref: 'style',
      author: 'user:ann',
      reason: 'shorter',
      state: 'pending',
      isNew: false,
    });
    await expect(commands.approveProposal(filed.id, { hash: filed.hash })).rejects.toMatchObject({ code: 'denied' });
    const bob = harness.engine.commandsFor('user:bob');
    await bob.approveProposal(filed.id, { hash: filed.hash });
    const { content } = await bob.contentDetail('prompt', 'style');
    // A document without front matter keeps what the live one says of itself.
    expect(content).toEqual({ summary: 'How to write.', priority: 7, body: 'two' });
  });

  it('refuses what changes nothing, and a place that there is not', async () => {
    const { commands } = harness.engine;
    const same = commands.createProposal('prompt', { name: 'style', text: 'two', reason: 'x' });
    await expect(same).rejects.toMatchObject({ code: 'conflict' });
    const nowhere = commands.createProposal('prompt', { name: 'style', project: 'none', text: 'x', reason: 'x' });
    await expect(nowhere).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('revisionDetail', () => {
  it('shows a revision by its id, and refuses an id that there is not', async () => {
    const { commands } = harness.engine;
    const [newest] = await commands.revisions('prompt', 'style');
    const found = await commands.revisionDetail(newest?.id ?? '');
    expect(found.revision).toEqual(newest);
    expect(found.text).toContain('two');
    await expect(commands.revisionDetail('rev_none')).rejects.toMatchObject({ code: 'not-found' });
  });
});
