/**
 * Appends records. What waits is written together and synced once (group commit), then handed over as durable.
 * After a failed write the file is cut back to what was durable before the waiting ones are refused.
 */
import type { Clock, EpochMs, Timer } from '../clock.ts';
import { errnoOf, McptuiError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { StoreFile, StoreFs } from './fs.ts';
import { encodeBody, encodeHeader, encodeLine, sha256 } from './record.ts';
import { journalFolder, segmentPath } from './segments.ts';
import { probeRoom } from './room.ts';
import type { TraceBatch, UnnumberedEvent } from './traces.ts';
import type { AuditEvent, ChainHead, StoreState } from './types.ts';

/** What becomes one record. */
export interface Entry {
  readonly at: EpochMs;
  readonly changes: readonly string[];
  readonly eventTexts: readonly string[];
  readonly events: readonly UnnumberedEvent[];
  /** Makes the changes visible. Called once durable, before `settle`. */
  apply(): void;
  /** Called last, once: without an error when durable. */
  settle(error?: Error): void;
}

export interface JournalOptions {
  readonly fs: StoreFs;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dataDir: string;
  readonly segmentBytes: number;
  /** Of the segments it begins. */
  readonly format: number;
  /** Where the chain stands, and the segment that goes on; undefined = begin a new one. */
  readonly chain: ChainHead;
  readonly active: { readonly path: string; readonly size: number } | undefined;
}

/** What the journal asks of its owner and tells it. */
export interface JournalHooks {
  /** Events that may lag, taken along with every burst. */
  takeTraces(): TraceBatch | undefined;
  /** Trace events that could not be written. */
  loseTraces(count: number): void;
  /** Records became durable and visible; before their callers hear of it. */
  onDurable(events: readonly AuditEvent[], records: number): void;
  /** Everything that waited was refused. */
  onRefused(): void;
  onState(state: StoreState): void;
}

const MAX_BURST_BYTES = 8 * 1024 * 1024;
const RETRY_ROOM_MS = 1_000;
/** What goes away by itself; anything else, EIO above all, leaves the disk in doubt. */
const PASSING: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM']);

interface OpenSegment {
  readonly path: string;
  readonly file: StoreFile;
  size: number;
}

export class Journal {
  readonly #options: JournalOptions;
  #chain: ChainHead;
  #active: OpenSegment | undefined;
  #waiting: Entry[] = [];
  #running: Promise<void> | undefined;
  #state: StoreState = { kind: 'ok' };
  #roomTimer: Timer | undefined;
  #hooks: JournalHooks | undefined;

  private constructor(options: JournalOptions, active: OpenSegment | undefined) {
    this.#options = options;
    this.#chain = options.chain;
    this.#active = active;
  }

  static async open(options: JournalOptions): Promise<Journal> {
    if (options.active === undefined) return new Journal(options, undefined);
    const file = await options.fs.open(options.active.path, 'change');
    return new Journal(options, { ...options.active, file });
  }

  /** To be called before anything is appended. */
  connect(hooks: JournalHooks): void {
    this.#hooks = hooks;
  }

  get chain(): ChainHead {
    return this.#chain;
  }

  get state(): StoreState {
    return this.#state;
  }

  /** The file that grows, and how much of it is durable. */
  get active(): { readonly path: string; readonly size: number } | undefined {
    return this.#active;
  }

  /** Undefined when changes are taken. */
  refusal(): McptuiError | undefined {
    if (this.#state.kind === 'ok') return undefined;
    return new McptuiError('unavailable', `no changes are taken: ${this.#state.reason}`, {
      hint:
        this.#state.kind === 'full'
          ? 'free some space; changes are taken again by themselves'
          : 'check the disk, then restart the engine',
    });
  }

  append(entry: Entry): void {
    this.#waiting.push(entry);
    this.wake();
  }

  /** Starts a burst when none is under way. */
  wake(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async close(): Promise<void> {
    await this.drain();
    this.#roomTimer?.cancel();
    await this.#active?.file.close();
    this.#active = undefined;
  }

  /** Stops taking changes until `retry` succeeds, tried again and again. */
  becomeFull(reason: string, retry: () => Promise<void>): void {
    this.#setState({ kind: 'full', reason });
    this.#roomTimer?.cancel();
    this.#roomTimer = this.#options.clock.after(RETRY_ROOM_MS, () => void this.#retryRoom(reason, retry), {
      unref: true,
    });
  }

  async #run(): Promise<void> {
    try {
      // A turn of the loop lets callers that were just answered queue their next change for the same burst.
      await nextTurn();
      while (this.#state.kind === 'ok') {
        const burst = this.#takeBurst();
        if (burst.length === 0) break;
        await this.#commit(burst);
        await nextTurn();
      }
      if (this.#state.kind !== 'ok') this.#refuseWaiting();
    } finally {
      this.#running = undefined;
    }
  }

  #takeBurst(): Entry[] {
    const traces = this.#hooks?.takeTraces();
    const burst = traces === undefined ? [] : [this.#traceEntry(traces)];
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && bytes < MAX_BURST_BYTES) {
      const entry = this.#waiting[count++];
      if (entry === undefined) break;
      bytes += sizeOf(entry);
      burst.push(entry);
    }
    this.#waiting = this.#waiting.slice(count);
    return burst;
  }

  #traceEntry(traces: TraceBatch): Entry {
    return {
      at: this.#options.clock.now(),
      changes: [],
      eventTexts: traces.texts,
      events: traces.events,
      apply() {},
      settle: (error) => {
        if (error !== undefined) this.#hooks?.loseTraces(traces.count);
      },
    };
  }

  async #commit(burst: readonly Entry[]): Promise<void> {
    const first = this.#chain.seq + 1;
    let chain = this.#chain;
    const lines: string[] = [];
    const events: AuditEvent[] = [];
    for (const entry of burst) {
      // Nothing but its events: a caller that changed nothing waits for what it has read.
      if (entry.changes.length === 0 && entry.events.length === 0) continue;
      const at = new Date(entry.at).toISOString();
      const body = encodeBody(chain, first, at, entry.changes, entry.eventTexts);
      lines.push(encodeLine(body));
      for (const [i, event] of entry.events.entries()) events.push({ ...event, n: chain.events + 1 + i });
      chain = { seq: chain.seq + 1, hash: sha256(body), events: chain.events + entry.events.length };
    }
    if (lines.length > 0) {
      try {
        await this.#write(lines.join(''), burst[0]?.at ?? 0);
      } catch (error) {
        for (const entry of burst) entry.settle(this.refusal() ?? asError(error));
        return;
      }
    }
    this.#chain = chain;
    for (const entry of burst) entry.apply();
    this.#hooks?.onDurable(events, lines.length);
    for (const entry of burst) entry.settle();
  }

  async #write(text: string, at: EpochMs): Promise<void> {
    if (this.#active === undefined || this.#active.size >= this.#options.segmentBytes) return this.#begin(text, at);
    const { file, size } = this.#active;
    const bytes = Buffer.from(text);
    let written = false;
    try {
      await file.write(bytes, size);
      written = true;
      await file.datasync();
    } catch (error) {
      await this.#takeBack(error, written, async () => {
        await file.truncate(size);
        await file.datasync();
      });
      throw error;
    }
    this.#active.size += bytes.length;
  }

  /** The burst becomes the start of a new segment; the old one stays as it is. */
  async #begin(text: string, at: EpochMs): Promise<void> {
    const { fs, dataDir, format } = this.#options;
    const path = segmentPath(dataDir, this.#chain.seq + 1);
    const bytes = Buffer.from(encodeHeader(format, this.#chain, new Date(at).toISOString()) + text);
    let file: StoreFile | undefined;
    let written = false;
    try {
      file = await fs.open(path, 'create');
      await file.write(bytes, 0);
      written = true;
      await file.datasync();
      await fs.syncFolder(journalFolder(dataDir));
    } catch (error) {
      await this.#takeBack(error, written, async () => {
        if (file === undefined) return;
        await file.close();
        await fs.unlink(path);
        await fs.syncFolder(journalFolder(dataDir));
      });
      throw error;
    }
    await this.#active?.file.close();
    this.#active = { path, file, size: bytes.length };
  }

  /**
   * Makes the disk forget a burst that failed, before anybody is told so. A full disk is waited for; whatever else
   * fails ends all writing.
   */
  async #takeBack(error: unknown, written: boolean, undo: () => Promise<void>): Promise<void> {
    const errno = errnoOf(error);
    const passing = errno !== undefined && PASSING.has(errno);
    const full = errno === 'ENOSPC' || errno === 'EDQUOT';
    const what = `the journal could not be ${written ? 'synced' : 'written'}: ${messageOf(error)}`;
    const reason = full ? 'the disk is full' : what;
    // From here on nothing new is queued behind the burst that failed.
    this.#setState(passing ? { kind: 'full', reason } : { kind: 'read-only', reason });
    try {
      await undo();
      if (passing) this.becomeFull(reason, () => probeRoom(this.#options.fs, this.#options.dataDir));
    } catch (undoError) {
      const doubt = `${reason}; taking it back failed too (${messageOf(undoError)}), so the last changes may be there after a restart`;
      this.#setState({ kind: 'read-only', reason: doubt });
    }
    this.#options.logger.error({ err: error, state: this.#state }, 'the journal takes no changes');
  }

  #refuseWaiting(): void {
    const refused = this.#waiting;
    this.#waiting = [];
    const traces = this.#hooks?.takeTraces();
    if (traces !== undefined) this.#hooks?.loseTraces(traces.count);
    this.#hooks?.onRefused();
    for (const entry of refused) entry.settle(this.refusal());
  }

  async #retryRoom(reason: string, retry: () => Promise<void>): Promise<void> {
    try {
      await retry();
    } catch (error) {
      this.#options.logger.debug({ err: error }, 'still no room');
      if (this.#state.kind === 'full') this.becomeFull(reason, retry);
      return;
    }
    this.#setState({ kind: 'ok' });
    this.wake();
  }

  #setState(state: StoreState): void {
    const before = this.#state;
    this.#state = state;
    if (before.kind !== state.kind || ('reason' in before && 'reason' in state && before.reason !== state.reason)) {
      this.#hooks?.onState(state);
    }
  }
}

function sizeOf(entry: Entry): number {
  let bytes = 0;
  for (const text of entry.changes) bytes += text.length;
  for (const text of entry.eventTexts) bytes += text.length;
  return bytes;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
