/**
 * Shares one thread between what somebody waits for and what nobody does. A server that floods, prints noise or sends a line
 * without end is read as fast as it comes for a moment; from then on, while others are at work, it gets short turns with long
 * pauses between them. When nobody else is at work it is read as fast as it comes again.
 */
import { nextTurn, type Clock, type Timer } from './clock.ts';

/** Reading what nobody waits for may take so long at once, in milliseconds, and this share of the time for as long as it likes. */
const BURST_MS = 2;
const FREE_SHARE = 0.01;
/** All who have used that up have this share of the time together. */
const PACED_SHARE = 0.02;
/** Timers are no finer; and one turn that took long, whatever the reason, must not stop a stream for seconds. */
const MIN_PAUSE_MS = 1;
const MAX_PAUSE_MS = 50;
/** A turn: of anybody, and of who is paced. */
const TURN_MS = 0.25;
const PACED_TURN_MS = 0.1;
/** Others count as at work for so long after something of theirs was read. */
const AT_WORK_MS = 250;
/** Of one message so much is everybody's right; what is more costs this much time a byte, which the kernel takes and nobody sees. */
const FREE_MESSAGE_BYTES = 1024 * 1024;
const MS_A_BYTE = 1e-6;

export class Pacer {
  readonly clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #timer: Timer | undefined;
  #readyAtMs = -Infinity;
  /** Things that somebody waits for, of all streams so far. */
  wanted = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** For one stream. */
  flow(): Flow {
    return new Flow(this);
  }

  /** One who is paced has had a turn of `ms`. */
  spent(ms: number): void {
    this.#readyAtMs = this.clock.monotonicMs() + ms / PACED_SHARE;
  }

  /** Runs `turn` when those who are paced may go on and it is first among them. */
  queue(turn: () => void): void {
    this.#waiting.push(turn);
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const pauseMs = Math.min(Math.max(this.#readyAtMs - this.clock.monotonicMs(), MIN_PAUSE_MS), MAX_PAUSE_MS);
    this.#timer = this.clock.after(pauseMs, () => {
      this.#timer = undefined;
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#arm();
    });
  }
}

/** The reading of one stream, turn by turn. */
export class Flow {
  readonly #pacer: Pacer;
  /** Of this turn. */
  #wanted = 0;
  #unwanted = 0;
  /** So much may still be spent on what nobody waits for, as of `#atMs`; below 0 = it is over its share. */
  #roomMs = BURST_MS;
  #atMs: number;
  #ownWanted = 0;
  #othersWanted = 0;
  #othersAtMs = -Infinity;

  constructor(pacer: Pacer) {
    this.#pacer = pacer;
    this.#atMs = pacer.clock.monotonicMs();
  }

  /** A message begins: only what others do from now on is beside it. */
  begin(): void {
    this.#othersWanted = this.#pacer.wanted - this.#ownWanted;
  }

  /** Something was read that somebody waits for: a request, an answer. */
  wanted(): void {
    this.#wanted += 1;
  }

  /** Something was read that nobody has asked for, or too much of it. */
  unwanted(): void {
    this.#unwanted += 1;
  }

  get isPaced(): boolean {
    return this.#roomMs < 0 && this.#pacer.clock.monotonicMs() - this.#othersAtMs < AT_WORK_MS;
  }

  /** How long the next turn may take. */
  get turnMs(): number {
    return this.isPaced ? PACED_TURN_MS : TURN_MS;
  }

  /** A turn has taken `ms` and `bytes` of a message of which `openBytes` have come so far. */
  end(ms: number, bytes: number, openBytes: number): void {
    const { 0: wanted, 1: unwanted } = [this.#wanted, this.#unwanted] as const;
    this.#wanted = 0;
    this.#unwanted = 0;
    this.#ownWanted += wanted;
    this.#pacer.wanted += wanted;
    const share = unwanted === 0 ? 0 : unwanted / (wanted + unwanted);
    const spentMs = ms * share + (openBytes > FREE_MESSAGE_BYTES ? bytes * MS_A_BYTE : 0);
    if (spentMs > 0) this.#spend(spentMs);
  }

  /** Does what nobody waits for with each of `items`, turn by turn; the first turn is now. */
  each<T>(items: Iterator<T>, work: (item: T) => void, done?: () => void): void {
    const { clock } = this.#pacer;
    const startMs = clock.monotonicMs();
    const untilMs = startMs + this.turnMs;
    for (let next = items.next(); next.done !== true; next = items.next()) {
      work(next.value);
      const nowMs = clock.monotonicMs();
      if (nowMs < untilMs) continue;
      this.unwanted();
      this.end(nowMs - startMs, 0, 0);
      return this.next(() => this.each(items, work, done));
    }
    done?.();
  }

  /** Runs `turn` when this stream may go on. */
  next(turn: () => void): void {
    if (this.isPaced) this.#pacer.queue(turn);
    else nextTurn(turn);
  }

  #spend(ms: number): void {
    const nowMs = this.#pacer.clock.monotonicMs();
    const room = Math.min(BURST_MS, this.#roomMs + (nowMs - this.#atMs) * FREE_SHARE);
    this.#roomMs = Math.max(-BURST_MS, room - ms);
    this.#atMs = nowMs;
    const others = this.#pacer.wanted - this.#ownWanted;
    if (others !== this.#othersWanted) this.#othersAtMs = nowMs;
    this.#othersWanted = others;
    if (this.isPaced) this.#pacer.spent(ms);
  }
}
