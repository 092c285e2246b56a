/** What happens beside the commits, one thing at a time: snapshots, retention, and reads that need the files to stay. */
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Bodies } from './bodies.ts';
import type { StoreFs } from './fs.ts';
import type { Journal } from './journal.ts';
import { retain, type Retention } from './retention.ts';
import type { Snapshots } from './snapshot.ts';
import type { Table } from './table.ts';
import type { ChainHead, EventDraft } from './types.ts';

export interface MaintenanceOptions {
  readonly fs: StoreFs;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dataDir: string;
  readonly snapshots: Snapshots;
  readonly tables: ReadonlyMap<string, Table>;
  readonly bodies: ReadonlyMap<string, Bodies>;
  readonly journal: Journal;
  /** Records in the journal that are not in the snapshots yet. */
  readonly sinceSnapshot: number;
  readonly snapshotEveryRecords: number;
  readonly retention: Retention;
  readonly format: number;
  record(draft: EventDraft): void;
}

export class Maintenance {
  readonly #options: MaintenanceOptions;
  #sinceSnapshot: number;
  #wanted = false;
  #segment: string | undefined;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    this.#sinceSnapshot = options.sinceSnapshot;
    this.#segment = options.journal.active?.path;
  }

  /** Runs `work` when nothing else is under way. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Called after every burst: a snapshot is due after so many records, and with every new segment. */
  grew(records: number): void {
    this.#sinceSnapshot += records;
    const segment = this.#options.journal.active?.path;
    const isNew = this.#segment !== undefined && segment !== this.#segment;
    this.#segment = segment;
    const isDue = this.#sinceSnapshot >= this.#options.snapshotEveryRecords || isNew;
    if (this.#closed || this.#wanted || !isDue) return;
    this.#wanted = true;
    void this.exclusive(async () => {
      this.#wanted = false;
      await this.#snapshotAndRetain();
    });
  }

  /** A last snapshot, so that the next start has nothing to replay and knows how far the journal reached. */
  close(): Promise<void> {
    this.#closed = true;
    return this.exclusive(async () => {
      if (this.#sinceSnapshot > 0) await this.#snapshotAndRetain();
    });
  }

  async #snapshotAndRetain(): Promise<void> {
    const { logger } = this.#options;
    try {
      const chain = await this.#snapshot();
      await retain(this.#options, chain.seq, [...this.#options.tables.keys()]);
    } catch (error) {
      // The journal has everything: a snapshot that fails costs time at the next start, nothing else.
      logger.warn({ err: error }, 'no snapshot was taken');
    }
  }

  async #snapshot(): Promise<ChainHead> {
    const { journal, tables, bodies, snapshots, clock } = this.#options;
    const chain = journal.chain;
    const at = new Date(clock.now()).toISOString();
    const captured = [...tables].map(([collection, table]) => ({ collection, rows: table.all() }));
    const counted = this.#sinceSnapshot;
    for (const { collection, rows } of captured) {
      const kept = bodies.get(collection);
      // First, so that everything a snapshot refers to is there.
      await kept?.store(rows);
      const places = kept === undefined ? {} : { places: rows.map(({ id }) => kept.kept(id)) };
      await snapshots.write({ collection, chain, at, rows, ...places });
    }
    this.#sinceSnapshot -= counted;
    return chain;
  }
}
