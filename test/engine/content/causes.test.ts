import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Causes } from '../../../src/engine/content/causes.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { collections, type Shape } from '../../../src/store/schema/index.ts';
import type { Database, EventDraft } from '../../../src/store/types.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

let folder: string;
let db: Database<Shape>;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcptui-causes-'));
  db = await openDatabase<Shape>({ dataDir: path.join(folder, 'data'), collections, clock: new FakeClock() });
});
afterEach(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

const record = (draft: Partial<EventDraft>): Promise<void> =>
  db.transact((tx) => tx.event({ kind: 'x', actor: 'a', outcome: 'ok', ...draft }));

describe('Causes', () => {
  it('finds the event of a revision behind any number of events that only mention its target', async () => {
    await record({ kind: 'revision_create', target: 'prompt/style', detail: { revision: 'rev_1' } });
    for (let i = 0; i < 1_200; i++) db.record({ kind: 'read', actor: 'a', outcome: 'ok', target: 'prompt/style' });
    for (let i = 0; i < 600; i++) db.record({ kind: 'x', actor: 'a', outcome: 'ok', message: 'of prompt/style' });
    await db.flush();
    expect(await new Causes(db).ofRevision('rev_1', 'prompt/style')).toBe(1);
  });

  it('reads the log once for what is not in it, and learns it when it comes', async () => {
    let reads = 0;
    const counted: Database<Shape> = Object.assign(Object.create(db) as Database<Shape>, {
      onEvents: (listener: Parameters<typeof db.onEvents>[0]) => db.onEvents(listener),
      events: (query: Parameters<typeof db.events>[0]) => {
        reads += 1;
        return db.events(query);
      },
    });
    const causes = new Causes(counted);
    expect(await causes.ofProposal('p1')).toBeUndefined();
    expect(await causes.ofProposal('p1')).toBeUndefined();
    expect(reads).toBe(1);
    await record({ kind: 'proposal_create', target: 'proposal/p1' });
    expect(await causes.ofProposal('p1')).toBe(1);
    expect(reads).toBe(1);
  });
});
