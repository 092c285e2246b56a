/** begin_session where a model may choose: it does, it fails, it may not be asked. */
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommands, GateDecision } from '../../../src/engine/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { body, connectTo, type Result } from '../../support/worlds/offered.ts';
import { until } from '../../support/until.ts';

let harness: Harness;
let ann: EngineCommands;
let mock: LLMock;
let content = '{"refs":["project:web/cooking"]}';

beforeEach(async () => {
  harness = await engineHarness();
  mock = new LLMock({ port: 0 });
  mock.on({ predicate: () => true }, () => ({ content }));
  await mock.start();
  ann = harness.engine.commandsFor('operator:ann');
  await ann.createProject('web', { gated: true });
  for (const name of ['deploying', 'cooking']) {
    await ann.createContent('prompt', { name, project: 'web', ...body(`All about ${name}.`) });
  }
  await ann.createModel('small', { kind: 'openai', url: `${mock.url}/v1`, model: 'small-1', tier: 'both' });
});
afterEach(async () => {
  // A test may have stopped it.
  await mock.stop().catch(() => undefined);
  await harness.close();
});

/** The first answer, and the decision behind it. */
async function begin(tags: readonly string[] = ['deploying']): Promise<{ text: string; decision: GateDecision }> {
  const { agent } = await connectTo(harness, { project: 'web' });
  const { result } = (await agent.request('tools/call', { name: 'begin_session', arguments: { tags } })) as Result;
  const id = harness.engine.router.agents.sessions().at(-1)?.id ?? '';
  const { decisions } = await ann.sessionGate(id);
  return { text: JSON.stringify(result?.['content']), decision: decisions[0] as GateDecision };
}

describe('begin_session with a model', () => {
  it('gives what the model chose, names what matches by rules, and says who chose', async () => {
    const { text, decision } = await begin();
    expect(text).toContain('All about cooking.');
    expect(text).not.toContain('## deploying');
    expect(text).toContain('- deploying');
    expect(decision.selection).toMatchObject({ by: 'model', model: 'small' });
    expect(decision.prompts[0]).toMatchObject({ ref: 'project:web/cooking', why: 'model', isFull: true });
  });

  it('answers by rules when the model answers nonsense, and says why', async () => {
    content = 'cooking, please';
    const { text, decision } = await begin();
    content = '{"refs":["project:web/cooking"]}';
    expect(text).toContain('All about deploying.');
    expect(decision.selection).toMatchObject({
      by: 'tags',
      fallback: 'model small: its answer is not the JSON that was asked for',
    });
  });

  it('leaves a model alone for a minute that has failed five times, and says for how long', async () => {
    await mock.stop();
    for (let count = 0; count < 5; count += 1) await begin([`deploying ${count}`]);
    const { decision } = await begin(['deploying again']);
    expect(decision.selection.fallback).toMatch(/model small is left alone for \d+ s: /);
    const [model] = await ann.models();
    expect(model?.health.failures).toBe(5);
    expect(model?.health.pausedUntil).toBeGreaterThan(harness.clock.now());
    await ann.updateModel('small', { timeoutMs: 1_000 });
    expect((await ann.models())[0]?.health.pausedUntil).toBeUndefined();
  });

  it('asks no model for a project that says none, and none elsewhere for one that says local', async () => {
    const asked = (): number => mock.getRequests().length;
    await ann.updateProject('web', { gate: { models: 'none' } });
    expect((await begin()).decision.selection).toEqual({ by: 'tags', ms: expect.any(Number) });
    await ann.updateProject('web', { gate: { models: 'local' } });
    await ann.deleteModel('small');
    await ann.createModel('far', { kind: 'openai', url: 'https://models.example/v1', model: 'm', tier: 'both' });
    expect((await begin()).decision.selection).toEqual({ by: 'tags', ms: expect.any(Number) });
    expect(asked()).toBe(0);
  });

  it('stops at the tokens of a day, and remembers over a restart what was used', async () => {
    await ann.updateModel('small', { dailyTokens: 1 });
    expect((await begin()).decision.selection.by).toBe('model');
    expect((await begin(['deploying', 'more'])).decision.selection.fallback).toMatch(
      /^model small has used \d+ of 1 tokens today$/,
    );
    await harness.restart();
    ann = harness.engine.commandsFor('operator:ann');
    await until(async () => ((await ann.models())[0]?.health.used.asked ?? 0) === 1, 'what was used');
    expect((await begin(['deploying', 'again'])).decision.selection.fallback).toContain('tokens today');
  });

  it('is tested with a real answer, its time and its tokens', async () => {
    content = '{"ok":true}';
    expect(await ann.testModel('small')).toMatchObject({ ok: true, tokensOut: expect.any(Number) });
    content = '{"refs":["project:web/cooking"]}';
    await mock.stop();
    expect(await ann.testModel('small')).toMatchObject({ ok: false, reason: expect.any(String) });
    await expect(ann.testModel('smal')).rejects.toThrow('no model smal');
  });
});
