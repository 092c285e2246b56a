/** Holds an open data folder: readers, transactions, lagging events, listeners. */
import type { Clock } from '../kernel/clock.ts';
import { McptuiError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Logger } from '../kernel/log.ts';
import { unawaited } from '../kernel/unawaited.ts';
import { backfill } from './journal/backfill.ts';
import { Draft } from './draft.ts';
import type { StoreFs } from './files/fs.ts';
import { changeEntry, eventEntry } from './journal/entry.ts';
import type { Journal } from './journal/journal.ts';
import type { FolderLock } from './files/lock.ts';
import { Maintenance } from './maintenance.ts';
import { queryEvents, type EventSources } from './journal/query.ts';
import type { Recovered } from './recovery.ts';
import type { CollectionSpecs } from './journal/replay.ts';
import type { Retention } from './journal/retention.ts';
import { Table } from './table.ts';
import { TraceBuffer } from './journal/traces.ts';
import type {
  AuditEvent,
  AuditQuery,
  ChainHead,
  CollectionReader,
  Database,
  EventDraft,
  Excerpt,
  StoreShape,
  StoreState,
  Transaction,
  VerifyReport,
} from './types.ts';
import { forgetUnwritten, UnwrittenNote } from './journal/unwritten.ts';
import type { EventWindow } from './journal/window.ts';

/** Parts that `openDatabase` puts together. */
export interface StoreParts {
  readonly dataDir: string;
  readonly specs: CollectionSpecs;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fs: StoreFs;
  readonly format: number;
  readonly lock: FolderLock;
  readonly journal: Journal;
  /** Filled with the newest events. */
  readonly window: EventWindow;
  readonly recovered: Recovered;
  /** Tells of events that an earlier store has lost. */
  readonly unwritten: EventDraft | undefined;
  readonly snapshotEveryRecords: number;
  readonly retention: Retention;
}

export class Store<S extends StoreShape> implements Database<S> {
  readonly dataDir: string;
  readonly #parts: StoreParts;
  readonly #journal: Journal;
  readonly #window: EventWindow;
  readonly #tables = new Map<string, Table>();
  readonly #traces: TraceBuffer;
  readonly #maintenance: Maintenance;
  readonly #eventListeners = new Set<(events: readonly AuditEvent[]) => void>();
  readonly #stateListeners = new Set<(state: StoreState) => void>();
  #closing: Promise<void> | undefined;
  /** Why snapshots fail. */
  #trouble: string | undefined;
  readonly #note: UnwrittenNote;

  constructor(parts: StoreParts) {
    const { journal, recovered } = parts;
    this.dataDir = parts.dataDir;
    this.#parts = parts;
    this.#journal = journal;
    this.#window = parts.window;
    for (const [name, rows] of recovered.rows) this.#tables.set(name, new Table(rows));
    this.#traces = new TraceBuffer(parts.clock, () => {
      if (journal.state.kind === 'ok') journal.wake();
    });
    this.#note = new UnwrittenNote(parts.fs, parts.dataDir, parts.clock, () => this.#traces.unwritten);
    this.#maintenance = new Maintenance({
      ...parts,
      snapshots: recovered.snapshots,
      bodies: recovered.bodies,
      tables: this.#tables,
      sinceSnapshot: recovered.replayed,
      kept: recovered.kept,
      commit: (draft) => this.#commit(draft),
      onTrouble: (reason) => {
        this.#trouble = reason;
        this.#tell(this.#stateListeners, this.state());
      },
    });
    journal.connect({
      takeTraces: () => this.#traces.take(),
      loseTraces: (count) => this.#traces.lose(count),
      onDurable: (events, records) => this.#onDurable(events, records),
      onRefused: () => this.#onRefused(),
      onState: () => {
        this.#tell(this.#stateListeners, this.state());
        if (journal.state.kind === 'read-only') this.#note.begin(journal.state.reason);
      },
    });
    this.#report(recovered, parts.unwritten);
    unawaited(this.#backfill());
  }

  collection<K extends keyof S & string>(name: K): CollectionReader<S[K]> {
    const table = this.#tables.get(name);
    if (table === undefined) throw new McptuiError('not-found', `no collection ${name}`);
    return table as unknown as CollectionReader<S[K]>;
  }

  async body(name: keyof S & string, id: string): Promise<Json | undefined> {
    const bodies = this.#parts.recovered.bodies.get(name);
    if (bodies === undefined) throw new McptuiError('not-found', `collection ${name} has no bodies`);
    return bodies.read(id);
  }

  transact<T>(fn: (tx: Transaction<S>) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal();
      if (refusal !== undefined) throw refusal;
      const draft = new Draft<S>(this.#parts.specs, this.#tables);
      const result = fn(draft);
      const changes = draft.finish();
      const settle = (error?: Error): void => (error === undefined ? resolve(result) : reject(error));
      const { format, recovered } = this.#parts;
      const place = { format, bodies: recovered.bodies, tables: this.#tables };
      const entry = changeEntry({ draft, changes, at: this.#parts.clock.now(), settle, ...place });
      for (const [name, rows] of changes) this.#tables.get(name)?.stage(rows);
      this.#journal.append(entry);
    });
  }

  record(draft: EventDraft): void {
    if (this.#closing === undefined) this.#traces.push(draft);
  }

  async flush(): Promise<void> {
    const { pushed, lost } = this.#traces.progress;
    while (this.#traces.progress.taken < pushed) {
      const refusal = this.#journal.refusal();
      if (refusal !== undefined) throw refusal;
      this.#journal.wake();
      await this.#journal.drain();
    }
    await this.#journal.drain();
    const refusal = this.#journal.refusal();
    if (refusal !== undefined && this.#traces.progress.lost > lost) throw refusal;
  }

  events(query: AuditQuery): Promise<readonly AuditEvent[]> {
    return queryEvents(query, this.#sources());
  }

  recentEvents(limit: number): readonly AuditEvent[] {
    return this.#window.recent(limit);
  }

  onEvents(listener: (events: readonly AuditEvent[]) => void): () => void {
    this.#eventListeners.add(listener);
    return () => void this.#eventListeners.delete(listener);
  }

  state(): StoreState {
    const { state } = this.#journal;
    if (state.kind !== 'ok' || this.#trouble === undefined) return state;
    return { kind: 'degraded', reason: this.#trouble };
  }

  lostEvents(): number {
    const { progress, waitingEvents } = this.#traces;
    // What waits for a journal that takes nothing any more is as good as lost.
    return progress.lost + (this.#journal.state.kind === 'read-only' ? waitingEvents : 0);
  }

  onState(listener: (state: StoreState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => void this.#stateListeners.delete(listener);
  }

  head(): ChainHead {
    return this.#journal.chain;
  }

  verify(...asked: Parameters<Database<S>['verify']>): Promise<VerifyReport> {
    return this.#maintenance.verify(...asked);
  }

  async excerpt(from: number, to: number): Promise<Excerpt> {
    await this.flush();
    return this.#maintenance.excerpt(from, to);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { logger, lock } = this.#parts;
    const flush = (): Promise<void> =>
      this.flush().catch((error: unknown) => logger.warn({ err: error }, 'events that waited are lost'));
    try {
      await flush();
      await this.#maintenance.close();
      await flush();
      await this.#journal.close();
      await this.#note.end();
    } finally {
      this.#traces.stop();
      await lock.release();
    }
  }

  #refusal(): McptuiError | undefined {
    if (this.#closing !== undefined) return new McptuiError('unavailable', 'the store is closed');
    return this.#journal.refusal();
  }

  #sources(): EventSources {
    const { fs, format } = this.#parts;
    return {
      fs,
      dataDir: this.dataDir,
      format,
      window: this.#window,
      newest: this.#journal.chain.events,
      active: this.#journal.active,
      kept: () => this.#maintenance.kept,
      exclusive: (work) => this.#maintenance.exclusive(work),
    };
  }

  async #backfill(): Promise<void> {
    try {
      await this.#maintenance.exclusive(() => backfill(this.#sources(), () => this.#closing !== undefined));
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'older events are not kept in memory');
    }
  }

  #report({ notices, pendingCut }: Recovered, unwritten: EventDraft | undefined): void {
    for (const notice of notices) this.record(notice);
    if (unwritten !== undefined) unawaited(this.#tellUnwritten(unwritten));
    if (pendingCut === undefined) return;
    this.#journal.becomeFull('the disk is full', async () => {
      await pendingCut();
      for (const notice of notices) this.record(notice);
    });
  }

  /** The note stays until its event is durable. */
  async #tellUnwritten(event: EventDraft): Promise<void> {
    try {
      await this.#commit(event);
      await forgetUnwritten(this.#parts.fs, this.dataDir);
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'what an earlier engine has lost is told at the next start');
    }
  }

  /** An event that is waited for; also while the store closes. */
  #commit(draft: EventDraft): Promise<void> {
    return new Promise((resolve, reject) => {
      const refusal = this.#journal.refusal();
      if (refusal !== undefined) throw refusal;
      const settle = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      this.#journal.append(eventEntry(draft, this.#parts.clock.now(), settle));
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

  /** A listener that throws stops no other and no commit. */
  #tell<E>(listeners: ReadonlySet<(value: E) => void>, value: E): void {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        this.#parts.logger.error({ err: error }, 'a listener of the store failed');
      }
    }
  }
}
