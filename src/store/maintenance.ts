/**
 * Does what happens beside the commits, one thing at a time: snapshots, retention, and reads that need the files to
 * stay.
 */
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import { errnoOf, messageOf } from '../kernel/errors.ts';
import { unawaited } from '../kernel/unawaited.ts';
import type { KeptFile } from './journal/archive.ts';
import type { Bodies } from './bodies/bodies.ts';
import type { StoreFs } from './files/fs.ts';
import type { Journal } from './journal/journal.ts';
import { retain, type Retention, type RetentionContext } from './journal/retention.ts';
import type { Snapshots } from './snapshot.ts';
import type { Table } from './table.ts';
import { excerptOf } from './journal/excerpt.ts';
import { verifyFiles, type KeptHead } from './journal/verify.ts';
import { defined } from '../kernel/defined.ts';
import type { ChainHead, EventDraft, Excerpt, Inspector, VerifyReport } from './types.ts';

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
  /** What retention has kept so far. */
  readonly kept: readonly KeptFile[];
  /** Resolves when the event is durable. */
  commit(draft: EventDraft): Promise<void>;
  /** Why snapshots fail; undefined once one was taken again. */
  onTrouble(reason: string | undefined): void;
}

export class Maintenance {
  readonly #options: MaintenanceOptions;
  #sinceSnapshot: number;
  #wanted = false;
  #segment: string | undefined;
  #closed = false;
  #kept: readonly KeptFile[];
  #retainedSeq = 0;
  #trouble: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    this.#sinceSnapshot = options.sinceSnapshot;
    this.#segment = options.journal.active?.path;
    this.#kept = options.kept;
  }

  /** The files of decisions that retention has kept. */
  get kept(): readonly KeptFile[] {
    return this.#kept;
  }

  verify(kept?: KeptHead, inspector?: Inspector): Promise<VerifyReport> {
    const { journal, tables, fs, dataDir, format } = this.#options;
    return this.exclusive(() => {
      const expected = { head: journal.chain, active: journal.active };
      const collections = [...tables.keys()];
      return verifyFiles({ fs, dataDir, format, collections, expected, ...defined({ kept, inspector }) });
    });
  }

  excerpt(from: number, to: number): Promise<Excerpt> {
    const { journal, fs, dataDir, format } = this.#options;
    return this.exclusive(() => {
      const { chain: head, active } = journal;
      return excerptOf({ fs, dataDir, format, head, active }, from, to);
    });
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
    const work = async (): Promise<void> => {
      this.#wanted = false;
      await this.#snapshotAndRetain();
    };
    unawaited(this.exclusive(work), (error) =>
      this.#options.logger.error({ err: error }, 'upkeep of the store failed'),
    );
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
      // Its own events alone are no reason to drop more.
      if (chain.seq > this.#retainedSeq) {
        await retain(this.#retention, chain.seq, [...this.#options.tables.keys()]);
        this.#retainedSeq = this.#options.journal.chain.seq;
      }
      this.#tell(undefined);
    } catch (error) {
      // The journal has everything: what fails costs time at the next start and room until then, nothing else.
      logger.warn({ err: error }, 'no snapshot was taken');
      this.#tell(`no snapshot is taken and the journal grows: ${errnoOf(error) ?? messageOf(error)}`);
    }
  }

  get #retention(): RetentionContext {
    const onKept = (kept: readonly KeptFile[]): void => void (this.#kept = kept);
    return { ...this.#options, kept: () => this.#kept, onKept };
  }

  /** Says once that it fails and once that it works again. */
  #tell(reason: string | undefined): void {
    const before = this.#trouble;
    if (reason === before) return;
    this.#trouble = reason;
    this.#options.onTrouble(reason);
    const event: EventDraft =
      reason === undefined
        ? { kind: 'snapshot', actor: 'engine', outcome: 'ok', message: 'a snapshot was taken again' }
        : { kind: 'snapshot', actor: 'engine', outcome: 'error', message: reason };
    // Refused while the store takes nothing: its state says why then.
    this.#options.commit(event).catch(() => undefined);
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
