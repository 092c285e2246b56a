/** The store's bars, each beside a raw loop of write and fdatasync of the same bytes in the same folder and run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { systemClock } from '../src/kernel/clock.ts';
import { openDatabase, type Database } from '../src/store/index.ts';
import { run as bodies } from './bodies.bench.ts';
import type { BenchResult } from './result.ts';

const itemSchema = z.strictObject({ id: z.string(), value: z.int(), note: z.string() });
type Shape = { readonly items: z.infer<typeof itemSchema> };
const collections = { items: { noun: 'item', schema: itemSchema } };

const WRITER = fileURLToPath(new URL('../test/crash/writer.ts', import.meta.url));
const ROUNDS = 5;
const MS = 1_000;

function open(dataDir: string): Promise<Database<Shape>> {
  return openDatabase<Shape>({ dataDir, collections, clock: systemClock });
}

/** One change with its event, of a size that an operator's action has. */
async function change(db: Database<Shape>, i: number): Promise<void> {
  await db.transact((tx) => {
    const items = tx.collection('items');
    const old = items.find(`item-${i % 500}`);
    if (old === undefined) items.insert({ id: `item-${i % 500}`, value: i, note: 'first' });
    else items.replace({ ...old, value: i, note: 'changed by the bench' });
    tx.event({ kind: 'item_change', actor: 'operator:bench', outcome: 'ok', target: `item/item-${i % 500}` });
  });
}

async function recordsPerSecond(dataDir: string, callers: number, records: number): Promise<number> {
  const db = await open(dataDir);
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let i = next++; i < records; i = next++) await change(db, i);
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const rate = (records / (performance.now() - from)) * MS;
  await db.close();
  return rate;
}

/** Writes and syncs `lines`, `burst` of them at a time: what the disk can do at best. */
async function rawPerSecond(folder: string, lines: readonly Buffer[], burst: number): Promise<number> {
  const fd = openSync(join(folder, 'raw'), 'wx', 0o600);
  let position = 0;
  const from = performance.now();
  for (let i = 0; i < lines.length; i += burst) {
    const bytes = Buffer.concat(lines.slice(i, i + burst));
    const at = position;
    await new Promise<void>((resolve, reject) => {
      write(fd, bytes, 0, bytes.length, at, (error) => {
        if (error !== null) return reject(error);
        fdatasync(fd, (syncError) => (syncError === null ? resolve() : reject(syncError)));
      });
    });
    position += bytes.length;
  }
  const rate = (lines.length / (performance.now() - from)) * MS;
  closeSync(fd);
  return rate;
}

function journalLines(dataDir: string): Buffer[] {
  const folder = join(dataDir, 'journal');
  const text = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  return text.split('\n').map((line) => Buffer.from(`${line}\n`));
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Raw loop and store take turns; medians of all rounds. */
async function throughput(callers: number, records: number, bar: number): Promise<BenchResult> {
  const ours: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await inFolder(async (dataDir) => {
      ours.push(await recordsPerSecond(dataDir, callers, records));
      raw.push(await rawPerSecond(dataDir, journalLines(dataDir).slice(1, records + 1), callers));
    });
  }
  const value = median(ours);
  return {
    name: `store: durable records, ${callers} caller${callers === 1 ? '' : 's'}`,
    value: Math.round(value),
    unit: 'records/s',
    bar: `>= ${bar}`,
    baseline: `raw write + fdatasync, ${callers} a sync: ${Math.round(median(raw))} records/s`,
    ratio: Number((value / median(raw)).toFixed(2)),
    pass: value >= bar,
  };
}

/** Opens a folder of 100,000 records that no snapshot has, so that each is read, checked and applied. */
async function replay(records: number, bar: number): Promise<BenchResult> {
  const times: number[] = [];
  const reads: number[] = [];
  await inFolder(async (dataDir) => {
    await recordsPerSecond(dataDir, 64, records);
    for (let round = 0; round < ROUNDS; round++) {
      rmSync(join(dataDir, 'snapshots'), { recursive: true });
      const from = performance.now();
      const db = await open(dataDir);
      times.push(performance.now() - from);
      if (db.head().seq !== records) throw new Error(`${db.head().seq} records were replayed, not ${records}`);
      await db.close();
      const readFrom = performance.now();
      journalLines(dataDir);
      reads.push(performance.now() - readFrom);
    }
  });
  return {
    name: `store: open, ${records} records replayed and verified`,
    value: Math.round(median(times)),
    unit: 'ms',
    bar: `<= ${bar}`,
    baseline: `reading the same files as lines: ${Math.round(median(reads))} ms`,
    ratio: Number((median(times) / median(reads)).toFixed(2)),
    pass: median(times) <= bar,
  };
}

/** What 20,000 call traces a second cost the thread that records them. */
async function traces(perSecond: number, seconds: number, bar: number): Promise<BenchResult> {
  let share = 0;
  await inFolder(async (dataDir) => {
    const db = await open(dataDir);
    const cpu = process.threadCpuUsage();
    const from = performance.now();
    const ticks = seconds * 100;
    for (let tick = 0; tick < ticks; tick++) {
      for (let i = 0; i < perSecond / 100; i++) {
        db.record({
          kind: 'tool_call_trace',
          actor: 'agent:bench',
          target: 'files/read_file',
          outcome: 'ok',
          durationMs: i,
          session: 'ses_1',
          detail: { bytesIn: 120, bytesOut: 2_000, args: { path: '/docs/readme.md' } },
        });
      }
      const due = from + (tick + 1) * 10;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
    await db.flush();
    const used = process.threadCpuUsage(cpu);
    share = (used.user + used.system) / 1_000 / (performance.now() - from);
    const written = db.head().events;
    await db.close();
    if (written !== perSecond * seconds) throw new Error(`${written} traces were kept, not ${perSecond * seconds}`);
  });
  const percent = Number((share * 100).toFixed(1));
  return {
    name: `store: main thread at ${perSecond} traces/s`,
    value: percent,
    unit: '% CPU',
    bar: `<= ${bar}`,
    pass: percent <= bar,
  };
}

/** How long a second owner waits for its refusal while the first is stopped. */
async function refusal(bar: number): Promise<BenchResult> {
  let value = 0;
  await inFolder(async (dataDir) => {
    const holder = spawn(process.execPath, [WRITER, dataDir, 'holder', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(holder.stdout, 'data');
      holder.kill('SIGSTOP');
      const from = performance.now();
      const refused = await open(dataDir).then(
        () => false,
        () => true,
      );
      value = Math.round(performance.now() - from);
      if (!refused) throw new Error('the second owner was let in');
    } finally {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }
  });
  return {
    name: 'store: second owner refused while the first is stopped',
    value,
    unit: 'ms',
    bar: `<= ${bar}`,
    pass: value <= bar,
  };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-bench-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function run(): Promise<BenchResult[]> {
  return [
    await throughput(1, 3_000, 1_500),
    await throughput(64, 60_000, 30_000),
    await replay(100_000, 1_000),
    await traces(20_000, 5, 20),
    await refusal(1_000),
    ...(await bodies()),
  ];
}

if (import.meta.main) {
  for (const { name, value, unit, bar, baseline, ratio, pass } of await run()) {
    const beside = baseline === undefined ? '' : `, beside ${baseline}${ratio === undefined ? '' : ` (x${ratio})`}`;
    process.stdout.write(
      `${pass === true ? 'ok  ' : 'MISS'} ${name}: ${value} ${unit}, bar ${bar ?? 'none'}${beside}\n`,
    );
  }
}
