/** What 10,000 revisions of 4 KB cost a store: opening, memory, reading one, and the snapshot that moves their bodies. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../src/kernel/clock.ts';
import { openDatabase, type Database, type OpenOptions } from '../src/store/index.ts';
import { collections, type Shape } from '../src/store/schema/index.ts';
import type { BenchResult } from './result.ts';

const REVISIONS = 10_000;
const BODY_CHARS = 4_000;
const ROUNDS = 5;
const READS = 1_000;
const MIB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const open = (dataDir: string, options: Partial<OpenOptions> = {}): Promise<Database<Shape>> =>
  openDatabase<Shape>({ dataDir, collections, clock: systemClock, ...options });

const revisionId = (i: number): string => `rev_${String(i).padStart(26, '0')}`;

async function insert(db: Database<Shape>, i: number): Promise<void> {
  const body = `Revision ${i}. ${'Check each change twice; '.repeat(200)}`.slice(0, BODY_CHARS);
  await db.transact((tx) => {
    tx.collection('revisions').insert({
      id: revisionId(i),
      kind: 'prompt',
      resourceId: `prm_${i % 100}`,
      ref: `prompt-${i % 100}`,
      semver: `0.1.${Math.floor(i / 100)}`,
      hash: createHash('sha256').update(body).digest('hex'),
      author: 'operator:bench',
      note: 'measured',
      at: systemClock.now(),
      content: { summary: 'a prompt', priority: 5, body },
    });
    tx.event({ kind: 'prompt_update', actor: 'operator:bench', outcome: 'ok', target: `prompt/prompt-${i % 100}` });
  });
}

/** All in the journal and none in a snapshot: `close` then takes the largest one there can be. */
async function fill(dataDir: string): Promise<Database<Shape>> {
  const db = await open(dataDir, { segmentBytes: 1024 * MIB, snapshotEveryRecords: Infinity });
  for (let i = 0; i < REVISIONS; i += 64) {
    await Promise.all(Array.from({ length: Math.min(64, REVISIONS - i) }, (_, k) => insert(db, i + k)));
  }
  return db;
}

/** Buffers are given back some turns of the event loop after they were collected. */
async function used(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes that the open store holds. */
async function memoryOf(dataDir: string): Promise<number> {
  const before = await used();
  const db = await open(dataDir);
  // What is read after opening, the window's events, is part of it.
  await db.verify();
  const held = (await used()) - before;
  await db.close();
  return held;
}

async function openMs(dataDir: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    const db = await open(dataDir);
    times.push(performance.now() - from);
    if (db.collection('revisions').all().length !== REVISIONS) throw new Error('not all revisions are there');
    await db.close();
  }
  return median(times);
}

async function readMs(dataDir: string): Promise<number> {
  const db = await open(dataDir);
  const times: number[] = [];
  for (let i = 0; i < READS; i++) {
    const from = performance.now();
    const body = await db.body('revisions', revisionId((i * 7_919) % REVISIONS));
    times.push(performance.now() - from);
    if (body === undefined) throw new Error('no body');
  }
  await db.close();
  return median(times);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-bench-'));
  try {
    const [full, crashed, empty] = ['full', 'crashed', 'empty'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const db = await fill(full);
    cpSync(full, crashed, { recursive: true });
    const from = performance.now();
    await db.close();
    const snapshot = performance.now() - from;
    const replayFrom = performance.now();
    const replayed = await open(crashed);
    const replay = performance.now() - replayFrom;
    await replayed.close();
    // What was loaded or compiled for the first time is not counted.
    await memoryOf(full);
    await memoryOf(empty);
    const extra = ((await memoryOf(full)) - (await memoryOf(empty))) / MIB;
    const opened = await openMs(full);
    const what = `${REVISIONS.toLocaleString('en')} revisions of 4 KB`;
    return [
      { name: `store: open, ${what}`, value: opened, unit: 'ms', bar: '<= 1000', pass: opened <= 1_000 },
      {
        name: `store: open after a crash, all replayed`,
        value: replay,
        unit: 'ms',
        bar: '<= 1000',
        pass: replay <= 1_000,
      },
      { name: `store: memory more than an empty one`, value: extra, unit: 'MiB', bar: '<= 100', pass: extra <= 100 },
      { name: 'store: one body read, not cached', value: await readMs(full), unit: 'ms' },
      { name: `store: snapshot that moves all their bodies`, value: snapshot, unit: 'ms' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
