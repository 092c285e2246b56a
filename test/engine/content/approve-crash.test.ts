import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database.ts';
import { collections, type Shape } from '../../../src/store/schema/index.ts';
import type { Database } from '../../../src/store/types.ts';
import { Disk, survivals, type Fault } from '../../store/support/disk.ts';
import { noLock } from '../../store/support/shape.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { aDraftFor, promptContent, queueOn } from '../../support/worlds/proposing.ts';

/** A snapshot after every record, so that an approval meets all that the store does. */
function open(disk: Disk, snapshotEveryRecords: number): Promise<Database<Shape>> {
  const clock = new FakeClock();
  return openDatabase<Shape>({ dataDir: '/data', collections, clock, fs: disk, lock: noLock, snapshotEveryRecords });
}

async function aDiskWithAProposal(
  every: number,
): Promise<{ readonly disk: Disk; readonly id: string; readonly hash: string }> {
  const disk = new Disk();
  const db = await open(disk, every);
  const queue = queueOn(db, new FakeClock());
  await queue.commandsFor('operator:ann').createContent('prompt', { name: 'style', content: promptContent('before') });
  const { id, hash } = await queue.proposals.propose(aDraftFor('after'));
  await db.close();
  return { disk: disk.copy(), id, hash };
}

/** Resource, revision, current, proposal, events: all of it or nothing. */
async function isApproved(disk: Disk, id: string, every: number): Promise<boolean> {
  disk.inject(undefined);
  const db = await open(disk, every);
  const prompt = db.collection('prompts').all()[0];
  const revisions = db.collection('revisions').all();
  const approved = db.collection('proposals').find(id)?.state === 'approved';
  expect(prompt?.content.body).toBe(approved ? 'after' : 'before');
  expect(revisions).toHaveLength(approved ? 2 : 1);
  expect(prompt?.current.id).toBe(revisions.at(-1)?.id);
  for (const [i, body] of (approved ? ['before', 'after'] : ['before']).entries()) {
    expect(await db.body('revisions', revisions[i]?.id ?? '')).toMatchObject({ body });
  }
  const kinds = (await db.events({ after: 0 })).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'proposal_approve')).toHaveLength(approved ? 1 : 0);
  expect(kinds.filter((kind) => kind === 'revision_create')).toHaveLength(approved ? 2 : 1);
  expect((await db.verify()).problems).toEqual([]);
  await db.close();
  return approved;
}

describe.each([1, 1_000])('an approval, with a snapshot every %i records', (every) => {
  it.each(['crash', 'ENOSPC', 'EIO'] as const)(
    'is there whole or not at all after %s at any operation',
    async (kind) => {
      const start = await aDiskWithAProposal(every);
      const seen = new Set<boolean>();
      for (let at = 1, isHit = true; isHit; at += 1) {
        const disk = start.disk.copy();
        const fault: Fault = { at, kind, written: 0.5 };
        disk.inject(fault);
        let isAcknowledged = false;
        let db: Database<Shape> | undefined;
        try {
          db = await open(disk, every);
          const approve = queueOn(db, new FakeClock())
            .commandsFor('operator:ann')
            .approveProposal(start.id, { hash: start.hash });
          await approve;
          isAcknowledged = true;
        } catch {
          // Refused or crashed: what is there says the rest.
        }
        await db?.close().catch(() => undefined);
        isHit = disk.operations.length >= at;
        for (const survival of survivals) {
          const isThere = await isApproved(disk.after(survival), start.id, every);
          expect(isAcknowledged && !isThere, `acknowledged and lost at ${at}, ${survival}`).toBe(false);
          seen.add(isThere);
        }
      }
      expect(seen).toEqual(new Set([true, false]));
    },
  );
});
