/** The queue with a kind that is no content: what it brings is an entry, and nothing of the queue knows it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Applied, Approval, Filing, ProposalKind } from '../../../src/engine/inbox/proposal-kind.ts';
import { Proposals } from '../../../src/engine/inbox/proposals.ts';
import { EXPIRES_AFTER_MS } from '../../../src/engine/inbox/state.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import { ulidIds } from '../../../src/kernel/ids.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { collections, type Shape } from '../../../src/store/schema/index.ts';
import type { Database } from '../../../src/store/types.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

/** A call that waits for a person: nothing is compared, nothing is merged, its approval makes no revision. */
interface CallDraft extends Filing {
  readonly call: string;
}

interface ReleasedCall extends Applied {
  readonly released: string;
}

let folder: string;
let clock: FakeClock;
let db: Database<Shape>;
let released: string[];
let queue: Proposals<CallDraft, Approval, ReleasedCall>;

const hashOf = (call: string): string => Buffer.from(call).toString('hex').padStart(64, '0').slice(-64);

const heldCalls: ProposalKind<CallDraft, Approval, ReleasedCall> = {
  subject: (_tx, { call }) => ({
    subject: {
      ref: `call/${call}`,
      hash: hashOf(call),
      name: call,
      scope: 'global',
      content: { summary: '', priority: 5, body: call },
      added: 0,
      removed: 0,
      risks: [],
    },
    what: `the call ${call}`,
  }),
  gone: (_from, { name }) => (released.includes(name) ? `${name} is over` : undefined),
  refuseGone: () => undefined,
  edited() {
    throw new McptuiError('invalid', 'a call is not edited');
  },
  rebasing: () => Promise.reject(new McptuiError('conflict', 'a call has nothing to be rebased on')),
  apply(_tx, { name }) {
    if (name === 'broken') throw new McptuiError('unavailable', 'its server is down');
    released.push(name);
    return { released: name };
  },
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcptui-inbox-'));
  clock = new FakeClock();
  db = await openDatabase<Shape>({ dataDir: path.join(folder, 'data'), collections, clock });
  released = [];
  const kinds = { prompt: heldCalls, personality: heldCalls, skill: heldCalls };
  const causes = { ofProposal: () => Promise.resolve(undefined) };
  queue = new Proposals({ db, clock, ids: ulidIds(clock), causes, kinds });
});
afterEach(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

const file = (call: string) =>
  queue.propose({ kind: 'prompt', call, reason: 'deletes a branch', author: 'agent:reviewer' });
const stateOf = (id: string) => db.collection('proposals').find(id)?.state;

it('an approval names what was shown, is not by its author, and does what the kind does', async () => {
  const { id, hash } = await file('push');
  await expect(queue.approve(id, 'agent:reviewer', { hash })).rejects.toMatchObject({ code: 'denied' });
  await expect(queue.approve(id, 'operator:ann', { hash: hashOf('other') })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await queue.approve(id, 'operator:ann', { hash })).toEqual({ released: 'push' });
  expect([stateOf(id), released]).toEqual(['approved', ['push']]);
  await expect(queue.reject(id, 'operator:ann', 'late')).rejects.toThrow('is approved already by operator:ann');
});

it('an approval that its kind refuses leaves neither decision nor event', async () => {
  const { id, hash } = await file('broken');
  await expect(queue.approve(id, 'operator:ann', { hash })).rejects.toMatchObject({ code: 'unavailable' });
  expect(stateOf(id)).toBe('pending');
  expect(await db.events({ after: 0, kind: 'proposal_approve' })).toEqual([]);
});

it('a newer one by the same author takes the place of the older; what is over, or nobody decides on, expires', async () => {
  const older = await file('push');
  const newer = await file('push');
  expect([stateOf(older.id), stateOf(newer.id)]).toEqual(['superseded', 'pending']);
  const other = await file('merge');
  expect(await queue.expireDue()).toBe(false);
  released.push('push');
  expect(await queue.expireDue()).toBe(true);
  expect([stateOf(newer.id), stateOf(other.id)]).toEqual(['expired', 'pending']);
  await clock.advance(EXPIRES_AFTER_MS);
  await queue.expireDue();
  expect(stateOf(other.id)).toBe('expired');
});
