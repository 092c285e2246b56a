import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommands } from '../../../src/engine/index.ts';
import type { SessionIdentity } from '../../../src/mcp/types/session.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { body, connectTo, list, promptNames as names, read, type Result } from '../../support/worlds/offered.ts';

describe('what a prompt or a skill says of itself', () => {
  let harness: Harness;
  let ann: EngineCommands;

  beforeEach(async () => {
    harness = await engineHarness();
    ann = harness.engine.commandsFor('operator:ann');
    await ann.createProject('ops', {});
    await ann.createAgent('reviewer', { project: 'ops' });
    await ann.createAgent('mentor', { project: 'ops' });
    const content = { summary: '', prompts: [] };
    await ann.createContent('personality', { name: 'careful', agent: 'reviewer', content });
  });
  afterEach(() => harness.close());

  const connect = (identity?: Partial<SessionIdentity>) => connectTo(harness, identity);

  it('tells and lists a prompt that is only read when worn to those alone who wear it', async () => {
    await ann.createContent('prompt', { name: 'strict', ...body('Refuse twice.', { read: 'worn' }) });
    await ann.createContent('personality', {
      name: 'hard',
      agent: 'reviewer',
      content: { summary: '', prompts: ['strict'] },
    });
    const hard = await connect({ agent: 'reviewer', personality: 'hard' });
    expect(hard.instructions).toContain('Refuse twice.');
    expect(await names(hard.agent)).toContain('strict');
    expect(await read(hard.agent, 'mcptui://prompts/strict')).toBe('Refuse twice.');
    for (const identity of [{}, { agent: 'mentor' }, { agent: 'reviewer', personality: 'careful' }]) {
      const other = await connect(identity);
      expect(other.instructions).not.toContain('Refuse twice.');
      expect(await names(other.agent)).not.toContain('strict');
      expect((await list(other.agent, 'resources')).map((item) => item['uri'])).not.toContain(
        'mcptui://prompts/strict',
      );
      expect(await read(other.agent, 'mcptui://prompts/strict')).toContain('Resource not found');
    }
    const { agent } = await connect({ agent: 'reviewer', personality: 'careful' });
    await names(agent);
    await ann.attachPrompt('careful', 'strict');
    // Notifications gather for a moment.
    await harness.pass(200);
    await agent.untilMethod('notifications/prompts/list_changed');
    expect(await names(agent)).toContain('strict');
  });

  it('asks for the arguments that the front matter lists, and may leave some out', async () => {
    const text = body('Fix {{issue}} {{how}} in {{ .Values }} and {{vue}}.', { arguments: ['issue', 'how?'] });
    await ann.createContent('prompt', { name: 'fix', ...text });
    const { agent } = await connect();
    const item = (await list(agent, 'prompts')).find(({ name }) => name === 'fix');
    expect(item?.['arguments']).toEqual([
      { name: 'issue', required: true },
      { name: 'how', required: false },
    ]);
    const got = (await agent.request('prompts/get', { name: 'fix', arguments: { issue: '7' } })) as Result;
    expect(JSON.stringify(got.result)).toContain('Fix 7  in {{ .Values }} and {{vue}}.');
  });

  it('offers files that are no text as bytes', async () => {
    const png = Buffer.from([0x89, 0x50, 0, 0xff]).toString('base64');
    const content = { files: { 'SKILL.md': '---\ndescription: d\n---\n' }, binary: { 'img/a.png': png } };
    await ann.createContent('skill', { name: 'drawn', content });
    const { agent } = await connect();
    const uri = 'mcptui://skills/drawn/img/a.png';
    expect((await list(agent, 'resources')).find((one) => one['uri'] === uri)).toMatchObject({
      mimeType: 'application/octet-stream',
    });
    const { result } = (await agent.request('resources/read', { uri })) as Result;
    expect(result).toEqual({ contents: [{ uri, mimeType: 'application/octet-stream', blob: png }] });
  });
});
