import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertRoom, MAX_PENDING } from '../../../src/engine/inbox/pending-caps.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { collections, projectSchema, type Shape } from '../../../src/store/schema/index.ts';
import type { Database } from '../../../src/store/types.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { aDraftFor, queueOn, type Queue } from '../../support/worlds/proposing.ts';

let folder: string;
let db: Database<Shape>;
let clock: FakeClock;
let queue: Queue;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcptui-proposals-'));
  clock = new FakeClock();
  db = await openDatabase<Shape>({ dataDir: path.join(folder, 'data'), collections, clock });
  queue = queueOn(db, clock);
});
afterEach(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

describe('Proposals: what is kept of them', () => {
  const bodies = (): (string | undefined)[] =>
    db
      .collection('proposals')
      .all()
      .map((row) => (row.content === undefined ? undefined : (row.content as { body: string }).body));

  it('is the hash alone once they are superseded, withdrawn or approved; a rejected one can still be opened again', async () => {
    const propose = (body: string) => queue.proposals.propose(aDraftFor(body));
    await propose('one');
    const two = await propose('two');
    expect(bodies()).toEqual([undefined, 'two']);
    await queue.proposals.withdraw(two.id, 'agent:reviewer');
    const three = await propose('three');
    await queue.commandsFor('operator:ann').approveProposal(three.id, { hash: three.hash });
    const four = await propose('four');
    await queue.proposals.reject(four.id, 'operator:ann', 'no');
    expect(bodies()).toEqual([undefined, undefined, undefined, 'four']);
    await queue.proposals.reopen(four.id, 'operator:ann');
    const detail = await queue.commandsFor('operator:ann').proposalDetail(two.id);
    expect(detail.text).toBe(`The text of a closed proposal is not kept. Its SHA-256 is ${two.hash}.\n`);
    expect((await queue.commandsFor('operator:ann').proposalDetail(three.id)).text).toContain('three');
  });

  it('is the text of the newest 20 rejected ones; older ones are not opened again', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 25; i++) {
      const { id } = await queue.proposals.propose(aDraftFor(`text ${i}`));
      await queue.proposals.reject(id, 'operator:ann', 'no');
      await clock.advance(1_000);
      ids.push(id);
    }
    expect(bodies().filter((body) => body !== undefined)).toHaveLength(20);
    await expect(queue.proposals.reopen(ids[0] ?? '', 'operator:ann')).rejects.toMatchObject({
      code: 'conflict',
      hint: 'its author can propose it again',
    });
  });

  it('shrinks at the next look when an older engine has kept all texts', async () => {
    const { id } = await queue.proposals.propose(aDraftFor('one'));
    await db.transact((tx) => {
      const proposals = tx.collection('proposals');
      proposals.replace({ ...proposals.get(id), state: 'superseded' });
    });
    expect(bodies()).toEqual(['one']);
    expect(await queue.proposals.expireDue()).toBe(true);
    expect(bodies()).toEqual([undefined]);
    expect(await queue.proposals.expireDue()).toBe(false);
  });
});

describe('Proposals: how many', () => {
  it('are 30 of a session at once, then one every 10s', async () => {
    const propose = (i: number) => queue.proposals.propose(aDraftFor(`text ${i}`, { session: 'ses_1' }));
    for (let i = 0; i < 30; i++) await propose(i);
    await expect(propose(30)).rejects.toMatchObject({ code: 'conflict', hint: 'one more may be proposed every 10s' });
    await queue.proposals.propose(aDraftFor('another session', { session: 'ses_2' }));
    await clock.advance(10_000);
    await propose(31);
  });

  it('are 200 of a project, whoever their authors are, and 32 MiB', async () => {
    await db.transact((tx) => tx.collection('projects').insert(aProject('ops')));
    const place = { scope: 'project', project: 'ops' } as const;
    for (let i = 0; i < 200; i++) {
      await queue.proposals.propose(aDraftFor('x', { name: `n${i}`, place, author: `client:${i}` }));
    }
    const one = aDraftFor('x', { name: 'one', place, author: 'client:other' });
    await expect(queue.proposals.propose(one)).rejects.toThrow('200 proposals of project ops wait');
    expect(() => assertRoom([], { author: 'a', project: undefined, chars: 33 * 1024 * 1024 })).toThrow('32 MiB');
  });

  it('do not count what the new one supersedes', async () => {
    for (let i = 0; i < MAX_PENDING; i++) await queue.proposals.propose(aDraftFor('x', { name: `n${i}` }));
    await queue.proposals.propose(aDraftFor('newer', { name: 'n7' }));
    await expect(queue.proposals.propose(aDraftFor('x', { name: 'more' }))).rejects.toThrow('wait for a decision');
  });
});

describe('Proposals: whose', () => {
  it('of a client that only says its name supersede those of its own session alone', async () => {
    const by = (body: string, session: string) =>
      queue.proposals.propose(aDraftFor(body, { author: 'client:reviewer', session }));
    const states = (): string[] =>
      db
        .collection('proposals')
        .all()
        .map((row) => row.state);
    await queue.proposals.propose(aDraftFor('of the real one'));
    await by('one', 'ses_1');
    await by('two', 'ses_2');
    expect(states()).toEqual(['pending', 'pending', 'pending']);
    await by('three', 'ses_2');
    expect(states()).toEqual(['pending', 'pending', 'superseded', 'pending']);
  });
});

describe('Proposals: of a project or an agent that is deleted meanwhile', () => {
  it('are not approved and expire', async () => {
    await db.transact((tx) => tx.collection('projects').insert(aProject('ops')));
    const place = { scope: 'project', project: 'ops' } as const;
    const { id, hash } = await queue.proposals.propose(aDraftFor('x', { name: 'rules', place }));
    await db.transact((tx) => tx.collection('projects').delete('prj_ops'));
    await expect(queue.commandsFor('operator:ann').approveProposal(id, { hash })).rejects.toMatchObject({
      code: 'conflict',
      message: 'project ops is deleted',
      hint: 'create it first: mcptui create project ops',
    });
    await expect(queue.proposals.propose(aDraftFor('x', { name: 'more', place }))).rejects.toThrow('is deleted');
    expect(await queue.proposals.expireDue()).toBe(true);
    expect(db.collection('proposals').find(id)?.state).toBe('expired');
  });
});

function aProject(name: string) {
  return projectSchema.parse({ id: `prj_${name}`, name, createdAt: 0 });
}
