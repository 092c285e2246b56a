import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryOf, type CommandName, type EngineCommands } from '../../../src/engine/commands/table/index.ts';
import { commandsByName } from '../../../src/engine/commands/by-name.ts';
import { guardedCommands } from '../../../src/engine/rights/guard.ts';
import type { Need, Principal } from '../../../src/engine/rights/need.ts';
import { authorize } from '../../../src/engine/rights/policy.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import type { EventDraft } from '../../../src/store/types.ts';
import { needsWorld, type NeedsWorld } from '../../support/worlds/needs-world.ts';

let world: NeedsWorld;
beforeAll(async () => {
  world = await needsWorld();
});
afterAll(() => world.harness.close());

describe('guardedCommands', () => {
  /** Answers without doing anything, so that what the guard lets through is seen. */
  const asked: string[] = [];
  const inner: EngineCommands = commandsByName((name) => {
    asked.push(name);
    const { seen } = entryOf(name);
    return Promise.resolve(seen === undefined ? undefined : []);
  });
  const events: EventDraft[] = [];
  const guardedFor = (principal: Principal): EngineCommands => {
    const { rights, meant } = world.harness.engine.rights;
    return guardedCommands(inner, principal, {
      rights,
      meant,
      record: (event) => void events.push(event),
      recordsReads: () => false,
      nextRef: () => 'dec_1',
    });
  };
  const run = async (commands: EngineCommands, name: CommandName, args: readonly unknown[]): Promise<boolean> => {
    try {
      await (commands[name] as (...of: readonly unknown[]) => Promise<unknown>)(...args);
      return true;
    } catch (error) {
      if (error instanceof McptuiError && error.code === 'denied') return false;
      throw error;
    }
  };

  it('lets through exactly what the rights of a principal allow, 100,000 times', async () => {
    const { commands } = world.harness.engine;
    for (const [who, role, projects] of [
      ['user:v', 'viewer', undefined],
      ['user:r', 'reviewer', ['ops']],
      ['user:e', 'editor', ['o*']],
      ['group:g', 'operator', ['default']],
      ['user:a', 'admin', undefined],
    ] as const) {
      await commands.createBinding(who, role, projects === undefined ? {} : { projects: [...projects] });
    }
    const principals: readonly Principal[] = [
      { subject: 'user:v' },
      { subject: 'user:r', groups: ['group:g'] },
      { subject: 'user:e' },
      { subject: 'user:a', projects: ['ops'] },
      { subject: 'user:a' },
      { subject: 'user:nobody' },
      { subject: 'service:s', roles: ['editor'] },
      { subject: 'client:x' },
      { subject: 'operator' },
    ];
    const table = Object.entries(world.needs) as [CommandName, readonly [readonly unknown[], readonly string[]]][];
    const guards = principals.map(guardedFor);
    let next = 1;
    const pick = (count: number): number => (next = (next * 48_271) % 2_147_483_647) % count;
    let tried = 0;
    let passed = 0;
    while (tried < 100_000) {
      const who = pick(principals.length);
      const [name, [args, needs]] = table[pick(table.length)] ?? table[0]!;
      const principal = principals[who] ?? { subject: 'none' };
      const allowed = needs.every((line) => {
        const [verb, kind, named, project] = line.split(' ') as [Need['verb'], Need['kind'], string?, string?];
        const need = { verb, kind, name: named === '-' ? undefined : named, project: project?.slice(1) };
        // A project's role is for agents, and this one is asked as `agent` has it.
        return authorize(
          world.harness.engine.rights.rights.policy,
          principal,
          need,
          principal.subject === 'client:x' ? 'agent' : undefined,
        ).allowed;
      });
      const guard = guards[who];
      if (guard === undefined) throw new Error('no such principal');
      const got = await run(guard, name, args);
      if (got !== allowed) throw new Error(`${principal.subject} ${name}: ${got}, not ${allowed}`);
      tried += 1;
      if (got) passed += 1;
    }
    expect(passed).toBeGreaterThan(10_000);
    expect(passed).toBeLessThan(90_000);
  }, 120_000);

  it('journals each refusal and each permitted change, and names who can grant it', async () => {
    events.length = 0;
    const viewer = guardedFor({ subject: 'user:v' });
    await expect(viewer.deleteServer('gitea')).rejects.toMatchObject({
      code: 'denied',
      message:
        'user:v may not delete server gitea in project ops: no role of user:v allows delete server gitea in project ops',
      hint: 'the operator of this engine, user:a can grant it: mcptui create binding user:v operator --project ops',
    });
    await viewer.serverDocument('gitea');
    await guardedFor({ subject: 'user:a' }).deleteModel('small');
    expect(events.map(({ kind, actor, target, outcome }) => [kind, actor, target, outcome])).toEqual([
      ['rbac_decision', 'user:v', 'server/gitea', 'denied'],
      ['rbac_decision', 'user:a', 'model/small', 'ok'],
    ]);
  });
});
