/** How what models have made is kept: behind, bounded, and once more after a full disk. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DigestShelf } from '../../../src/engine/digests/digest-shelf.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import type { Digest } from '../../../src/store/schema/digest.ts';
import { until } from '../../support/until.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { body } from '../../support/worlds/offered.ts';

let harness: Harness;
let shelf: DigestShelf;
let kept = 0;

beforeEach(async () => {
  harness = await engineHarness();
  kept = 0;
  const { clock, db } = harness;
  shelf = new DigestShelf({ clock, db, logger: silentLogger, max: 3, kept: () => void (kept += 1) });
});
afterEach(async () => {
  await shelf.close();
  await harness.close();
});

let now = 0;
const digest = (id: string, more: Partial<Digest> = {}): Digest => {
  now += 1;
  return { id, told: 't', at: now, summary: 'x', ...more };
};
const idOf = (digit: number): string => `${digit}`.repeat(64);
const ids = (): readonly string[] =>
  harness.db
    .collection('digests')
    .all()
    .map(({ id }) => id);
const keep = async (...rows: readonly Digest[]): Promise<void> => {
  const before = kept;
  for (const row of rows) shelf.keep(row);
  await harness.pass(2_000);
  await harness.until(() => kept > before, 'the write');
};

describe('DigestShelf', () => {
  it('gives what it has at once, and writes it a little later', async () => {
    shelf.keep(digest(idOf(1)));
    expect(shelf.find(idOf(1))).toMatchObject({ summary: 'x' });
    expect(ids()).toEqual([]);
    await harness.pass(2_000);
    await harness.until(() => kept === 1, 'the write');
    expect(ids()).toEqual([idOf(1)]);
  });

  it('lets those go first whose content no prompt has any more, then the oldest', async () => {
    await harness.engine.commands.createContent('prompt', { name: 'live', ...body('Be brief.') });
    const live = [...harness.engine.view().prompts.values()].find(({ name }) => name === 'live')?.hash ?? '';
    await keep(digest(live), digest(idOf(1)), digest(idOf(2)));
    // Made anew: the newest.
    await keep(digest(idOf(1), { summary: 'y' }));
    await keep(digest(idOf(3)));
    expect(ids()).toEqual([live, idOf(1), idOf(3)]);
    await keep(digest(idOf(4)), digest(idOf(5)));
    expect(ids()).toEqual([live, idOf(4), idOf(5)]);
  });

  it('takes no more than a few while the disk is full, says why, and writes them when there is room', async () => {
    harness.disk.full = true;
    for (let digit = 0; digit < 16; digit += 1) shelf.keep(digest(digit.toString(16).repeat(64)));
    await harness.until(() => shelf.refusal !== undefined, 'the refusal');
    expect(shelf.refusal).toMatch(/^summaries cannot be kept: /);
    harness.disk.full = false;
    const isKept = async (): Promise<boolean> => {
      await harness.clock.advance(1_000);
      return kept === 1;
    };
    await until(isKept, 'the write');
    expect(shelf.refusal).toBeUndefined();
  });
});
