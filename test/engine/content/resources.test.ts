import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommands } from '../../../src/engine/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

describe('prompts, personalities and skills', () => {
  let harness: Harness;
  let commands: EngineCommands;
  const body = (text: string, more: object = {}) => ({ content: { summary: '', priority: 5, body: text, ...more } });
  const refs = (kind: 'prompts' | 'personalities' | 'skills'): readonly string[] =>
    [...harness.engine.view()[kind].values()].map((row) => row.ref).filter((ref) => !ref.includes('mcptui-system'));

  beforeEach(async () => {
    harness = await engineHarness();
    commands = harness.engine.commandsFor('operator:ann');
    await commands.createProject('ops', { instructions: 'Work in ops.' });
    await commands.createProject('web');
    await commands.createAgent('reviewer', { project: 'ops' });
    await commands.createAgent('mentor');
    await commands.createContent('prompt', { name: 'style', ...body('Be brief.') });
    await commands.createContent('prompt', { name: 'deploy-rules', project: 'ops', ...body('Deploy on Fridays.') });
    await commands.createContent('prompt', { name: 'tone', project: 'web', ...body('Be warm.') });
    await commands.createContent('prompt', { name: 'howto', agent: 'reviewer', ...body('Read twice.') });
    await commands.createContent('personality', {
      name: 'careful',
      agent: 'reviewer',
      content: { summary: '', prompts: [] },
    });
  });
  afterEach(() => harness.close());

  it('are shown with their references, scopes and first revision', () => {
    expect(refs('prompts')).toEqual(['style', 'project:ops/deploy-rules', 'project:web/tone', 'agent:reviewer/howto']);
    expect(refs('personalities')).toEqual(['reviewer/careful']);
    const [style] = [...harness.engine.view().prompts.values()].filter((row) => row.ref === 'style');
    expect(style).toMatchObject({ semver: '0.1.0', scope: 'global', updatedBy: 'operator:ann', linkState: 'none' });
  });

  it('always include the projects default and mcptui-system, which cannot be deleted', async () => {
    expect([...harness.engine.view().projects.values()].map((row) => row.name)).toEqual([
      'default',
      'mcptui-system',
      'ops',
      'web',
    ]);
    for (const name of ['default', 'mcptui-system']) {
      await expect(commands.deleteProject(name)).rejects.toMatchObject({ code: 'conflict', message: /built in/ });
    }
    await harness.restart();
    expect([...harness.engine.view().projects.values()]).toHaveLength(4);
  });

  it('refuse project and agent together, unknown ones, bad names and priorities, each naming the thing', async () => {
    const create = (draft: object) => commands.createContent('prompt', { name: 'x', ...body('x'), ...draft });
    await expect(create({ project: 'ops', agent: 'reviewer' })).rejects.toThrow('a project or an agent, not both');
    await expect(create({ scope: 'agent' })).rejects.toThrow('scope agent does not go with');
    await expect(create({ project: 'nope' })).rejects.toMatchObject({ code: 'not-found', hint: /ops/ });
    await expect(create({ agent: 'nope' })).rejects.toThrow('no agent nope');
    await expect(create({ name: 'Bad Name' })).rejects.toThrow('prompt "Bad Name": use 1 to 64 of a-z');
    await expect(create(body('x', { priority: 11 }))).rejects.toThrow('priority: use 1 to 10');
    await expect(create(body('x', { priority: 0 }))).rejects.toThrow('priority: use 1 to 10');
    await expect(create(body('x'.repeat(262_145)))).rejects.toThrow('body: ');
    await expect(create(body('\ud800'))).rejects.toThrow('surrogate');
    await expect(create({ name: 'style' })).rejects.toMatchObject({ code: 'conflict', message: 'prompt style exists' });
    expect(refs('prompts')).toHaveLength(4);
  });

  it('keep control characters as they are', async () => {
    const odd = 'a\u001b[31m\u0000\r\nb\u202e';
    await commands.createContent('prompt', { name: 'odd', ...body(odd) });
    await harness.restart();
    const detail = await harness.engine.commands.contentDetail('prompt', 'odd');
    expect(detail.content).toMatchObject({ body: odd });
    expect(detail.unusual.map(({ shown }) => shown)).toEqual(['\\u001b', '\\u0000', '\\u000d', '\\u202e']);
  });

  describe('attachPrompt', () => {
    const bound = async (): Promise<unknown> => (await commands.contentDetail('personality', 'careful')).view;

    it('binds what is the agent’s own, of its project, or global, in order', async () => {
      await commands.attachPrompt('careful', 'howto');
      await commands.attachPrompt('careful', 'style');
      await commands.attachPrompt('reviewer/careful', 'project:ops/deploy-rules', 0);
      const order = ['project:ops/deploy-rules', 'agent:reviewer/howto', 'style'];
      expect(await bound()).toMatchObject({ prompts: order, semver: '0.1.3' });
      await commands.attachPrompt('careful', 'style', 0);
      expect(await bound()).toMatchObject({ prompts: ['style', ...order.slice(0, 2)] });
    });

    it('refuses another project’s and another agent’s, with the reason', async () => {
      await commands.createContent('prompt', { name: 'other', agent: 'mentor', ...body('x') });
      await expect(commands.attachPrompt('careful', 'tone')).rejects.toMatchObject({
        code: 'invalid',
        message:
          /cannot bind prompt project:web\/tone: SCOPE it belongs to project web, and agent reviewer works in ops/,
      });
      await expect(commands.attachPrompt('careful', 'other')).rejects.toThrow('SCOPE it belongs to agent mentor');
      const choices = await commands.bindChoices('careful');
      expect(choices.find(({ ref }) => ref === 'project:web/tone')?.refusal).toMatch(/SCOPE/);
      expect(choices.find(({ ref }) => ref === 'style')?.refusal).toBeUndefined();
    });

    it('says so when a prompt is bound twice or not bound', async () => {
      await commands.attachPrompt('careful', 'style');
      await expect(commands.attachPrompt('careful', 'style')).rejects.toThrow('bound already, as number 1');
      await expect(commands.detachPrompt('careful', 'howto')).rejects.toThrow('is not bound');
      const twice = { content: { summary: '', prompts: ['style', 'style'] } };
      await expect(commands.saveContent('personality', 'careful', twice)).rejects.toThrow('binds a prompt twice');
      await commands.detachPrompt('careful', 'style');
      expect(await bound()).toMatchObject({ prompts: [] });
    });
  });

  it('say by whom they are used instead of being deleted', async () => {
    await commands.attachPrompt('careful', 'style');
    await commands.createContent('prompt', { name: 'borrowed', ...body('', { link: 'project:web/tone' }) });
    await commands.updateAgent('reviewer', { defaultPersonality: 'careful' });
    await expect(commands.deleteContent('prompt', 'style')).rejects.toThrow('used by personality reviewer/careful');
    await expect(commands.deleteContent('prompt', 'tone')).rejects.toThrow('used by prompt borrowed (link)');
    await expect(commands.deleteContent('personality', 'careful')).rejects.toThrow('used by agent reviewer (default)');
    await expect(commands.deleteAgent('reviewer')).rejects.toThrow('used by personality careful, prompt howto');
    await expect(commands.deleteProject('web')).rejects.toThrow('used by prompt tone');
    await commands.updateAgent('reviewer', { defaultPersonality: null });
    await commands.deleteContent('personality', 'careful');
    await commands.deleteContent('prompt', 'style');
    expect(refs('prompts')).not.toContain('style');
  });

  it('have one default agent; a default personality is one of the agent’s own', async () => {
    await commands.updateAgent('reviewer', { isDefault: true });
    await commands.updateAgent('mentor', { isDefault: true });
    const agents = [...harness.engine.view().agents.values()];
    expect(agents.map((row) => [row.name, row.isDefault])).toEqual([
      ['reviewer', false],
      ['mentor', true],
    ]);
    await expect(commands.updateAgent('mentor', { defaultPersonality: 'careful' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'agent mentor has no personality careful',
    });
    await commands.updateAgent('reviewer', { defaultPersonality: 'careful' });
    expect([...harness.engine.view().personalities.values()][0]?.isDefault).toBe(true);
  });

  it('show a link as broken once its target is gone', async () => {
    await commands.createContent('prompt', { name: 'borrowed', ...body('And mine.', { link: 'project:web/gone' }) });
    const state = () => [...harness.engine.view().prompts.values()].find((row) => row.name === 'borrowed')?.linkState;
    expect(state()).toBe('broken');
    await commands.createContent('prompt', { name: 'gone', project: 'web', ...body('Theirs.') });
    expect(state()).toBe('ok');
    expect((await commands.compose({})).text).toContain('Theirs.\n\nAnd mine.');
  });

  it('hold skills whose SKILL.md says name and description', async () => {
    const skill = (files: Record<string, string>) =>
      commands.createContent('skill', { name: 'pdf', content: { files } });
    const good = { 'SKILL.md': '---\nname: pdf\ndescription: Reads PDFs.\n---\n# PDF\n', 'lib/read.py': 'print(1)\n' };
    await expect(skill({ 'a.md': 'x' })).rejects.toThrow('has no SKILL.md');
    await expect(skill({ 'SKILL.md': 'x' })).rejects.toThrow('does not begin with front matter');
    await expect(skill({ 'SKILL.md': '---\nname: pdf\n---\n' })).rejects.toThrow('description');
    for (const path of ['../x', '/etc/passwd', 'a/../b', 'a//b', 'a/', '', '.', 'a\\b', './a', 'a\u202eb', 'a\nb']) {
      await expect(skill({ ...good, [path]: '' })).rejects.toMatchObject({ code: 'invalid' });
    }
    await skill(good);
    expect([...harness.engine.view().skills.values()]).toMatchObject([
      { ref: 'pdf', summary: 'Reads PDFs.', files: ['SKILL.md', 'lib/read.py'], semver: '0.1.0' },
    ]);
  });

  it('take a SKILL.md as other programs read it', async () => {
    const of = async (name: string, text: string) => {
      await commands.createContent('skill', { name, content: { files: { 'SKILL.md': text } } });
      return [...harness.engine.view().skills.values()].find((row) => row.name === name)?.summary;
    };
    expect(await of('other', '---\nname: Building Blocks\ndescription: Use when: asked\n---\n')).toBe(
      'Use when: asked',
    );
    expect(await of('late', '\n<!-- made by x -->\n---\ndescription: *soon*\n---\n')).toBe('*soon*');
    expect(await of('scalars', '---\nname: 123\ndescription: true\n---\n')).toBe('true');
  });

  it('hold files that are no text, which stay as they are when the text is edited', async () => {
    const png = Buffer.from([0x89, 0x50, 0, 0xff]).toString('base64');
    const content = { files: { 'SKILL.md': '---\ndescription: d\n---\n' }, binary: { 'a.png': png } };
    await commands.createContent('skill', { name: 'drawn', content });
    const { text, view } = await commands.contentDetail('skill', 'drawn');
    expect(view).toMatchObject({ files: ['SKILL.md', 'a.png'] });
    expect(text).toContain('=== a.png (binary, 4 bytes, sha256 ');
    await commands.saveContent('skill', 'drawn', { text: text.replace('description: d', 'description: e') });
    expect((await commands.contentDetail('skill', 'drawn')).content).toEqual({
      files: { 'SKILL.md': '---\ndescription: e\n---\n' },
      binary: { 'a.png': png },
    });
    await expect(commands.saveContent('skill', 'drawn', { text: text.replace('sha256 ', 'sha256 0') })).rejects.toThrow(
      'the bytes of a.png are not those of any file that it has',
    );
    await expect(
      commands.createContent('skill', { name: 'twice', content: { ...content, binary: { 'SKILL.md': png } } }),
    ).rejects.toThrow('has a file twice');
  });

  it('compose what an agent is told: personality, agent, project, global', async () => {
    await commands.attachPrompt('careful', 'style');
    const composed = await commands.compose({ agent: 'reviewer', personality: 'careful' });
    expect(composed.parts.map(({ from, ref }) => `${from} ${ref}`)).toEqual([
      'personality style',
      'agent agent:reviewer/howto',
      'project project:ops/deploy-rules',
    ]);
    expect(composed.text).toBe(
      'Work in ops.\n\n## style\n\nBe brief.\n\n## howto\n\nRead twice.\n\n## deploy-rules\n\nDeploy on Fridays.',
    );
    expect(composed.tokens).toBeGreaterThan(10);
    await expect(commands.compose({ agent: 'reviewer', personality: 'bold' })).rejects.toMatchObject({
      hint: 'it has careful',
    });
  });
});
