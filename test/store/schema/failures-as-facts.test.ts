import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { told } from '../../support/builders/failures.ts';
import { openDatabase } from '../../../src/store/index.ts';
import { collections, type Shape } from '../../../src/store/schema/index.ts';
import { failureSchema } from '../../../src/store/schema/failure.ts';
import { failuresAsFacts } from '../../../src/store/schema/failures-as-facts.ts';
import { Disk } from '../support/disk.ts';
import { DATA, noLock } from '../support/shape.ts';

interface Sentence {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly bare?: string;
  readonly retryAfterMs?: number;
}

const instance = (n: number, failure: Sentence) => ({
  id: `ins_${n}`,
  serverId: 'srv_fs',
  name: `fs-${n}`,
  ordinal: n,
  desired: 'running',
  desiredBy: 'engine',
  desiredAt: 0,
  createdAt: 0,
  retry: { attemptCount: 2, lastAttemptAt: 0, nextRetryAt: 30_000, reason: failure.code },
  failure,
});

/** As versions of format 1 recorded them, with the kind that they become. */
const recorded: readonly (readonly [kind: string, Sentence])[] = [
  [
    'secret',
    {
      code: 'SECRET_UNRESOLVED',
      message: 'secret resolution failed: TOKEN: file/a: no such entry; url: env/B: not set: at all; really',
      hint: 'mcptui create secret a; start the engine with B set in its environment, or refer to secret:file/…',
    },
  ],
  ['other', { code: 'SECRET_UNRESOLVED', message: 'secret resolution failed: cut', hint: 'x' }],
  [
    'runtime-away',
    {
      code: 'DOCKER_NOT_PERMITTED',
      message: 'not permitted to use unix:///d',
      hint: 'add your user to the group docker',
    },
  ],
  ['runtime-away', { code: 'DOCKER_WENT_AWAY', message: 'it ended while the container engine was away' }],
  ['login', { code: 'OAUTH_REQUIRED', message: 'server far needs a login: no login yet', hint: 'mcptui login far' }],
  ['login', { code: 'UNAUTHORIZED', message: 'https://h/m answered HTTP 401', bare: 'it answered HTTP 401' }],
  ['unreachable', { code: 'UNREACHABLE', message: 'https://h/m: ECONNREFUSED', bare: 'ECONNREFUSED' }],
  ['refused', { code: 'ADDRESS_REFUSED', message: 'http://10.0.0.1/: is private', hint: 'to allow it …' }],
  ['rate-limited', { code: 'RATE_LIMITED', message: 'https://h/m answered HTTP 429', retryAfterMs: 5_000 }],
  ['protocol', { code: 'HTTP_STATUS', message: 'https://h/m answered HTTP 503', retryAfterMs: 1_000 }],
  ['other', { code: 'STDIO_EXIT_BEFORE_INIT', message: 'exit code 1: no key', hint: 'mcptui logs fs-1' }],
];

describe('failuresAsFacts', () => {
  it.each(recorded)('makes %s of a record, which tells what it told before', (kind, failure) => {
    const row = failuresAsFacts.row('instances', { id: 'i', failure: { ...failure } });
    const facts = failureSchema.parse(row['failure']);
    expect(facts.kind).toBe(kind);
    const { brief: _brief, until: _until, ...words } = told(facts);
    const { retryAfterMs, ...sentence } = failure;
    expect(words).toEqual(sentence);
    expect('retryAfterMs' in facts ? facts.retryAfterMs : undefined).toBe(retryAfterMs);
  });

  it('leaves the address of a remote server out where there is little room', () => {
    const row = failuresAsFacts.row('instances', {
      failure: { code: 'UNREACHABLE', message: 'https://h/m: ECONNREFUSED 192.0.2.1:443' },
    });
    expect(row['failure']).toMatchObject({ brief: 'ECONNREFUSED 192.0.2.1:443' });
  });

  it('touches no other record, and none without a failure', () => {
    const other = { id: 'x', failure: { code: 'UNREACHABLE', message: 'm' } };
    expect(failuresAsFacts.row('proposals', other)).toBe(other);
    expect(failuresAsFacts.row('instances', { id: 'x' })).toEqual({ id: 'x' });
  });
});

describe('a folder of format 1', () => {
  it('is read whole, from snapshots and from the journal, and an older version refuses it then, unchanged', async () => {
    const clock = new FakeClock();
    const before = {
      ...collections,
      instances: { noun: 'instance', schema: z.looseObject({ id: z.string() }) },
    } as never;
    const disk = new Disk();
    const open = { dataDir: DATA, clock, fs: disk, lock: noLock };
    const old = { ...open, collections: before, migrations: [] };
    const insert = async (rows: readonly object[]): Promise<void> => {
      const db = await openDatabase<Shape>(old);
      await db.transact((tx) => {
        for (const row of rows) tx.collection('instances').insert(row as never);
      });
      await db.close();
    };
    const rows = recorded.map(([, failure], index) => instance(index + 1, failure));
    await insert(rows.slice(0, 5));
    await insert(rows.slice(5));

    for (let time = 1; time <= 2; time++) {
      const db = await openDatabase<Shape>({ ...open, collections });
      expect(
        db
          .collection('instances')
          .all()
          .map(({ failure }) => failure?.kind),
      ).toEqual(recorded.map(([kind]) => kind));
      expect((await db.verify()).ok).toBe(true);
      await db.transact((tx) => {
        const row = tx.collection('instances').get('ins_1');
        tx.collection('instances').replace({ ...row, restarts: time });
      });
      await db.close();
    }
    const files = disk.files().map((file) => [file, disk.content(file)]);
    await expect(openDatabase<Shape>(old)).rejects.toMatchObject({ code: 'unavailable' });
    expect(disk.files().map((file) => [file, disk.content(file)])).toEqual(files);
  });
});
