import { afterEach, describe, expect, it } from 'vitest';
import { anEvent, anInstance, fixtureNow } from '../../support/builders/console-builders.ts';
import { aSecret } from '../../support/builders/secrets.ts';
import { aPersonality, aPrompt, aProposal, anAgent } from '../../support/builders/content-builders.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

const enter = '\r';
const ctrlO = '\u000F';
let app: OpenApp;
afterEach(() => app.close());

async function open(columns = 160): Promise<void> {
  app = await openApp({
    columns,
    instances: [
      anInstance({ id: 'ins_a', name: 'apple-1', server: 'apple', serverId: 'srv_a', project: 'default' }),
      anInstance({ id: 'ins_b', name: 'banana-1', server: 'banana', serverId: 'srv_b', project: 'ops' }),
    ],
    content: {
      agents: [anAgent({ name: 'cook', project: 'ops' }), anAgent({ name: 'clerk', project: 'default' })],
      prompts: [
        aPrompt({ name: 'everywhere' }),
        aPrompt({ name: 'here', project: 'ops' }),
        aPrompt({ name: 'elsewhere', project: 'web' }),
      ],
      personalities: [
        aPersonality({ name: 'careful', agent: 'cook', prompts: [] }),
        aPersonality({ name: 'bold', agent: 'clerk', prompts: [] }),
      ],
      proposals: [
        aProposal({ id: 'p101', ref: 'project:ops/here', name: 'here' }),
        aProposal({ id: 'p102', ref: 'project:web/elsewhere', name: 'elsewhere' }),
      ],
    },
    events: [
      anEvent(1, { kind: 'tool_call_trace', target: 'banana/peel', detail: { project: 'ops' } }),
      anEvent(2, { kind: 'tool_call_trace', target: 'apple/core', detail: { project: 'default' } }),
      anEvent(3, { kind: 'project_update', target: 'project/web' }),
      anEvent(4, { kind: 'server_update', target: 'server/pear' }),
      anEvent(5, { kind: 'server_update', target: 'server/apple' }),
      anEvent(6, { kind: 'operator_stop', target: 'instance/banana-1' }),
      anEvent(7, { kind: 'operator_retry', target: 'instance/apple-1' }),
      anEvent(8, { kind: 'operator_hold', target: 'instance/apple-7' }),
      anEvent(9, { kind: 'engine_start' }),
    ],
    secrets: [
      aSecret({ id: 'file/peel', servers: ['banana'] }),
      aSecret({ id: 'file/core', servers: ['apple'] }),
      aSecret({ id: 'file/both', servers: ['apple', 'banana'] }),
      aSecret({ id: 'file/spare', servers: [], state: 'unused' }),
    ],
    tokens: [
      { name: 'anywhere', isOperator: false, createdAt: fixtureNow },
      { name: 'of-ops', isOperator: false, projects: ['ops'], createdAt: fixtureNow },
      { name: 'of-web', isOperator: false, projects: ['web'], createdAt: fixtureNow },
    ],
  });
  app.engine.patch({
    op: 'put',
    kind: 'projects',
    value: { id: 'prj_ops', name: 'ops', servers: 1, gated: false },
  });
  await app.settle();
}

async function choose(name: string): Promise<void> {
  await app.press(ctrlO, ...Array.from(name), enter);
  await app.settle();
}

async function pane(key: string): Promise<string> {
  await app.press(key);
  await app.settle();
  return app.screen();
}

describe('ctrl-o', () => {
  it('lists all first, then the projects', async () => {
    await open();
    expect(app.screen()).toContain('project all · RW');
    await app.press(ctrlO);
    expect(app.screen()).toContain('Which project?');
    expect(app.line('2 projects')).toContain('all');
    expect(app.line('ops ')).toContain('1 server');
  });

  it('narrows instances, prompts, personalities, proposals and events to what the project has', async () => {
    await open();
    await choose('ops');
    expect(app.screen()).toContain('project ops · RW');
    expect(app.screen()).toContain('banana-1');
    expect(app.screen()).not.toContain('apple-1');
    const prompts = await pane('2');
    expect(prompts).toContain('everywhere');
    expect(prompts).toContain('project:ops');
    expect(prompts).not.toContain('elsewhere');
    const personalities = await pane('3');
    expect(personalities).toContain('careful');
    expect(personalities).not.toContain('bold');
    const inbox = await pane('4');
    expect(inbox).toContain('p101');
    expect(inbox).not.toContain('p102');
    const audit = await pane('5');
    expect(audit).toContain('banana/peel');
    expect(audit).toContain('pear');
    expect(audit).not.toContain('apple/core');
    expect(audit).not.toContain('project_update');
  });

  it('keeps the events of its servers and instances and of the engine, and leaves out those of others', async () => {
    await open();
    await choose('ops');
    const audit = await pane('5');
    for (const kind of ['operator_stop', 'engine_start']) expect(audit).toContain(kind);
    for (const other of ['server/apple', 'operator_retry', 'operator_hold']) expect(audit).not.toContain(other);
  });

  it('narrows secrets to those that its servers use and those that none uses, and says so in the title', async () => {
    await open();
    await choose('ops');
    const secrets = await pane('7');
    expect(secrets).toContain('Secrets · project ops');
    for (const name of ['peel', 'both', 'spare']) expect(secrets).toContain(name);
    expect(secrets).not.toContain('core');
  });

  it('narrows the choice of a log, but not what is shown already', async () => {
    await open();
    await choose('ops');
    await pane('8');
    await app.press(enter);
    expect(app.screen()).toContain('Whose log? · project ops');
    expect(app.screen()).toContain('banana-1');
    expect(app.screen()).not.toContain('apple-1');
  });

  it('narrows :agents and :tokens; what is good for every project stays', async () => {
    await open();
    await choose('ops');
    await app.press(':', ...Array.from('agents'), enter);
    expect(app.screen()).toContain('Agents · project ops');
    expect(app.screen()).toContain('cook');
    expect(app.screen()).not.toContain('clerk');
    await app.press('\u001B', ':', ...Array.from('tokens'), enter);
    await app.settle();
    expect(app.screen()).toContain('Tokens · project ops');
    expect(app.screen()).toContain('anywhere');
    expect(app.screen()).toContain('of-ops');
    expect(app.screen()).not.toContain('of-web');
  });

  it('says in an empty list which key shows other projects, and all brings them back', async () => {
    await open();
    app.engine.patch({
      op: 'put',
      kind: 'projects',
      value: { id: 'prj_idle', name: 'idle', servers: 0, gated: false },
    });
    await app.settle();
    await choose('idle');
    expect(app.screen()).toContain('nothing in project idle · ctrl-o shows others');
    expect(await pane('6')).toContain('nothing in project idle · ctrl-o shows others');
    await choose('all');
    expect(app.screen()).toContain('project all · RW');
    expect(await pane('1')).toContain('apple-1');
  });

  it('is named at every width', async () => {
    await open(80);
    await choose('ops');
    expect(app.screen().split('\n')[0]).toMatch(/ ops RW /);
  });

  it('keeps a row of another project that the palette leads to', async () => {
    await open();
    await choose('ops');
    await app.press(':', ...Array.from('elsewhere'), enter);
    await app.settle();
    expect(app.line('▸')).toContain('elsewhere');
  });
});
