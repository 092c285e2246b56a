import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommands } from '../../../src/engine/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

describe('revisions', () => {
  let harness: Harness;
  let commands: EngineCommands;
  const body = (text: string, more: object = {}) => ({ content: { summary: '', priority: 5, body: text, ...more } });
  const save = (text: string, options = {}) => commands.saveContent('prompt', 'style', body(text), options);
  const live = async () => (await commands.contentDetail('prompt', 'style')).content;
  const history = async () => (await commands.revisions('prompt', 'style')).map(({ semver }) => semver);

  beforeEach(async () => {
    harness = await engineHarness();
    commands = harness.engine.commandsFor('operator:ann');
    await commands.createContent('prompt', { name: 'style', ...body('one') }, { note: 'first words' });
  });
  afterEach(() => harness.close());

  it('are made by every change, with number, hash, author, note and time; one record with the change', async () => {
    const { seq } = harness.db.head();
    const saved = await save('two', { bump: 'minor', note: 'said better' });
    expect(harness.db.head().seq).toBe(seq + 1);
    expect(saved).toMatchObject({ ref: 'style', semver: '0.2.0' });
    const [newest, first] = await commands.revisions('prompt', 'style');
    expect(newest).toMatchObject({
      semver: '0.2.0',
      author: 'operator:ann',
      note: 'said better',
      isCurrent: true,
      hash: saved.hash,
    });
    expect(newest?.at).toBeGreaterThan(0);
    expect(first).toMatchObject({ semver: '0.1.0', note: 'first words', isCurrent: false });
    const events = await harness.audit('revision_create');
    expect(events.at(-1)).toMatchObject({ target: 'prompt/style', message: '0.1.0 → 0.2.0: said better' });
  });

  it('are not made when the content is the same, whatever the order of its fields', async () => {
    const same = { content: { body: 'one', priority: 5, summary: '' } };
    const saved = await commands.saveContent('prompt', 'style', same, { bump: 'major' });
    expect(saved).toEqual({ ref: 'style', semver: '0.1.0', hash: saved.hash });
    const { text } = await commands.contentDetail('prompt', 'style');
    expect((await commands.saveContent('prompt', 'style', { text })).revisionId).toBeUndefined();
    expect(await history()).toEqual(['0.1.0']);
  });

  it('take a number that is asked for, above the live one', async () => {
    await save('two', { semver: '1.10.0' });
    await expect(save('three', { semver: '1.9.0' })).rejects.toThrow('not above the live 1.10.0');
    await save('three');
    expect(await history()).toEqual(['1.10.1', '1.10.0', '0.1.0']);
  });

  it('go on from 0.1.0 when the stored number is none', async () => {
    await harness.db.transact((tx) => {
      const [row] = tx
        .collection('prompts')
        .all()
        .filter(({ name }) => name === 'style');
      if (row === undefined) throw new Error('no style');
      tx.collection('prompts').replace({ ...row, current: { ...row.current, semver: 'latest' } });
    });
    expect((await commands.contentDetail('prompt', 'style')).view.semver).toBe('0.1.0');
    expect(await save('two')).toMatchObject({ semver: '0.1.1' });
  });

  it('are refused when live moved on since the text was opened', async () => {
    const { hash } = (await commands.contentDetail('prompt', 'style')).view;
    await save('two');
    await expect(save('three', { baseHash: hash })).rejects.toMatchObject({
      code: 'conflict',
      message: /changed to 0.1.1/,
    });
    expect(await live()).toMatchObject({ body: 'two' });
  });

  it('survive restarts and the deletion of what they are of, which can come back', async () => {
    await save('two');
    await commands.deleteContent('prompt', 'style');
    await harness.restart();
    commands = harness.engine.commandsFor('operator:bob');
    expect(await history()).toEqual(['0.1.1', '0.1.0']);
    expect(await commands.revisionText('prompt', 'style', '0.1.0')).toContain('one');
    expect(await commands.restoreContent('prompt', 'style', '0.1.0')).toMatchObject({ semver: '0.1.2' });
    expect(await live()).toMatchObject({ body: 'one' });
    expect((await commands.revisions('prompt', 'style'))[0]).toMatchObject({
      restored: '0.1.0',
      author: 'operator:bob',
    });
  });

  it('come back as a new revision with a note', async () => {
    await save('two');
    await save('three');
    expect(await commands.restoreContent('prompt', 'style', '0.1.1', 'three was too long')).toMatchObject({
      semver: '0.1.3',
    });
    const [newest] = await commands.revisions('prompt', 'style');
    expect(newest).toMatchObject({ restored: '0.1.1', note: 'three was too long', isCurrent: true });
    expect(await live()).toMatchObject({ body: 'two' });
    await expect(commands.restoreContent('prompt', 'style', '9.9.9')).rejects.toMatchObject({
      code: 'not-found',
      hint: /there are 0.1.3, 0.1.2, 0.1.1, 0.1.0/,
    });
  });

  it('can be taken back: by a revision with what was before, or by deleting what was made', async () => {
    const { revisionId = '' } = await save('two');
    const back = await commands.undoRevision(revisionId);
    expect(back).toMatchObject({ semver: '0.1.2' });
    expect(await live()).toMatchObject({ body: 'one' });
    expect(await commands.undoRevision(back?.revisionId ?? '')).toMatchObject({ semver: '0.1.3' });
    expect(await live()).toMatchObject({ body: 'two' });
    await expect(commands.undoRevision(revisionId)).rejects.toMatchObject({
      code: 'conflict',
      message: /not live any more/,
    });
    const made = await commands.createContent('prompt', { name: 'new', ...body('x') });
    expect(await commands.undoRevision(made.revisionId ?? '')).toBeUndefined();
    await expect(commands.contentDetail('prompt', 'new')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are found by their content hash across kinds', async () => {
    await commands.createAgent('reviewer');
    await commands.createContent('prompt', { name: 'copy', ...body('one') });
    const empty = { content: { summary: '', prompts: [] } };
    const { hash } = await commands.createContent('personality', { name: 'careful', agent: 'reviewer', ...empty });
    const style = (await commands.contentDetail('prompt', 'style')).view.hash;
    expect((await commands.findRevisions(style.slice(0, 12))).map(({ ref }) => ref)).toEqual(['copy', 'style']);
    expect(await commands.findRevisions(hash)).toMatchObject([{ kind: 'personality', ref: 'reviewer/careful' }]);
    await expect(commands.findRevisions('abc')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('are compared: any two, or with live, or with a text that is not saved', async () => {
    await save('two');
    await save('three');
    const changed = (diff: Awaited<ReturnType<EngineCommands['diffContent']>>) =>
      diff.lines
        .filter(({ kind }) => kind !== 'same')
        .map(({ kind, parts }) => `${kind} ${parts.map(({ text }) => text).join('')}`);
    const last = await commands.diffContent('prompt', 'style');
    expect([last.left, last.right]).toEqual(['0.1.1', 'live 0.1.2']);
    expect(changed(last)).toEqual(['del two', 'add three']);
    expect(changed(await commands.diffContent('prompt', 'style', '0.1.0', '0.1.1'))).toEqual(['del one', 'add two']);
    expect(changed(await commands.diffContent('prompt', 'style', '0.1.0'))).toEqual(['del one', 'add three']);
    expect(changed(await commands.diffContent('prompt', 'style', undefined, '0.1.1'))).toEqual(['del one', 'add two']);
    const first = await commands.diffContent('prompt', 'style', undefined, '0.1.0');
    expect([first.left, first.removed]).toEqual(['nothing', 0]);
    const { text } = await commands.contentDetail('prompt', 'style');
    expect(changed(await commands.diffText('prompt', 'style', text.replace('three', 'four')))).toEqual([
      'del three',
      'add four',
    ]);
  });
});
