/**
 * Makes records of entries. What waits is written together and synced once (group commit), then handed over as durable.
 * A burst that fails is refused together with what waits behind it.
 */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Entry, RecordPlace } from './entry.ts';
import { encodeBody, encodeLine, numbered, sha256 } from '../record.ts';
import { probeRoom } from '../files/room.ts';
import { SegmentWriter, type SegmentWriterOptions, type WriteFailure } from './segment-writer.ts';
import type { TraceBatch } from './traces.ts';
import { nextTurn } from '../turns.ts';
import type { AuditEvent, ChainHead, StoreState } from '../types.ts';

export interface JournalOptions extends SegmentWriterOptions {
  readonly clock: Clock;
  /** Where the chain stands. */
  readonly chain: ChainHead;
}

/** Callbacks by which the journal asks its owner and tells it. */
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

export class Journal {
  readonly #options: JournalOptions;
  readonly #writer: SegmentWriter;
  #chain: ChainHead;
  #active: { readonly path: string; readonly size: number } | undefined;
  #waiting: Entry[] = [];
  #running: Promise<void> | undefined;
  #state: StoreState = { kind: 'ok' };
  #roomTimer: Timer | undefined;
  #closed = false;
  #hooks: JournalHooks | undefined;

  private constructor(options: JournalOptions, writer: SegmentWriter) {
    this.#options = options;
    this.#writer = writer;
    this.#chain = options.chain;
    this.#active = writer.active;
  }

  static async open(options: JournalOptions): Promise<Journal> {
    return new Journal(options, await SegmentWriter.open(options));
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

  /** The file that grows, and how much of it the chain covers; always of the same moment as `chain`. */
  get active(): { readonly path: string; readonly size: number } | undefined {
    return this.#active;
  }

  /** Undefined when changes are taken. */
  refusal(): McptuiError | undefined {
    if (this.#state.kind === 'ok') return undefined;
    return new McptuiError('unavailable', `changes are refused: ${this.#state.reason}`, {
      hint:
        this.#state.kind === 'full'
          ? 'free some space; changes are accepted again by themselves'
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
    this.#closed = true;
    this.#roomTimer?.cancel();
    await this.#writer.close();
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
    const written: Entry[] = [];
    const events: AuditEvent[] = [];
    for (const entry of burst) {
      // Nothing but its events: a caller that changed nothing waits for what it has read.
      if (entry.changes.length === 0 && entry.events.length === 0) continue;
      const at = new Date(entry.at).toISOString();
      const body = encodeBody(chain, first, at, entry.changes, entry.eventTexts);
      lines.push(encodeLine(body));
      written.push(entry);
      for (const [i, event] of entry.events.entries()) events.push(numbered(event, chain.events + 1, i));
      chain = { seq: chain.seq + 1, hash: sha256(body), events: chain.events + entry.events.length };
    }
    if (lines.length > 0) {
      const failure = await this.#writer.write(lines.join(''), this.#chain, burst[0]?.at ?? 0);
      if (failure !== undefined) {
        this.#stop(failure);
        // Together with what waits behind it, which was made on top of it.
        this.#waiting = [...burst, ...this.#waiting];
        return;
      }
    }
    this.#chain = chain;
    this.#active = this.#writer.active;
    const places = placesOf(written, lines, this.#active);
    for (const entry of burst) entry.apply(places.get(entry));
    this.#hooks?.onDurable(events, lines.length);
    for (const entry of burst) entry.settle();
  }

  /** A full disk is waited for; whatever else fails ends all writing. */
  #stop({ error, reason, passing }: WriteFailure): void {
    const { fs, dataDir, logger } = this.#options;
    if (passing) this.becomeFull(reason, () => probeRoom(fs, dataDir));
    else this.#setState({ kind: 'read-only', reason });
    logger.error({ err: error, state: this.#state }, 'the journal takes no changes');
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
      if (!this.#closed) this.becomeFull(reason, retry);
      return;
    }
    if (this.#closed) return;
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

/** Where the lines are that end the file; of those entries that want to know. */
function placesOf(
  entries: readonly Entry[],
  lines: readonly string[],
  active: { readonly path: string; readonly size: number } | undefined,
): ReadonlyMap<Entry, RecordPlace> {
  const places = new Map<Entry, RecordPlace>();
  if (active === undefined || !entries.some(({ wantsPlace }) => wantsPlace === true)) return places;
  const lengths = lines.map((line) => Buffer.byteLength(line));
  let offset = lengths.reduce((left, length) => left - length, active.size);
  for (const [i, entry] of entries.entries()) {
    const length = lengths[i] ?? 0;
    if (entry.wantsPlace === true) places.set(entry, { path: active.path, offset, length });
    offset += length;
  }
  return places;
}
