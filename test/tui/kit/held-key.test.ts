import { afterEach, describe, expect, it } from 'vitest';
import { makeKey, openKey, type KeyFile, type OpenKey } from '../../../src/engine/signing/key-file.ts';
import type { DecisionDraft } from '../../../src/engine/index.ts';
import type { OpenApp } from '../../support/worlds/open-app.tsx';
import { openInbox } from '../../support/worlds/open-inbox.ts';
import { until } from '../../support/until.ts';
import { PASSPHRASE } from '../../support/worlds/signers.ts';

let app: OpenApp | undefined;
afterEach(() => app?.close());

const draft: DecisionDraft = {
  kind: 'approve',
  subject: 'proposal/p801',
  hash: 'a'.repeat(64),
  shown: {},
  at: 0,
  head: `1:${'0'.repeat(64)}`,
  projects: ['ops'],
  have: 0,
  need: 1,
  signers: [],
  approvers: [],
};
const minutes = (count: number): number => count * 60_000;

interface World {
  readonly app: OpenApp;
  readonly file: KeyFile;
  /** Keys that were opened. */
  readonly opened: OpenKey[];
}

async function open(asked: DecisionDraft = draft): Promise<World> {
  const { file } = await makeKey({ name: 'ann', subject: 'operator:ann' }, PASSPHRASE);
  const opened: OpenKey[] = [];
  const source = {
    async open(passphrase: string): Promise<OpenKey> {
      const key = await openKey(file, passphrase);
      opened.push(key);
      return key;
    },
    holdMs: minutes(15),
  };
  const signing = { demand: (name: string) => (name === 'approveProposal' ? asked : null) };
  app = await openInbox({ keys: source, signing, columns: 120, rows: 36 });
  return { app, file, opened };
}

/** Until the passphrase was looked at: scrypt works on threads of its own. */
async function answered({ app: opened }: World, text: string): Promise<void> {
  await until(
    async () => {
      await opened.settle();
      return opened.screen().includes(text);
    },
    text,
    { now: () => opened.screen() },
  );
}

async function approved(world: World): Promise<void> {
  await world.app.press('j');
  await world.app.settle();
  await world.app.press('a');
  await world.app.settle();
  await world.app.press('a', 'y');
  await world.app.settle();
}

async function unlocked(world: World): Promise<void> {
  await approved(world);
  await world.app.press(...PASSPHRASE.split(''), '\r');
  await answered(world, 'KEY OPEN');
}

describe('HeldKey', () => {
  it('asks for the passphrase once, shows nothing of it, and says that a key is open', async () => {
    const world = await open();
    await approved(world);
    expect(world.app.screen()).toContain('Sign: approve proposal/p801');
    expect(world.app.screen()).toContain('ops demands signed decisions.');
    for (const letter of PASSPHRASE) {
      await world.app.press(letter);
      expect(world.app.screen()).not.toMatch(/corre|horse|batte/);
    }
    expect(JSON.stringify(world.app.state().overlay)).not.toContain('correct');
    await world.app.press('\r');
    await answered(world, 'KEY OPEN');
    await answered(world, 'approved · z undo');
    expect(world.app.screen()).not.toContain('horse');
    expect(world.app.engine.asked.join()).toContain('p801');
    await approved(world);
    expect(world.opened).toHaveLength(1);
  });

  it('changes nothing for another passphrase, nor when it is left', async () => {
    const world = await open();
    await approved(world);
    await world.app.press(...'hunter2!'.split(''), '\r');
    await answered(world, 'that is not the passphrase of key ann');
    await world.app.press('\u001B', 'a', 'y');
    await world.app.settle();
    await world.app.press('\u001B');
    await world.app.settle();
    expect(world.app.screen()).toContain('not signed: nothing has changed');
    expect(world.app.engine.asked).toEqual([]);
    expect(world.app.state().unlocked).toBeUndefined();
  });

  it('forgets it by :lock', async () => {
    const world = await open();
    await unlocked(world);
    await answered(world, 'approved · z undo');
    await world.app.press(':', ...'lock'.split(''));
    await world.app.settle();
    expect(world.app.screen()).toContain('app.lock');
    await world.app.press('\r');
    await world.app.settle();
    expect(world.app.screen()).toContain('key ann is locked');
    expect(world.app.screen()).not.toContain('KEY OPEN');
    expect(world.opened[0]?.isForgotten).toBe(true);
  });

  it('forgets it after 5 minutes without a key, and after 15 however many come', async () => {
    const world = await open();
    await unlocked(world);
    await world.app.pass(minutes(4));
    await world.app.press('j');
    await world.app.pass(minutes(4));
    expect(world.opened[0]?.isForgotten).toBe(false);
    await world.app.pass(minutes(1));
    expect(world.opened[0]?.isForgotten).toBe(true);
    expect(world.app.state().unlocked).toBeUndefined();
  });

  it('adds a signature to those that are there and says how many are missing', async () => {
    const world = await open({ ...draft, need: 3, have: 1, signers: ['user:bob'] });
    await approved(world);
    expect(world.app.screen()).toContain('So far: 1 of 3 approvals, by user:bob.');
    await world.app.press(...PASSPHRASE.split(''), '\r');
    await answered(world, 'is signed: 2 of 3 approvals');
    expect(world.app.engine.asked).toEqual(['signDecision approveProposal']);
  });
});
