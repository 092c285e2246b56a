import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../../../src/engine/rights/served.ts';
import type { EngineCommands } from '../../../src/engine/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
const content = { summary: '', priority: 5, body: 'text' };
const as = (subject: string): EngineCommands => serve(harness.engine, { subject }, subject).commands;

beforeEach(async () => {
  harness = await engineHarness();
  const { commands } = harness.engine;
  await commands.createProject('ops');
  await commands.createBinding('user:ann', 'editor');
  await commands.createBinding('user:bob', 'viewer');
});
afterEach(() => harness.close());

describe('whyEvent', () => {
  it('finds the decision of a change by its reference, however many others were made meanwhile', async () => {
    const { commands } = harness.engine;
    await as('user:ann').createContent('prompt', { name: 'one', project: 'ops', content });
    await as('user:ann').createContent('prompt', { name: 'two', project: 'ops', content });
    for (let at = 0; at < 60; at += 1)
      await as('user:bob')
        .deleteServer('none')
        .catch(() => undefined);
    await harness.db.flush();
    const all = await harness.audit();
    const changes = all.filter(({ actor, kind }) => actor === 'user:ann' && kind !== 'rbac_decision');
    expect(changes.length).toBeGreaterThanOrEqual(2);
    for (const change of changes) {
      const { decision, because } = await commands.whyEvent(change.n);
      expect(decision?.detail?.['decision']).toBe(change.detail?.['decision']);
      expect(decision).toMatchObject({ actor: 'user:ann', outcome: 'ok', detail: { command: 'createContent' } });
      expect(because).toContain('create:');
    }
    const refs = new Set(changes.map(({ detail }) => detail?.['decision']));
    expect(refs.size).toBe(2);
  });

  it('ties nothing that the engine does meanwhile, and nothing of the operator, to a decision', async () => {
    const { commands } = harness.engine;
    await as('user:ann').createContent('prompt', { name: 'one', project: 'ops', content });
    await commands.createContent('prompt', { name: 'mine', project: 'ops', content });
    await harness.pass(60_000);
    await harness.db.flush();
    const tied = (await harness.audit()).filter(({ detail }) => detail?.['decision'] !== undefined);
    expect(new Set(tied.map(({ actor }) => actor))).toEqual(new Set(['user:ann']));
    const own = (await harness.audit()).findLast(({ actor }) => actor.startsWith('operator'));
    expect((await commands.whyEvent(own?.n ?? 0)).because).toContain('the operator owns the engine');
  });

  it('takes no refusal for the reason of a change', async () => {
    const { db, engine } = harness;
    await db.transact((tx) => tx.event({ kind: 'prompt_create', actor: 'user:bob', outcome: 'ok' }));
    const n = Math.max(...(await harness.audit()).map((event) => event.n));
    await as('user:bob')
      .deleteServer('none')
      .catch(() => undefined);
    await db.flush();
    expect((await engine.commands.whyEvent(n)).decision).toBeUndefined();
  });

  it('finds by nearness what an older engine has permitted, whose events name nothing', async () => {
    const { db, engine } = harness;
    await db.transact((tx) => tx.event({ kind: 'prompt_create', actor: 'user:ann', outcome: 'ok' }));
    const n = Math.max(...(await harness.audit()).map((event) => event.n));
    db.record({ kind: 'rbac_decision', actor: 'user:ann', outcome: 'ok', message: 'create: role editor', detail: {} });
    await db.flush();
    expect((await engine.commands.whyEvent(n)).because).toBe('create: role editor');
  });
});
