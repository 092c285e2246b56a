/** Definitions of managed models in an engine: what is refused, how one is edited, what becomes of its instance. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entryOf } from '../../../src/engine/commands/table/index.ts';
import type { ModelDraft } from '../../../src/engine/index.ts';
import { needsOn } from '../../../src/engine/rights/meant.ts';
import { seenView } from '../../../src/engine/rights/seen-view.ts';
import { connectTo } from '../../support/worlds/offered.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let world: Harness;
beforeEach(async () => {
  world = await engineHarness();
});
afterEach(() => world.close());

type Run = NonNullable<ModelDraft['run']>;
const command = (...words: string[]): Run['source'] => ({ kind: 'command', command: words });
const run = (more: Partial<Run> = {}): Run => ({
  source: command('llama-server', '--port', '{port}'),
  runtime: 'process',
  ...more,
});
const managed = (more: Partial<Run> = {}): ModelDraft => ({ kind: 'managed', tier: 'both', run: run(more) });
const commands = (): Harness['engine']['commands'] => world.engine.commands;

describe('createModel of kind managed', () => {
  it.each<[string, ModelDraft, RegExp]>([
    ['nothing to run', { kind: 'managed', tier: 'both' }, /model m: nothing to run/],
    ['a URL', { ...managed(), url: 'http://127.0.0.1:1/v1' }, /has no URL of its own/],
    ['another kind', { ...managed(), kind: 'ollama', model: 'x' }, /model m: a model of kind ollama is not run here/],
    [
      'an image as a process',
      managed({ source: { kind: 'image', image: 'llm' } }),
      /an? image does not run on process/,
    ],
    ['a port of its own', managed({ env: [{ name: 'PORT', value: '8080' }] }), /PORT is set by mcptui itself/],
    ['what no shell replaces', managed({ source: command('serve', '$MODEL') }), /model m: argument 2 holds \$MODEL/],
    ['a rest after no time', managed({ idleMs: 10 }), /model m: run.idleMs/],
  ])('refuses %s', async (_what, draft, words) => {
    await expect(commands().createModel('m', draft)).rejects.toThrow(words);
    expect(await commands().models()).toEqual([]);
  });

  it('is called by its own name, makes an instance that rests, and shows no value of its variables', async () => {
    const made = await commands().createModel('small', managed({ env: [{ name: 'HF_HOME', value: '/models' }] }));
    expect(made).toMatchObject({ model: 'small', isLocal: true, run: { env: [{ name: 'HF_HOME', value: '(set)' }] } });
    const row = await world.untilPhase('llm.small-1', 'stopped');
    expect(row).toMatchObject({ desiredBy: 'idle', model: 'small', via: 'llm', project: '-' });
    expect(world.process.starts).toEqual([]);
    expect([...world.engine.view().servers.values()]).toEqual([]);
  });

  it('never starts while a secret of its cannot be read; the same instance starts once it can', async () => {
    const env = [{ name: 'TOKEN', secret: { backend: 'env', path: 'TOKEN' } } as const];
    await commands().createModel('small', managed({ env, warm: 'always' }));
    const row = await world.untilPhase('llm.small-1', 'error');
    expect(row.failure).toMatchObject({ code: 'SECRET_UNRESOLVED' });
    expect(world.process.starts).toEqual([]);
    const [model] = await commands().models();
    expect(model?.program).toMatchObject({ state: 'failed', reason: expect.stringContaining('SECRET_UNRESOLVED') });
    world.secrets.set('TOKEN', 'value-of-the-token');
    await world.pass(6_000);
    await world.until(() => world.process.starts.length === 1, 'a start');
    const { port = 0, env: given, server } = world.process.starts[0] ?? {};
    expect(given).toEqual({ TOKEN: 'value-of-the-token', PORT: String(port) });
    expect(server?.source).toMatchObject({ command: ['llama-server', '--port', String(port)] });
  });

  it('may share its name with a server, and each is meant by its kind', async () => {
    await commands().createServer({ name: 'small', source: command('serve'), runtime: 'process' });
    await commands().createModel('small', managed());
    await world.untilPhase('small-1', 'running');
    await world.untilPhase('llm.small-1', 'stopped');
    await commands().stop('small');
    await world.untilPhase('small-1', 'stopped');
    expect(world.instance('llm.small-1').desiredBy).toBe('idle');
    await commands().stop('model/small');
    await world.until(() => world.instance('llm.small-1').desiredBy === 'operator', 'the stop');
    await expect(commands().stop('model/other')).rejects.toThrow('no model other');
  });
});

describe('updateModel by its document', () => {
  it('keeps values that are not shown, and takes what was changed', async () => {
    const env = [{ name: 'HF_TOKEN', value: 'hf_0123456789abcdefghij' }];
    await commands().createModel('small', managed({ env }));
    const { text, version } = await commands().modelDocument('small');
    expect(text).toContain('HF_TOKEN: (set)');
    const edited = text.replace('tier: both', 'tier: fast').replace('idleMs: 900000', 'idleMs: 60000');
    const next = await commands().updateModel('small', { text: edited }, { expected: version });
    expect(next).toMatchObject({ tier: 'fast', run: { idleMs: 60_000 } });
    const stored = world.db.collection('models').all()[0];
    expect(stored?.run?.env).toEqual(env);
    expect(await world.audit('model_update')).toMatchObject([{ message: 'run, tier' }]);
  });

  it.each([
    ['another kind', (text: string) => text.replace('kind: managed', 'kind: ollama'), /its kind cannot be changed/],
    ['a field that there is not', (text: string) => `${text}temperature: 1\n`, /there is no field temperature/],
    ['a key itself', (text: string) => `${text}key: sk-123\n`, /never the key itself/],
    ['no YAML', (text: string) => `${text}: [`, /not YAML/],
    ['another start', (text: string) => text.replace('runtime: process', 'runtime: remote'), /run.runtime/],
  ])('refuses %s', async (_what, edit, words) => {
    await commands().createModel('small', managed());
    const { text } = await commands().modelDocument('small');
    await expect(commands().updateModel('small', { text: edit(text) })).rejects.toThrow(words);
  });

  it('is refused when somebody else was first', async () => {
    await commands().createModel('far', { kind: 'ollama', tier: 'both', model: 'x' });
    const { text, version } = await commands().modelDocument('far');
    await commands().updateModel('far', { tier: 'fast' });
    const change = commands().updateModel('far', { text }, { expected: version });
    await expect(change).rejects.toThrow('model far was changed meanwhile');
  });

  it('takes warmth and rest as single fields, of managed ones alone', async () => {
    await commands().createModel('small', managed());
    expect(await commands().updateModel('small', { idleMs: 60_000 })).toMatchObject({ run: { idleMs: 60_000 } });
    await commands().createModel('far', { kind: 'ollama', tier: 'both', model: 'x' });
    await expect(commands().updateModel('far', { warm: 'always' })).rejects.toThrow(
      'model far: a model of kind ollama is not run here',
    );
  });
});

describe('the first session', () => {
  const wish = (): string => world.instance('llm.small-1').desired;

  it.each([
    ['of a gated project', { gated: true }, 'running'],
    ['of a project whose answers come in pages', { pages: { kind: 'paginate' } }, 'running'],
    ['of a gated project that uses no model', { gated: true, gate: { models: 'none' } }, 'stopped'],
    ['of any other project', {}, 'stopped'],
  ] as const)('%s finds it so', async (_what, settings, desired) => {
    await commands().createProject('web', settings);
    await commands().createModel('small', managed());
    await world.untilPhase('llm.small-1', 'stopped');
    await connectTo(world, { project: 'web' });
    await world.pass(500);
    expect(wish()).toBe(desired);
    expect(world.process.starts).toHaveLength(desired === 'running' ? 1 : 0);
  });
});

describe('rights', () => {
  function needsOf(command: 'createModel' | 'updateModel' | 'stop' | 'logs', ...args: readonly unknown[]): string[] {
    const { on, verb } = entryOf(command);
    const { meant } = world.engine.rights;
    const things = (on as (...given: readonly unknown[]) => ReturnType<typeof on>)(meant, ...args);
    return needsOn(verb, things).map((need) => `${need.verb} ${need.kind} ${need.name ?? ''}`);
  }

  it('to say what a model runs are those to change servers, too', async () => {
    expect(needsOf('createModel', 'small', managed())).toEqual(['create model small', 'edit server llm.small']);
    expect(needsOf('createModel', 'far', { kind: 'ollama' })).toEqual(['create model far']);
    await commands().createModel('small', managed());
    expect(needsOf('updateModel', 'small', { text: '' })).toEqual(['edit model small', 'edit server llm.small']);
    expect(needsOf('updateModel', 'small', { idleMs: 60_000 })).toEqual(['edit model small']);
    await commands().createModel('far', { kind: 'ollama', tier: 'both', model: 'x' });
    expect(needsOf('updateModel', 'far', { text: '' })).toEqual(['edit model far']);
  });

  it('on its instance are those on the model', async () => {
    await commands().createModel('small', managed());
    await world.untilPhase('llm.small-1', 'stopped');
    for (const name of ['llm.small-1', 'model/small', 'small']) {
      expect(needsOf('stop', name)).toEqual(['run model small']);
      expect(needsOf('logs', name)).toEqual(['view model small']);
    }
  });

  it('show a row to whoever may view the model', async () => {
    await commands().createModel('small', managed());
    const row = await world.untilPhase('llm.small-1', 'stopped');
    const { meant } = world.engine.rights;
    const rowsOf = (kind: string): readonly string[] => {
      const seen = seenView(meant, (things) => things.every((thing) => thing.kind === kind), world.engine.view());
      return [...seen.instances.values()].map(({ name }) => name);
    };
    expect(rowsOf('model')).toEqual([row.name]);
    expect(rowsOf('server')).toEqual([]);
  });
});
