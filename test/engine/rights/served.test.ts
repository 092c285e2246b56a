import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../../src/engine/rights/served.ts';
import type { AuditEvent, EngineView } from '../../../src/engine/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
const content = { summary: '', priority: 5, body: 'text' };

beforeEach(async () => {
  harness = await engineHarness();
  const { commands } = harness.engine;
  await commands.createProject('ops');
  await commands.createProject('web');
  for (const project of ['ops', 'web'])
    await commands.createContent('prompt', { name: `of-${project}`, project, content });
  await commands.createContent('prompt', { name: 'global', content });
});
afterEach(() => harness.close());

const promptsOf = (view: EngineView): readonly string[] =>
  [...view.prompts.values()].map(({ ref }) => ref).filter((ref) => !ref.includes('mcptui-system'));
const ann = (): Served => serve(harness.engine, { subject: 'user:ann' }, 'user:ann');

describe('serve', () => {
  it('shows rows of the projects that its principal may view, and nothing without a right', async () => {
    expect([...ann().view().projects.values()]).toEqual([]);
    await harness.engine.commands.createBinding('user:ann', 'viewer', { projects: ['ops'] });
    const view = ann().view();
    expect([[...view.projects.values()].map(({ name }) => name), promptsOf(view)]).toEqual([
      ['ops'],
      ['project:ops/of-ops'],
    ]);
  });

  it('shows and hides rows of an open stream as rights change', async () => {
    await harness.engine.commands.createBinding('user:ann', 'viewer', { projects: ['ops'] });
    let shown: EngineView | undefined;
    const stop = ann().subscribe((view) => (shown = view));
    await harness.engine.commands.createContent('prompt', { name: 'more', project: 'web', content });
    await harness.pass(100);
    expect(shown === undefined ? [] : promptsOf(shown)).not.toContain('project:web/more');
    const { id } = await harness.engine.commands.createBinding('user:ann', 'viewer', { projects: ['web'] });
    await harness.engine.commands.createContent('prompt', { name: 'again', project: 'ops', content });
    await harness.pass(100);
    expect(shown === undefined ? [] : promptsOf(shown).toSorted()).toEqual([
      'project:ops/again',
      'project:ops/of-ops',
      'project:web/more',
      'project:web/of-web',
    ]);
    await harness.engine.commands.deleteBinding(id);
    await harness.engine.commands.createContent('prompt', { name: 'last', project: 'ops', content });
    await harness.pass(100);
    expect(shown === undefined ? [] : promptsOf(shown).filter((ref) => ref.includes('web'))).toEqual([]);
    stop();
  });

  it('passes on events that its principal may view, and filters those that it asks for', async () => {
    await harness.engine.commands.createBinding('user:ann', 'viewer', { projects: ['ops'] });
    const heard: AuditEvent[] = [];
    const stop = ann().onEvents((events) => heard.push(...events));
    await harness.engine.commands.updateProject('ops', { instructions: 'a' });
    await harness.engine.commands.updateProject('web', { instructions: 'b' });
    await harness.pass(200);
    expect(heard.map(({ target }) => target)).toEqual(['project/ops']);
    const asked = await ann().commands.events({ kind: 'project_update' });
    expect(asked.map(({ target }) => target)).toEqual(['project/ops']);
    stop();
  });

  it('lets nobody give what they do not have', async () => {
    const { commands } = harness.engine;
    await commands.createRole('giver', { rules: [{ verbs: ['*'], kinds: ['role', 'token'] }] });
    await commands.createBinding('user:ann', 'giver');
    const { commands: own } = ann();
    const refused = { code: 'denied', message: expect.stringContaining('so it cannot let others') as string };
    await expect(own.createBinding('user:bob', 'admin')).rejects.toMatchObject(refused);
    await expect(own.createToken('bob', { roles: ['editor'] })).rejects.toMatchObject(refused);
    await expect(own.createToken('bob', { isOperator: true })).rejects.toMatchObject(refused);
    await expect(own.createRole('more', { rules: [{ verbs: ['run'], kinds: ['server'] }] })).rejects.toMatchObject(
      refused,
    );
    await expect(own.updateRole('giver', { rules: [{ verbs: ['*'], kinds: ['*'] }] })).rejects.toMatchObject(refused);
    await expect(own.createBinding('user:bob', 'giver', { projects: ['ops'] })).resolves.toMatchObject({
      role: 'giver',
    });
  });
});
