/** The engine's own prompts: what a save must keep to, and how they come back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtInContent, systemPrompts, type SystemPrompt } from '../../../src/engine/content/system-texts.ts';
import { assertRule, filledSystemText, systemRules } from '../../../src/engine/content/system-rules.ts';
import type { EngineCommands } from '../../../src/engine/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

const place = { scope: 'project', project: 'mcptui-system' } as const;
const content = (body: string, more: object = {}) => ({ summary: '', priority: 5, body, ...more });

describe('assertRule', () => {
  it.each(Object.keys(systemPrompts) as SystemPrompt[])('lets the built-in text of %s pass', (name) => {
    expect(() => assertRule(place, name, content(builtInContent(name).body))).not.toThrow();
    expect(systemRules[name].maxChars).toBeGreaterThan(builtInContent(name).body.length);
  });

  it.each([
    ['gate-selection', content('Choose.'), 'it must have {{maxPrompts}}'],
    ['gate-selection', content('Choose {{maxPrompts}} of {{all}}.'), 'nothing fills {{all}}'],
    ['prompt-summary', content('Sum up.'), 'it must have {{maxChars}}'],
    ['prompt-chapters', content('{{maxChars}}'), 'it must have {{maxChapters}}'],
    ['page-titles', content('{{pageCount}} {{maxChars}} {{tokens}}'), 'nothing fills {{tokens}}'],
    ['section-titles', content('{{maxChars}}'), 'it must have {{pageCount}}'],
    ['content-summary', content(`{{maxTokens}}${'x'.repeat(8_000)}`), '8000 are the most'],
    ['begin-session', content('Call {{this}} first.'), 'nothing fills {{this}}'],
    ['begin-session', content('x'.repeat(2_001)), '2000 are the most'],
    ['begin-session', content('  '), 'it must say something'],
    ['begin-session', content('Hi.', { link: 'style' }), 'it links another prompt'],
  ])('refuses for %s what breaks its rule', (name, given, fault) => {
    expect(() => assertRule(place, name, given)).toThrow(fault);
  });

  it('judges no other prompt, and none of that name elsewhere', () => {
    expect(() => assertRule(place, 'mine', content('{{a}}'))).not.toThrow();
    expect(() => assertRule({ scope: 'global' }, 'begin-session', content('{{a}}'))).not.toThrow();
  });
});

describe('filledSystemText', () => {
  it('fills the text, and the built-in one where the text cannot be filled', () => {
    expect(filledSystemText('gate-selection', 'At most {{maxPrompts}}.', { maxPrompts: '40' })).toBe('At most 40.');
    expect(filledSystemText('gate-selection', 'At most {{more}}.', { maxPrompts: '40' })).toContain('40 at most');
  });
});

describe('a prompt of mcptui-system', () => {
  let harness: Harness;
  let ann: EngineCommands;
  const ref = 'project:mcptui-system/begin-session';
  const live = async () => (await ann.contentDetail('prompt', ref)).view;

  beforeEach(async () => {
    harness = await engineHarness();
    ann = harness.engine.commandsFor('operator:ann');
  });
  afterEach(() => harness.close());

  it('is edited within its rule, counts at once, and gets its built-in text again when it is deleted', async () => {
    const own = content('Begin here.');
    await ann.saveContent('prompt', ref, { content: own });
    expect((await live()).semver).toBe('0.1.1');
    await expect(ann.saveContent('prompt', ref, { content: content('{{x}}') })).rejects.toThrow('nothing fills {{x}}');
    await ann.deleteContent('prompt', ref);
    expect(await live()).toMatchObject({ semver: '0.1.2' });
    const [newest] = await ann.revisions('prompt', ref);
    expect(newest).toMatchObject({ note: 'reset to the built-in text' });
  });
});
