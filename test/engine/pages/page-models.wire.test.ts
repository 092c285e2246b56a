/** Titles and summaries of long answers by a model, as sessions of a running engine get them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommands, ProjectChange } from '../../../src/engine/index.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { until } from '../../support/until.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { connectTo, type Result } from '../../support/worlds/offered.ts';
import type { Peer } from '../../support/worlds/peer.ts';
import {
  ENDLESS,
  scriptedModel,
  type ScriptedAnswer,
  type ScriptedModel,
} from '../../support/worlds/scripted-model.ts';

let harness: Harness;
let ann: EngineCommands;
let model: ScriptedModel;
let agent: Peer;
/** What the model says of pages; it knows how many titles are asked for. */
let titles: (count: number) => ScriptedAnswer | Promise<ScriptedAnswer>;
let summary: () => ScriptedAnswer | Promise<ScriptedAnswer>;

beforeEach(async () => {
  harness = await engineHarness();
  ann = harness.engine.commandsFor('operator:ann');
  model = await scriptedModel();
  titles = (count) => JSON.stringify({ titles: Array.from({ length: count }, (_, at) => `Topic ${at + 1}`) });
  summary = () => '{"summary":"Four hundred parts, all alike."}';
  model.answer = ({ wants, input }) => {
    if (wants.includes('summary')) return summary();
    return titles((JSON.parse(input) as { pages: unknown[] }).pages.length);
  };
});
afterEach(async () => {
  await model.close();
  await harness.close();
});

async function project(kind: 'paginate' | 'sections' | 'summarise', more: ProjectChange = {}): Promise<void> {
  await ann.createProject('web', { pages: { kind, pageTokens: 400 }, ...more });
  await ann.createServer(aDraft({ name: 's-web', project: 'web' }));
  await harness.untilPhase('s-web-1', 'running');
  agent = (await connectTo(harness, { project: 'web' })).agent;
}
const connectModel = () => ann.createModel('small', { kind: 'openai', url: model.url, model: 'm', tier: 'fast' });

const items = Array.from({ length: 400 }, (_, at) => `Some words about part ${at}.`);
/** Blocks of the answer. The clock stands while the model is at work, unless it is to be late. */
async function blocks(tool: string, args: object, isLate = false): Promise<readonly string[]> {
  let answer: Result | undefined;
  void agent.request('tools/call', { name: tool, arguments: args }).then((got) => void (answer = got as Result));
  await until(
    async () => {
      if (answer === undefined) await harness.clock.advance(isLate ? 50 : 0);
      return answer !== undefined;
    },
    'the answer',
    { everyMs: 1 },
  );
  return ((answer?.result?.['content'] ?? []) as readonly { readonly text: string }[]).map(({ text }) => text);
}
const echo = (args: object = { items }, isLate = false): Promise<readonly string[]> =>
  blocks('s-web__echo', args, isLate);
const idIn = (said: readonly string[]): string => /kept as ([0-9a-f]{32})/.exec(said.join())?.[1] ?? '';
const pagesOf = async () => {
  const traces = await harness.audit('tool_call_trace');
  return traces.at(-1)?.detail?.['pages'];
};

describe('titles by a model', () => {
  it('stand in the index, before the place in the text, and are kept: the same answer asks nobody', async () => {
    await project('paginate');
    await connectModel();
    const said = await echo();
    expect(said[1]).toMatch(/^2\. Topic 2 · items\[\d+\] to items\[\d+\] \(≈\d+ tokens\)$/m);
    expect(model.asked).toHaveLength(1);
    expect(model.asked[0]?.instructions).toContain('You name the pages of a long text');
    expect(await echo()).toEqual(said);
    expect((await blocks('read_page', { id: idIn(said) }))[0]).toContain('2. Topic 2 · items[');
    await harness.restart();
    ann = harness.engine.commandsFor('operator:ann');
    await harness.untilPhase('s-web-1', 'running');
    agent = (await connectTo(harness, { project: 'web' })).agent;
    expect(await echo()).toEqual(said);
    expect(model.asked).toHaveLength(1);
  });

  it('are not waited for longer than 1.5 s; those that come later serve the next reader', async () => {
    await project('sections');
    await connectModel();
    let late: (answer: string) => void = () => undefined;
    let count = 0;
    titles = (asked) => {
      count = asked;
      return new Promise<string>((resolve) => (late = resolve));
    };
    const before = harness.clock.monotonicMs();
    const said = await echo({ items }, true);
    expect(harness.clock.monotonicMs() - before).toBeLessThan(3_000);
    expect(said[1]).toMatch(/^2\. items\[\d+\]/m);
    await until(() => count > 0, 'the question');
    expect(model.asked[0]?.instructions).toContain('You name the sections of a long text');
    late(JSON.stringify({ titles: Array.from({ length: count }, (_, at) => `Late ${at + 1}`) }));
    const id = idIn(said);
    await until(
      async () => ((await ann.page('web', id)).pages[1]?.title ?? '').startsWith('Late 2'),
      'the late titles',
    );
    expect((await echo())[1]).toMatch(/^2\. Late 2 · items\[/m);
    expect(model.asked).toHaveLength(1);
  });

  it.each<[string, ScriptedAnswer]>([
    ['garbage', 'Here are your titles!'],
    ['fewer than there are pages', '{"titles":["One"]}'],
    ['50 MB', ENDLESS],
    ['an error', 500],
  ])('are those of rules when the model answers with %s', async (_, answer) => {
    await project('paginate');
    await connectModel();
    titles = () => answer;
    expect((await echo())[1]).toMatch(/^2\. items\[\d+\] to items\[\d+\] \(≈\d+ tokens\)$/m);
  });

  it('are asked for of no model where the project says so', async () => {
    await project('paginate', { gate: { models: 'none' } });
    await connectModel();
    await echo();
    expect(model.asked).toEqual([]);
    await ann.updateProject('web', { gate: { models: 'local' }, pages: { kind: 'sections' } });
    expect((await echo())[1]).toContain('Topic 2');
  });

  it('are made anew when the prompt that asks for them is edited', async () => {
    await project('paginate');
    await connectModel();
    await echo();
    const content = { summary: '', priority: 5, body: '{{pageCount}} titles of {{maxChars}} characters.' };
    await ann.saveContent('prompt', 'project:mcptui-system/page-titles', { content });
    titles = (count) => JSON.stringify({ titles: Array.from({ length: count }, (_, at) => `Anew ${at + 1}`) });
    expect((await echo())[1]).toContain('2. Anew 2 · items[');
    expect(model.asked.at(-1)?.instructions).toMatch(/^\d+ titles of 60 characters\.$/);
  });
});

describe('the pipeline summarise', () => {
  it('gives a summary, the index and read_page; the audit says whose it is, and what was withheld counts down', async () => {
    await project('summarise');
    await connectModel();
    const said = await echo();
    const id = idIn(said);
    expect(said[0]).toBe('Four hundred parts, all alike.');
    expect(said[1]).toContain('Model small has summed up a long answer');
    expect(said[1]).toMatch(/^1\. items\[0\]/m);
    expect(await pagesOf()).toMatchObject({ id, summary: 'small' });
    expect((await ann.page('web', id)).summary).toEqual({ model: 'small', text: 'Four hundred parts, all alike.' });
    const session = [...harness.engine.view().sessions.values()][0]?.id ?? '';
    const before = (await ann.sessionGate(session)).pages;
    expect(before).toMatchObject({ answers: 1, pages: 0 });
    const [first] = await blocks('read_page', { id, page: 1 });
    expect(JSON.stringify({ items })).toContain(first?.slice(0, 100) ?? '-');
    const after = (await ann.sessionGate(session)).pages;
    expect(after?.withheldTokens).toBeLessThan(before?.withheldTokens ?? 0);
    // The same answer: nobody is asked for its summary again.
    const asked = model.asked.filter(({ wants }) => wants.includes('summary')).length;
    expect((await echo())[0]).toBe('Four hundred parts, all alike.');
    expect(model.asked.filter(({ wants }) => wants.includes('summary'))).toHaveLength(asked);
  });

  it.each<[string, () => ScriptedAnswer, RegExp]>([
    ['late', () => undefined, /the model has not answered within 6s/],
    ['garbage', () => 'Parts.', /its answer is not the JSON that was asked for/],
    [
      'a novel',
      () => JSON.stringify({ summary: 'word '.repeat(700) }),
      /its summary has 700 tokens, and 400 are the most/,
    ],
    ['50 MB', () => ENDLESS, /it answered with over 1 MiB/],
  ])('gives the first page and says why when the model is %s', async (_, answer, why) => {
    await project('summarise');
    await connectModel();
    summary = answer;
    const said = await echo({ items }, answer() === undefined);
    expect(said[0]).toMatch(/^\{"items":\["Some words about part 0\."/);
    expect(said[1]).toMatch(/^\[mcptui\] There is no summary of this: /);
    expect(said[1]).toMatch(why);
    expect(await pagesOf()).toMatchObject({ noSummary: expect.stringMatching(why) as string });
  });

  it('gives the first page where there is no model; a short answer stays as it is, and a tool may have another pipeline', async () => {
    await project('summarise');
    const said = await echo();
    expect(said[1]).toContain('There is no summary of this: no model that the project may use.');
    await connectModel();
    expect(await echo({ text: 'short' })).toEqual([expect.stringContaining('short')]);
    const settings = { pages: { overrides: { 's-web/echo': 'paginate' } } } as const;
    await ann.updateProject('web', settings);
    expect((await echo())[1]).toContain('This was page 1');
  });

  it('masks a secret that is known in what is sent and in what comes back', async () => {
    harness.secrets.set('TOKEN', 'kX9#mQ2$vL7pR4wZ8tB1');
    await ann.createProject('web', { pages: { kind: 'summarise', pageTokens: 400 } });
    const env = [{ name: 'TOKEN', secret: { backend: 'env', path: 'TOKEN' } }] as const;
    await ann.createServer(aDraft({ name: 's-web', project: 'web', env: [...env] }));
    await harness.untilPhase('s-web-1', 'running');
    agent = (await connectTo(harness, { project: 'web' })).agent;
    await connectModel();
    summary = () => '{"summary":"The token is kX9#mQ2$vL7pR4wZ8tB1."}';
    expect((await echo({ token: 'kX9#mQ2$vL7pR4wZ8tB1', items }))[0]).toBe('The token is [secret env/TOKEN].');
    expect(model.bodies.join()).not.toContain('kX9#mQ2$vL7pR4wZ8tB1');
  });
});

describe('savings of pages', () => {
  it('stay with who is behind the session over a restart', async () => {
    await project('paginate');
    agent = (await connectTo(harness, { project: 'web', peer: 'proxy:a' })).agent;
    await echo();
    const sessionOf = (): string => [...harness.engine.view().sessions.values()].at(-1)?.id ?? '';
    const old = sessionOf();
    const { pages } = await ann.sessionGate(old);
    expect(pages?.withheldTokens).toBeGreaterThan(0);
    await harness.restart();
    ann = harness.engine.commandsFor('operator:ann');
    await harness.untilPhase('s-web-1', 'running');
    agent = (await connectTo(harness, { project: 'web', peer: 'proxy:a' })).agent;
    expect((await ann.sessionGate(sessionOf())).pages).toEqual(pages);
    expect((await ann.sessionGate(old)).pages).toEqual(pages);
    await echo();
    expect((await ann.sessionGate(sessionOf())).pages).toMatchObject({ answers: 2, pages: 2 });
    await connectTo(harness, { project: 'web', peer: 'proxy:b' });
    expect((await ann.sessionGate(sessionOf())).pages).toBeUndefined();
  });
});
