/** The store of one data folder: opens and recovers it, and is the only way to change it. */
import type { Clock } from '../clock.ts';
import { McptuiError } from '../errors.ts';
import { silentLogger, type Logger } from '../log.ts';
import { changeTexts, Draft } from './draft.ts';
import { realFs, type StoreFs } from './fs.ts';
import { Journal } from './journal.ts';
import { takeKernelLock, type FolderLock, type TakeLock } from './lock.ts';
import { Maintenance, type Retention } from './maintenance.ts';
import { migrations as allMigrations, type Migration } from './migrations.ts';
import { queryEvents } from './query.ts';
import { recover, type CollectionSpecs, type Recovered } from './recovery.ts';
import { journalFolder } from './segments.ts';
import { snapshotFolder } from './snapshot.ts';
import { Table } from './table.ts';
import { TraceBuffer } from './traces.ts';
import type {
  AuditEvent,
  AuditQuery,
  ChainHead,
  CollectionReader,
  Database,
  EventDraft,
  StoreShape,
  StoreState,
  Transaction,
  VerifyReport,
} from './types.ts';
import { verifyFiles } from './verify.ts';
import { EventWindow } from './window.ts';

export interface OpenOptions {
  readonly dataDir: string;
  readonly collections: CollectionSpecs;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Default the real file system. */
  readonly fs?: StoreFs;
  /** Default the kernel's; tests of one process that pretends to have crashed put their own. */
  readonly lock?: TakeLock;
  /** How many of the newest events are kept in memory; default 100,000. */
  readonly window?: number;
  /** A segment that has reached this size is followed by a new one; default 16 MiB. */
  readonly segmentBytes?: number;
  /** Records between snapshots; default 20,000. */
  readonly snapshotEveryRecords?: number;
  readonly retention?: Retention;
  /** Default those of this program. */
  readonly migrations?: readonly Migration[];
}

const DEFAULT_WINDOW = 100_000;
const DEFAULT_SEGMENT_BYTES = 16 * 1024 * 1024;
const DEFAULT_SNAPSHOT_RECORDS = 20_000;

/**
 * Takes the folder's lock, recovers what is in it and keeps it open until `close`.
 * @throws McptuiError `conflict` when another process has the folder, `unavailable` for damage or a newer format
 *   (naming file and offset), `invalid` for a record that fails its schema
 */
export async function openDatabase<S extends StoreShape>(options: OpenOptions): Promise<Database<S>> {
  const { dataDir, clock } = options;
  const fs = options.fs ?? realFs;
  await fs.makeFolder(dataDir);
  const info = await fs.info(dataDir);
  if (info === undefined) throw new McptuiError('unavailable', `${dataDir} is gone`);
  const lock = await (options.lock ?? takeKernelLock)(dataDir, info, clock);
  try {
    await fs.makeFolder(journalFolder(dataDir));
    await fs.makeFolder(snapshotFolder(dataDir));
    const window = new EventWindow(options.window ?? DEFAULT_WINDOW);
    const recovered = await recover({
      fs,
      dataDir,
      specs: options.collections,
      migrations: options.migrations ?? allMigrations,
      window: options.window ?? DEFAULT_WINDOW,
      onEvents: (events) => window.push(events),
    });
    const store = await Store.start<S>(options, fs, lock, recovered, window);
    return store;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class Store<S extends StoreShape> implements Database<S> {
  readonly dataDir: string;
  readonly #options: OpenOptions;
  readonly #fs: StoreFs;
  readonly #logger: Logger;
  readonly #lock: FolderLock;
  readonly #tables = new Map<string, Table>();
  readonly #window: EventWindow;
  readonly #traces: TraceBuffer;
  readonly #journal: Journal;
  readonly #maintenance: Maintenance;
  readonly #eventListeners = new Set<(events: readonly AuditEvent[]) => void>();
  readonly #stateListeners = new Set<(state: StoreState) => void>();
  #closing: Promise<void> | undefined;

  static async start<S extends StoreShape>(
    options: OpenOptions,
    fs: StoreFs,
    lock: FolderLock,
    recovered: Recovered,
    window: EventWindow,
  ): Promise<Store<S>> {
    const journal = await Journal.open({
      fs,
      clock: options.clock,
      logger: options.logger ?? silentLogger,
      dataDir: options.dataDir,
      segmentBytes: options.segmentBytes ?? DEFAULT_SEGMENT_BYTES,
      chain: recovered.chain,
      active: recovered.active,
    });
    const store = new Store<S>(options, fs, lock, recovered, window, journal);
    journal.connect({
      takeTraces: () => store.#traces.take(),
      loseTraces: (count) => store.#traces.lose(count),
      onDurable: (events, records) => store.#onDurable(events, records),
      onRefused: () => store.#onRefused(),
      onState: (state) => store.#onState(state),
    });
    store.#afterOpen(recovered);
    return store;
  }

  private constructor(
    options: OpenOptions,
    fs: StoreFs,
    lock: FolderLock,
    recovered: Recovered,
    window: EventWindow,
    journal: Journal,
  ) {
    this.dataDir = options.dataDir;
    this.#options = options;
    this.#fs = fs;
    this.#logger = options.logger ?? silentLogger;
    this.#lock = lock;
    this.#window = window;
    this.#journal = journal;
    for (const [name, rows] of recovered.rows) this.#tables.set(name, new Table(rows));
    this.#traces = new TraceBuffer(options.clock, () => {
      if (this.#journal.state.kind === 'ok') this.#journal.wake();
    });
    this.#maintenance = new Maintenance({
      fs,
      clock: options.clock,
      logger: this.#logger,
      dataDir: options.dataDir,
      snapshots: recovered.snapshots,
      tables: this.#tables,
      journal,
      sinceSnapshot: recovered.replayed,
      snapshotEveryRecords: options.snapshotEveryRecords ?? DEFAULT_SNAPSHOT_RECORDS,
      retention: options.retention,
      record: (draft) => this.record(draft),
    });
  }

  collection<K extends keyof S & string>(name: K): CollectionReader<S[K]> {
    const table = this.#tables.get(name);
    if (table === undefined) throw new McptuiError('not-found', `no collection ${name}`);
    return table as unknown as CollectionReader<S[K]>;
  }

  transact<T>(fn: (tx: Transaction<S>) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal();
      if (refusal !== undefined) throw refusal;
      const draft = new Draft<S>(this.#options.collections, this.#tables);
      const result = fn(draft);
      const changes = draft.finish();
      const at = this.#options.clock.now();
      const entry = {
        at,
        changes: changeTexts(changes),
        eventTexts: draft.events.map((event) => JSON.stringify(event)),
        events: draft.events.map((event) => ({ ...event, at })),
        apply: () => {
          for (const [name, rows] of changes) this.#tables.get(name)?.commit(rows);
        },
        settle: (error?: Error) => (error === undefined ? resolve(result) : reject(error)),
      };
      for (const [name, rows] of changes) this.#tables.get(name)?.stage(rows);
      this.#journal.append(entry);
    });
  }

  record(draft: EventDraft): void {
    if (this.#closing === undefined) this.#traces.push(draft);
  }

  async flush(): Promise<void> {
    while (this.#traces.waiting && this.#journal.state.kind === 'ok') {
      this.#journal.wake();
      await this.#journal.drain();
    }
    await this.#journal.drain();
    const refusal = this.#journal.refusal();
    if (this.#traces.waiting && refusal !== undefined) throw refusal;
  }

  events(query: AuditQuery): Promise<readonly AuditEvent[]> {
    return this.#maintenance.exclusive(() =>
      queryEvents(query, {
        fs: this.#fs,
        dataDir: this.dataDir,
        window: this.#window,
        newest: this.#journal.chain.events,
        active: this.#journal.active,
      }),
    );
  }

  recentEvents(limit: number): readonly AuditEvent[] {
    return this.#window.recent(limit);
  }

  onEvents(listener: (events: readonly AuditEvent[]) => void): () => void {
    this.#eventListeners.add(listener);
    return () => void this.#eventListeners.delete(listener);
  }

  state(): StoreState {
    return this.#journal.state;
  }

  onState(listener: (state: StoreState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => void this.#stateListeners.delete(listener);
  }

  head(): ChainHead {
    return this.#journal.chain;
  }

  verify(): Promise<VerifyReport> {
    return this.#maintenance.exclusive(() => {
      const active = this.#journal.active;
      return verifyFiles({
        fs: this.#fs,
        dataDir: this.dataDir,
        collections: Object.keys(this.#options.collections),
        expected: { head: this.#journal.chain, active: active === undefined ? undefined : { ...active } },
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.flush().catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'events that waited are lost');
      });
      await this.#maintenance.close();
      await this.#journal.close();
    } finally {
      this.#traces.stop();
      await this.#lock.release();
    }
  }

  #refusal(): McptuiError | undefined {
    if (this.#closing !== undefined) return new McptuiError('unavailable', 'the store is closed');
    return this.#journal.refusal();
  }

  #afterOpen(recovered: Recovered): void {
    for (const notice of recovered.notices) this.record(notice);
    const cut = recovered.pendingCut;
    if (cut === undefined) return;
    this.#journal.becomeFull('the disk is full', async () => {
      await cut();
      for (const notice of recovered.notices.splice(0)) this.record(notice);
    });
  }

  #onDurable(events: readonly AuditEvent[], records: number): void {
    this.#window.push(events);
    if (events.length > 0) this.#tell(this.#eventListeners, events);
    this.#maintenance.grew(records);
  }

  #onRefused(): void {
    for (const table of this.#tables.values()) table.unstage();
  }

  #onState(state: StoreState): void {
    this.#tell(this.#stateListeners, state);
  }

  /** A listener that throws stops no other and no commit. */
  #tell<E>(listeners: ReadonlySet<(value: E) => void>, value: E): void {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        this.#logger.error({ err: error }, 'a listener of the store failed');
      }
    }
  }
}
