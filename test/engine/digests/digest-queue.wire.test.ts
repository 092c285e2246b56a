/** Models sum prompts up in the background of a running engine: what they make, when they fail, what is kept. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommands, PromptView } from '../../../src/engine/index.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { until } from '../../support/until.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { body, connectTo, type Result } from '../../support/worlds/offered.ts';
import {
  ENDLESS,
  scriptedModel,
  type AskedOfModel,
  type ScriptedAnswer,
  type ScriptedModel,
} from '../../support/worlds/scripted-model.ts';

let harness: Harness;
let ann: EngineCommands;
let model: ScriptedModel;

/** Over 20 lines, and longer than a summary. */
const textOf = (what: string): string => `# ${what}\n\n${`Some words about ${what}.\n`.repeat(22)}`;
const good = ({ wants, input }: AskedOfModel): string =>
  wants.includes('summary')
    ? JSON.stringify({ summary: `In short: ${/about (\w+)/.exec(input)?.[1] ?? '?'}.` })
    : '{"chapters":[{"line":1,"title":"Begin"},{"line":10,"title":"End"}]}';

beforeEach(async () => {
  harness = await engineHarness();
  ann = harness.engine.commandsFor('operator:ann');
  model = await scriptedModel();
  model.answer = good;
  await ann.createProject('web');
});
afterEach(async () => {
  await model.close();
  await harness.close();
});

const create = (name: string, text = textOf(name), project = 'web') =>
  ann.createContent('prompt', { name, project, ...body(text) });
const connectModel = (more: object = {}) =>
  ann.createModel('small', { kind: 'openai', url: model.url, model: 'm', tier: 'fast', ...more });
const view = (name: string): PromptView | undefined =>
  [...harness.engine.view().prompts.values()].find((row) => row.name === name);
const progress = () => harness.engine.view().info.summaries;
/** Lets the clock go on for as long as it takes; not while the model is at work, which has its time on a busy machine. */
const untilSaid = (check: () => boolean, what: string): Promise<void> =>
  until(
    async () => {
      if (!check()) await harness.clock.advance(model.open.now > 0 ? 0 : 100);
      return check();
    },
    what,
    { everyMs: 1, now: () => JSON.stringify([progress(), model.asked.length, view('deploying')]) },
  );

describe('summaries by a model', () => {
  it('come in the background, with chapters; a summary of its own wins', async () => {
    await create('deploying');
    await ann.createContent('prompt', {
      name: 'own',
      project: 'web',
      content: { summary: 'My own.', priority: 5, body: textOf('own') },
    });
    expect(view('deploying')).toMatchObject({ summaryBy: 'rules', gist: 'Some words about deploying.' });
    await connectModel();
    await untilSaid(() => progress()?.done === 2, 'two summaries');
    await untilSaid(() => view('deploying')?.summaryBy === 'model', 'the summary in the view');
    expect(progress()).toEqual({ done: 2, of: 2, failed: 0 });
    expect(view('deploying')).toMatchObject({ gist: 'In short: deploying.', summaryModel: 'small' });
    expect(view('own')).toMatchObject({ summary: 'My own.', summaryBy: 'own' });
    const { chapters } = await ann.contentDetail('prompt', 'own');
    expect(chapters).toEqual([
      { title: 'Begin', from: 1, to: 9 },
      { title: 'End', from: 10, to: 24 },
    ]);
    // One of them, and two of the other.
    expect(
      model.asked
        .map(({ wants }) => wants)
        .flat()
        .toSorted(),
    ).toEqual(['chapters', 'chapters', 'summary']);
    expect(model.open.most).toBe(1);
  });

  it('are what a gated session is told, and chosen by', async () => {
    await ann.updateProject('web', { gated: true });
    await create('deploying');
    model.answer = (asked) =>
      asked.wants.includes('refs') ? undefined : good(asked).replace('In short: deploying.', 'Rollback of releases.');
    await connectModel();
    await untilSaid(() => view('deploying')?.summaryBy === 'model', 'the summary');
    await ann.deleteModel('small');
    const { agent, instructions } = await connectTo(harness, { project: 'web' });
    expect(instructions).toContain('- deploying: Rollback of releases.');
    const call = { name: 'begin_session', arguments: { tags: ['rollback'] } };
    const { result } = (await agent.request('tools/call', call)) as Result;
    expect(JSON.stringify(result?.['content'])).toContain('Some words about deploying.');
    const read = { name: 'read_prompts', arguments: { names: ['deploying'], chapter: 'End' } };
    const chapter = JSON.stringify(((await agent.request('tools/call', read)) as Result).result?.['content']);
    // Lines 10 to 24.
    expect(chapter.match(/Some words/g)).toHaveLength(15);
  });

  it('stay over a restart, and are made anew when the text or what the model is told changes', async () => {
    await create('deploying');
    await connectModel();
    await untilSaid(() => view('deploying')?.summaryBy === 'model', 'the summary');
    const asked = model.asked.length;
    await harness.restart();
    ann = harness.engine.commandsFor('operator:ann');
    expect(view('deploying')).toMatchObject({ summaryBy: 'model', gist: 'In short: deploying.' });
    await untilSaid(() => progress()?.done === 1, 'the progress');
    expect(model.asked).toHaveLength(asked);
    await ann.saveContent('prompt', 'deploying', { content: { ...body(textOf('cooking')).content } });
    await untilSaid(() => view('deploying')?.gist === 'In short: cooking.', 'the summary of the new text');
    const told = 'In {{maxChars}} characters, please.';
    await ann.saveContent('prompt', 'project:mcptui-system/prompt-summary', { content: { ...body(told).content } });
    await untilSaid(
      () => model.asked.some(({ instructions }) => instructions === 'In 200 characters, please.'),
      'the edit',
    );
    await untilSaid(() => progress()?.done === 1, 'the new one');
  });

  it.each<[string, () => ScriptedAnswer, RegExp]>([
    ['garbage', () => 'I would say: deploying', /its answer is not the JSON that was asked for/],
    [
      'a novel',
      () => JSON.stringify({ summary: 'x'.repeat(5_000) }),
      /its summary has 5000 characters, and 200 are the most/,
    ],
    ['50 MB', () => ENDLESS, /it answered with over 1 MiB/],
    ['another form', () => '{"text":"deploying"}', /its summary is missing/],
  ])(
    'fall back to rules when the model answers with %s, with the reason, and are asked for again of other models',
    async (_, answer, why) => {
      model.answer = answer;
      await create('deploying', 'word '.repeat(60));
      await connectModel();
      await untilSaid(() => progress()?.failed === 1, 'the failure');
      expect(progress()).toMatchObject({ done: 0, of: 1, why: expect.stringMatching(why) as string });
      await untilSaid(() => view('deploying')?.summaryWhy !== undefined, 'the reason');
      expect(view('deploying')).toMatchObject({ summaryBy: 'rules', summaryWhy: expect.stringMatching(why) as string });
      const { length } = model.asked;
      await harness.restart();
      ann = harness.engine.commandsFor('operator:ann');
      await untilSaid(() => progress()?.failed === 1, 'the failure that was kept');
      expect(model.asked).toHaveLength(length);
      model.answer = () => '{"summary":"Better now."}';
      await ann.updateModel('small', { timeoutMs: 20_000 });
      await untilSaid(() => view('deploying')?.gist === 'Better now.', 'another try');
    },
  );

  it('wait while no model can be asked, say why, and go on by themselves', async () => {
    model.answer = () => 500;
    for (const name of ['one', 'two']) await create(name, `${name} `.repeat(80));
    await connectModel();
    await untilSaid(() => progress()?.waits?.includes('left alone') === true, 'the wait');
    expect(progress()).toMatchObject({ done: 0, of: 2, failed: 0 });
    model.answer = () => '{"summary":"At last."}';
    await untilSaid(() => progress()?.done === 2, 'both');
    expect(progress()?.waits).toBeUndefined();
  });

  it('leave half of the tokens of the day to sessions', async () => {
    await ann.updateProject('web', { gated: true });
    for (const name of ['one', 'two']) await create(name, `${name} `.repeat(80));
    model.answer = (asked) => (asked.wants.includes('refs') ? '{"refs":["project:web/one"]}' : good(asked));
    await connectModel({ dailyTokens: 25 });
    // 15 of them for each.
    await untilSaid(() => progress()?.waits?.includes('the rest is for sessions') === true, 'the wait');
    expect(progress()).toMatchObject({ done: 1, of: 2 });
    const { agent } = await connectTo(harness, { project: 'web' });
    await agent.request('tools/call', { name: 'begin_session', arguments: { tags: ['two'] } });
    const session = harness.engine.router.agents.sessions().at(-1)?.id ?? '';
    expect((await ann.sessionGate(session)).decisions[0]?.selection.by).toBe('model');
  });

  it('wait when the tokens of the day are used', async () => {
    for (const name of ['one', 'two']) await create(name, `${name} `.repeat(80));
    await connectModel({ dailyTokens: 1 });
    await untilSaid(() => progress()?.waits?.includes('tokens today') === true, 'the wait');
    expect(progress()).toMatchObject({ done: 1, of: 2 });
  });

  it('give way to a session that waits for the model', async () => {
    await ann.updateProject('web', { gated: true });
    await create('deploying');
    let isSession = false;
    model.answer = (asked) => {
      if (asked.wants.includes('refs')) {
        isSession = true;
        return '{"refs":["project:web/deploying"]}';
      }
      // Until a session has been there it never ends.
      return isSession ? good(asked) : undefined;
    };
    await connectModel();
    await untilSaid(() => model.open.now === 1, 'a request in the background');
    const { agent } = await connectTo(harness, { project: 'web' });
    const call = { name: 'begin_session', arguments: { tags: ['deploying'] } };
    expect(JSON.stringify(await agent.request('tools/call', call))).toContain('Some words about deploying.');
    await untilSaid(() => view('deploying')?.summaryBy === 'model', 'the summary, later');
  });

  it('send no text where its project does not let it go, and no secret that is known', async () => {
    harness.secrets.set('TOKEN', 'kX9#mQ2$vL7pR4wZ8tB1');
    await ann.createProject('shut', { gate: { models: 'none' } });
    await create('hidden', textOf('hidden'), 'shut');
    const env = [{ name: 'TOKEN', secret: { backend: 'env', path: 'TOKEN' } }] as const;
    await ann.createServer(aDraft({ name: 's', project: 'web', env: [...env] }));
    await harness.untilPhase('s-1', 'running');
    await create('deploying', `${textOf('deploying')}kX9#mQ2$vL7pR4wZ8tB1\n`);
    await connectModel();
    await untilSaid(() => progress()?.done === 1, 'the one that may be sent');
    const sent = JSON.stringify(model.asked);
    expect(sent).toContain('[secret env/TOKEN]');
    expect(sent).not.toContain('kX9#mQ2$vL7pR4wZ8tB1');
    expect(sent).not.toContain('hidden');
  });
});
