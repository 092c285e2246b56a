/** Starts writers, follows what they acknowledge, and checks what a store holds against it. */
import { until } from '../support/until.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/kernel/clock.ts';
import { openDatabase } from '../../src/store/index.ts';
import { noted, type NotedShape } from '../store/support/records.ts';
import { noteOf, noteValues } from './notes.ts';

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));

export interface Writer {
  readonly child: ChildProcess;
  /** Newest acknowledged value by id. */
  readonly acked: Map<string, number>;
  /** How many changes were acknowledged. */
  count(): number;
  /** Resolves when it has opened the store. @throws with its stderr when it ends before */
  readonly ready: Promise<void>;
  /** Resolves when it is gone and all it printed was read. */
  readonly gone: Promise<void>;
  readonly stderr: () => string;
}

export function startWriter(
  dataDir: string,
  prefix: string,
  callers = 16,
  segmentBytes = 262_144,
  sync: 'sync' | 'no-sync' = 'sync',
): Writer {
  const args = [WRITER, dataDir, prefix, String(callers), String(segmentBytes), sync];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const acked = new Map<string, number>();
  let count = 0;
  let rest = '';
  let errors = '';
  let becomeReady: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    becomeReady = resolve;
    fail = reject;
  });
  ready.catch(() => undefined);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    // An unfinished last line is not an acknowledgement that anybody has seen.
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [id = '', value] = line.split(' ');
      if (id === 'ready') becomeReady();
      else {
        acked.set(id, Number(value));
        count++;
      }
    }
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const gone = new Promise<void>((resolve) => {
    child.on('close', () => {
      fail(new Error(`the writer ended: ${errors}`));
      resolve();
    });
  });
  return { child, acked, count: () => count, ready, gone, stderr: () => errors };
}

/** Opens the store and says what is missing of what was acknowledged, and what else is wrong. Empty = all is there. */
export async function faultsOf(dataDir: string, acked: ReadonlyMap<string, number>): Promise<string[]> {
  const db = await openDatabase<NotedShape>({ dataDir, collections: noted, clock: systemClock });
  try {
    const faults: string[] = [];
    const items = db.collection('items');
    const tags = db.collection('tags');
    for (const [id, value] of acked) {
      const found = items.find(id)?.value ?? 0;
      if (found < value) faults.push(`${id} was acknowledged at ${value}, the store has ${found}`);
      if (tags.find(id)?.text !== String(found)) faults.push(`${id} is ${found} in one collection only`);
      for (const noteValue of noteValues(found)) {
        const note = noteOf(id, noteValue);
        if ((await db.body('notes', note.id)) !== note.text) faults.push(`the body of ${note.id} is another one`);
      }
    }
    const report = await db.verify();
    for (const { file, offset, reason } of report.problems) faults.push(`${file} at byte ${offset}: ${reason}`);
    return faults;
  } finally {
    await db.close();
  }
}

/** Rounds on one data folder; then a new one, since checking all of an ever longer journal takes ever longer. */
const ROUNDS_A_FOLDER = 25;

/** Kills a writer under load, again and again, in folders below `parent`. Returns the acknowledged changes and what was lost. */
export async function killRounds(
  parent: string,
  rounds: number,
  seed: number,
): Promise<{ acked: number; faults: string[] }> {
  const random = randomFrom(seed);
  let acked = new Map<string, number>();
  const faults: string[] = [];
  let total = 0;
  for (let round = 0; round < rounds && faults.length === 0; round++) {
    const dataDir = join(parent, String(Math.floor(round / ROUNDS_A_FOLDER)));
    if (round % ROUNDS_A_FOLDER === 0) acked = new Map();
    const callers = 1 + Math.floor(random() * 32);
    const writer = startWriter(dataDir, `r${round % 3}x${round}`, callers, 64 * 1024 + Math.floor(random() * 300_000));
    await writer.ready;
    const enough = 20 + Math.floor(random() * 1_500);
    await until(() => writer.count() >= enough, `${enough} acknowledgements`);
    writer.child.kill('SIGKILL');
    await writer.gone;
    total += writer.count();
    for (const [id, value] of writer.acked) acked.set(id, value);
    faults.push(...(await faultsOf(dataDir, acked)).map((fault) => `round ${round}: ${fault}`));
  }
  return { acked: total, faults };
}

/** A small generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
