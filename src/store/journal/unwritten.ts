/** Remembers how many events a store that may write no more has lost, so that the next start can tell. */
import { join } from 'node:path';
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { StoreFs } from '../files/fs.ts';
import { parseObject } from '../record.ts';
import type { EventDraft } from '../types.ts';

const unwrittenPath = (dataDir: string): string => join(dataDir, 'unwritten.json');

interface Unwritten {
  readonly events: number;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

/** As well as a disk in doubt allows. */
async function noteUnwritten(fs: StoreFs, dataDir: string, lost: Unwritten): Promise<void> {
  try {
    const path = unwrittenPath(dataDir);
    await fs.unlink(path).catch(() => undefined);
    const file = await fs.open(path, 'create');
    try {
      await file.write(Buffer.from(`${JSON.stringify(lost)}\n`), 0);
      // The sync may be what fails; the kernel may write it all the same.
      await file.datasync().catch(() => undefined);
    } finally {
      await file.close();
    }
  } catch {
    // Not even this can be written: the engine's own log says so.
  }
}

const AGAIN_MS = 10_000;

/** Keeps the note current while a store may write nothing else. */
export class UnwrittenNote {
  readonly #fs: StoreFs;
  readonly #dataDir: string;
  readonly #clock: Clock;
  readonly #count: () => number;
  #reason: string | undefined;
  #noted = -1;
  #timer: Timer | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  /** `count`: events that are lost, or will be when the process ends. */
  constructor(fs: StoreFs, dataDir: string, clock: Clock, count: () => number) {
    this.#fs = fs;
    this.#dataDir = dataDir;
    this.#clock = clock;
    this.#count = count;
  }

  /** From now on nothing is written to the journal. */
  begin(reason: string): void {
    this.#reason = reason;
    this.#write();
  }

  /** The number as it is in the end. */
  async end(): Promise<void> {
    this.#timer?.cancel();
    if (this.#reason === undefined) return;
    this.#write();
    this.#timer?.cancel();
    await this.#writing;
  }

  #write(): void {
    const events = this.#count();
    const reason = this.#reason ?? '';
    if (events !== this.#noted && events > 0) {
      const at = new Date(this.#clock.now()).toISOString();
      this.#writing = this.#writing.then(() => noteUnwritten(this.#fs, this.#dataDir, { events, reason, at }));
    }
    this.#noted = events;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(AGAIN_MS, () => this.#write(), { unref: true });
  }
}

/** What an earlier store has lost, to be recorded; undefined when there is nothing to tell. */
export async function readUnwritten(fs: StoreFs, dataDir: string): Promise<EventDraft | undefined> {
  const path = unwrittenPath(dataDir);
  if ((await fs.look(path))?.kind !== 'file') return undefined;
  const value = parseObject(await fs.read(path));
  if (typeof value?.['events'] !== 'number' || typeof value['reason'] !== 'string') return undefined;
  const { events, reason, at } = value;
  const detail = { lost: events, reason, since: typeof at === 'string' ? at : null };
  const message = `${events} events could not be kept before the restart: ${reason}`;
  return { kind: 'trace_loss', actor: 'engine', outcome: 'error', message, detail };
}

/** To be called once the event is durable. */
export async function forgetUnwritten(fs: StoreFs, dataDir: string): Promise<void> {
  await fs.unlink(unwrittenPath(dataDir)).catch(() => undefined);
}
