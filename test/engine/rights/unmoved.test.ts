import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onSeenState } from '../../../src/engine/host/resources/seen-state.ts';
import { serve } from '../../../src/engine/rights/served.ts';
import { lookAt, Moved, onlyOn } from '../../../src/engine/rights/unmoved.ts';
import { OPERATOR } from '../../../src/engine/rights/need.ts';
import type { EngineCommands } from '../../../src/engine/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
let commands: EngineCommands;
beforeEach(async () => {
  harness = await engineHarness();
  ({ commands } = harness.engine);
  await commands.createProject('ops', { instructions: 'one' });
});
afterEach(() => harness.close());

const instructions = async (): Promise<string> => (await commands.projectDetail('ops')).instructions;

describe('onlyOn', () => {
  it('lets a command change what nobody else has changed since the look', async () => {
    const looked = lookAt(harness.db, 'projects');
    await onlyOn(looked, () => commands.updateProject('ops', { instructions: 'two' }));
    expect(await instructions()).toBe('two');
  });

  it('refuses it when another change came first, also one that is not on the disk yet', async () => {
    const looked = lookAt(harness.db, 'projects');
    const other = commands.updateProject('ops', { instructions: 'theirs' });
    const mine = onlyOn(looked, () => commands.updateProject('ops', { instructions: 'mine' }));
    await expect(mine).rejects.toBeInstanceOf(Moved);
    await other;
    expect(await instructions()).toBe('theirs');
  });

  it('takes what the command itself has changed for the same state', async () => {
    const looked = lookAt(harness.db, 'projects');
    await onlyOn(looked, async () => {
      await commands.updateProject('ops', { instructions: 'two' });
      await commands.updateProject('ops', { instructions: 'three' });
    });
    expect(await instructions()).toBe('three');
  });

  it('says nothing about other collections', async () => {
    const looked = lookAt(harness.db, 'projects');
    await commands.createAgent('reviewer');
    await onlyOn(looked, () => commands.updateProject('ops', { instructions: 'two' }));
    expect(await instructions()).toBe('two');
  });
});

describe('onSeenState', () => {
  const served = () => serve(harness.engine, OPERATOR, 'operator:ann');

  it('compares again when somebody comes between the comparison and the change', async () => {
    const compared: string[] = [];
    const change = async (): Promise<string> => {
      compared.push(await instructions());
      if (compared.length === 1) await commandsOfAnother().updateProject('ops', { instructions: 'theirs' });
      if (compared.at(-1) !== 'one') return 'stale';
      await commands.updateProject('ops', { instructions: 'mine' });
      return 'changed';
    };
    /** Outside of what is under way. */
    const commandsOfAnother = (): EngineCommands => ({
      ...commands,
      updateProject: (...args) =>
        new Promise((resolve) => waiting.push(() => void commands.updateProject(...args).then(resolve))),
    });
    const waiting: (() => void)[] = [];
    const done = onSeenState(served(), '/projects/{id}', change);
    await harness.until(() => waiting.length > 0, 'the other change');
    for (const go of waiting) go();
    expect(await done).toBe('stale');
    expect(compared).toEqual(['one', 'theirs']);
    expect(await instructions()).toBe('theirs');
  });

  it('gives up when others never stop', async () => {
    const change = async (): Promise<never> => {
      throw new Moved();
    };
    await expect(onSeenState(served(), '/projects/{id}', change)).rejects.toMatchObject({ code: 'conflict' });
    await expect(onSeenState(served(), '/tokens/{id}', change)).rejects.toBeInstanceOf(Moved);
  });
});
