/**
 * Describes what the rest of the program sees of the store. Records are plain JSON; the store invents no ids and knows
 * no nouns.
 */
import type { EpochMs } from '../kernel/clock.ts';
import type { Json, JsonObject } from '../kernel/json.ts';

/** A record and the number of writes it has seen, from 1. */
export type Versioned<T> = Readonly<T> & { readonly version: number };

declare const BODY: unique symbol;

/** A record whose field `F` is its body: it is written with the record and read by `Database.body` alone. */
export type WithBody<T, F extends keyof T> = T & { readonly [BODY]?: F };

/** A record as it is read: without its body, if it has one. */
export type Kept<T> = typeof BODY extends keyof T ? Bodiless<T, Exclude<T[typeof BODY], undefined>> : T;

type Bodiless<T, F> = Omit<T, (F & keyof T) | typeof BODY> & Partial<Pick<T, F & keyof T>>;

export type Outcome = 'ok' | 'error' | 'denied' | 'info';

/** Who did what to which thing, as handed to the store. */
export interface EventDraft {
  /** Snake case, such as `tool_call_trace`, `session_bind`, `instance_attempt`, `probe_transition`, `server_create`. */
  readonly kind: string;
  /** `operator:ann`, `engine`, `agent:claude-code`. */
  readonly actor: string;
  /** What it was done to, `server/fs`, `instance/fs-1`, `fs/read_file`. */
  readonly target?: string;
  readonly outcome: Outcome;
  readonly durationMs?: number;
  /** One sentence for people. Never holds a secret's value. */
  readonly message?: string;
  /** The session it belongs to, if any. */
  readonly session?: string;
  /**
   * Number of the event that led to this one. Negative, in a transaction: counted back from this event among those of the
   * same transaction (-1 = the one before it), since their numbers are not known yet; read back, it is the number.
   */
  readonly cause?: number;
  readonly detail?: JsonObject;
}

/** An event as kept: numbered from 1 without gaps, in the order of the journal. */
export interface AuditEvent extends EventDraft {
  readonly n: number;
  readonly at: EpochMs;
}

/** One kind of record inside a transaction; see `Collection` for the errors. */
export interface CollectionWriter<T extends { readonly id: string }> {
  get(id: string): Versioned<Kept<T>>;
  find(id: string): Versioned<Kept<T>> | undefined;
  all(): readonly Versioned<Kept<T>>[];
  insert(record: T): Versioned<Kept<T>>;
  replace(next: Versioned<T>): Versioned<Kept<T>>;
  delete(id: string): void;
}

export interface CollectionReader<T extends { readonly id: string }> {
  find(id: string): Versioned<Kept<T>> | undefined;
  /** In order of insertion; the array and its rows are frozen, the same array until the next write. */
  all(): readonly Versioned<Kept<T>>[];
}

/** Collection name → record type. */
export type StoreShape = { readonly [name: string]: { readonly id: string } };

export interface Transaction<S extends StoreShape> {
  collection<K extends keyof S & string>(name: K): CollectionWriter<S[K]>;
  /** Adds an audit event to this transaction's one journal record. @throws Error for a negative `cause` before its first */
  event(draft: EventDraft): void;
}

export type StoreState =
  | { readonly kind: 'ok' }
  /** Changes are refused; comes back by itself when there is room. */
  | { readonly kind: 'full'; readonly reason: string }
  /** Changes are taken, but snapshots fail: the journal grows until they do not. */
  | { readonly kind: 'degraded'; readonly reason: string }
  /** An fsync failed: nothing more is written until the engine is restarted. */
  | { readonly kind: 'read-only'; readonly reason: string };

export interface AuditQuery {
  /** Events with a smaller number; undefined = from the newest. */
  readonly before?: number;
  /** Events with a larger number. */
  readonly after?: number;
  /** 1 to 5,000; default 200. */
  readonly limit?: number;
  readonly kind?: string;
  readonly session?: string;
  /** As it is, not a part of it. */
  readonly target?: string;
  /** Substring of kind, actor, target, outcome or message, case-insensitive. */
  readonly text?: string;
}

export interface ChainHead {
  /** Sequence number of the newest journal record; 0 when there is none. */
  readonly seq: number;
  /** SHA-256 of its body, 64 hex digits; 64 zeros when there is none. */
  readonly hash: string;
  /** Number of the newest event. */
  readonly events: number;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly records: number;
  readonly events: number;
  readonly head: ChainHead;
  /** What is wrong and where: file, byte offset, reason. Empty when ok. */
  readonly problems: readonly {
    readonly file: string;
    readonly offset: number;
    readonly reason: string;
    /** What to do about it, where it is not a repair. */
    readonly hint?: string;
  }[];
  /** Runs of events dropped by retention. */
  readonly dropped: readonly { readonly firstSeq: number; readonly lastSeq: number }[];
  /** Signed decisions among the events, each of them checked; absent where nobody looked. */
  readonly signatures?: number;
  /** Bytes of a write that was never done, which the next start cuts off and keeps beside. */
  readonly unfinished?: { readonly file: string; readonly offset: number; readonly bytes: number };
}

/** A part of the journal: bodies of records, and the chain before and with them. */
export interface Excerpt {
  readonly start: ChainHead;
  readonly head: ChainHead;
  readonly records: readonly { readonly body: string; readonly hash: string }[];
}

/** One row as it is after the transaction, or its removal. */
export type Change =
  | { readonly in: string; readonly put: JsonObject & { readonly id: string; readonly version: number } }
  | { readonly in: string; readonly del: string };

/** What is wrong with a record, and the next step. */
export interface Finding {
  readonly reason: string;
  readonly hint?: string;
}

/** Looks at the records of a journal in their order, for somebody who knows what they mean. */
export interface Inspector {
  /** Decisions of files that retention has dropped, oldest first; before all records. */
  kept(events: readonly AuditEvent[]): void;
  /** `chain` is the head with it. */
  record(
    record: { readonly events: readonly AuditEvent[]; readonly changes: readonly Change[] },
    chain: ChainHead,
  ): readonly Finding[];
}

export interface Database<S extends StoreShape> {
  readonly dataDir: string;
  collection<K extends keyof S & string>(name: K): CollectionReader<S[K]>;
  /**
   * The body of a durable row, in a collection that names one of its fields so: read from the disk, frozen; undefined when
   * there is no such row.
   * @throws McptuiError `not-found` for a collection without bodies, `unavailable` when it is damaged or lost
   */
  body(name: keyof S & string, id: string): Promise<Json | undefined>;
  /**
   * The only way to write. `fn` runs at once and synchronously on a draft; its changes and events become one journal
   * record, seen by readers and acknowledged (the promise) once durable. A throw inside `fn` changes nothing.
   * @throws McptuiError `unavailable` when the disk is full or the store read-only; whatever `fn` throws
   */
  transact<T>(fn: (tx: Transaction<S>) => T): Promise<T>;
  /** An event that may lag by up to a second (call traces). Never throws; what must be dropped is counted in the log itself. */
  record(draft: EventDraft): void;
  /** Resolves when all that was recorded so far is durable. @throws McptuiError `unavailable` when that cannot be */
  flush(): Promise<void>;
  /** Newest first unless `after` is given, then oldest first. Reads the window in memory, older segments from disk. */
  events(query: AuditQuery): Promise<readonly AuditEvent[]>;
  /** The newest events kept in memory, oldest first; at most `limit`. */
  recentEvents(limit: number): readonly AuditEvent[];
  /** Called after events became durable, in order. Returns the unsubscriber. */
  onEvents(listener: (events: readonly AuditEvent[]) => void): () => void;
  state(): StoreState;
  /** Events that could not be kept since it was opened. */
  lostEvents(): number;
  onState(listener: (state: StoreState) => void): () => void;
  head(): ChainHead;
  /** `kept`: a head of an earlier day, which must be in the chain still. */
  verify(kept?: Pick<ChainHead, 'seq' | 'hash'>, inspector?: Inspector): Promise<VerifyReport>;
  /** The records that hold the events `from` to `to`, as they are written. @throws McptuiError `invalid`, `not-found` */
  excerpt(from: number, to: number): Promise<Excerpt>;
  /** Flushes, snapshots, frees the lock. Idempotent. */
  close(): Promise<void>;
}
