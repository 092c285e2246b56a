/**
 * Shares one thread between sessions, and between what somebody waits for and what nobody does. A stream that takes more than
 * its share while others are at work gets short turns with pauses between them; when nobody else is at work it is read as
 * fast as it comes. How long the pauses are is a matter of the lane that it waits in.
 */
import { nextTurn, type Clock, type Timer } from '../kernel/clock.ts';

/** A turn of who need not wait, in milliseconds. */
const TURN_MS = 0.25;
/** Others count as at work for so long after something of theirs was read. */
const AT_WORK_MS = 250;
/** Timers are no finer; and one turn that took long, whatever the reason, must not stop a stream for seconds. */
const MIN_PAUSE_MS = 1;
const MAX_PAUSE_MS = 50;
/** Of one message so much is everybody's right; what is more costs this much time a byte, which the kernel takes and nobody sees. */
const FREE_MESSAGE_BYTES = 1024 * 1024;
const MS_A_BYTE = 1e-6;

interface LanePolicy {
  /** All who wait in the lane have this share of the time together. */
  readonly share: number;
  readonly turnMs: number;
}

/** What nobody waits for: notifications, noise, stderr. */
const UNASKED: LanePolicy = { share: 0.02, turnMs: 0.1 };
/** The same where an answer comes behind it: it makes progress, whatever others do. */
const AWAITED: LanePolicy = { share: 0.2, turnMs: 0.1 };
/** Requests of a session that keeps the thread busy while other sessions have little to do. */
const BUSY: LanePolicy = { share: 0.08, turnMs: 0.1 };

/** What a stream may spend at once, and this share of the time for as long as it likes, before it waits in a lane. */
const UNASKED_BURST_MS = 2;
const UNASKED_FREE_SHARE = 0.01;
const BUSY_BURST_MS = 2;
const BUSY_FREE_SHARE = 0.05;

/** Turns of those who must wait, one after the other, with pauses that keep them to their share. */
class Lane {
  readonly policy: LanePolicy;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #timer: Timer | undefined;
  #readyAtMs = -Infinity;

  constructor(clock: Clock, policy: LanePolicy) {
    this.#clock = clock;
    this.policy = policy;
  }

  /** One who waits here has had a turn of `ms`. */
  spent(ms: number): void {
    this.#readyAtMs = this.#clock.monotonicMs() + ms / this.policy.share - ms;
  }

  /** Runs `turn` when the lane may go on and it is first in it. */
  queue(turn: () => void): void {
    this.#waiting.push(turn);
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const pauseMs = Math.min(Math.max(this.#readyAtMs - this.#clock.monotonicMs(), MIN_PAUSE_MS), MAX_PAUSE_MS);
    this.#timer = this.#clock.after(pauseMs, () => {
      this.#timer = undefined;
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#arm();
    });
  }
}

/** So much may be spent at once, and a share of the time for as long as one likes; below 0 = over it. */
class Allowance {
  readonly #burstMs: number;
  readonly #share: number;
  #roomMs: number;
  #atMs: number;

  constructor(burstMs: number, share: number, nowMs: number) {
    this.#burstMs = burstMs;
    this.#share = share;
    this.#roomMs = burstMs;
    this.#atMs = nowMs;
  }

  get isSpent(): boolean {
    return this.#roomMs < 0;
  }

  spend(ms: number, nowMs: number): void {
    const room = Math.min(this.#burstMs, this.#roomMs + (nowMs - this.#atMs) * this.#share);
    this.#roomMs = Math.max(-this.#burstMs, room - ms);
    this.#atMs = nowMs;
  }
}

export interface FlowOptions {
  /** The session whose requests are read; absent for what serves several. */
  readonly party?: object;
  /** Whether the session has many requests at once: one that waits for each answer cannot keep the thread busy. Default true. */
  readonly hasMany?: () => boolean;
  /** Whether an answer is to come on this stream, or behind it. */
  readonly isAwaited?: () => boolean;
}

export class Pacer {
  readonly clock: Clock;
  readonly unasked: Lane;
  readonly awaited: Lane;
  readonly busy: Lane;
  /** Things that somebody waits for, of all streams so far. */
  wanted = 0;
  /** Who was at work last, and when somebody else was. */
  #party: object | undefined;
  #partyAtMs = -Infinity;
  #otherAtMs = -Infinity;

  constructor(clock: Clock) {
    this.clock = clock;
    this.unasked = new Lane(clock, UNASKED);
    this.awaited = new Lane(clock, AWAITED);
    this.busy = new Lane(clock, BUSY);
  }

  /** For one stream. */
  flow(options: FlowOptions = {}): Flow {
    return new Flow(this, options);
  }

  /** A request of this session has been read. */
  atWork(party: object, nowMs: number): void {
    if (party !== this.#party) this.#otherAtMs = this.#partyAtMs;
    this.#party = party;
    this.#partyAtMs = nowMs;
  }

  /** When a session other than this one was at work last. */
  othersAtMs(party: object): number {
    return party === this.#party ? this.#otherAtMs : this.#partyAtMs;
  }
}

/** The reading of one stream, turn by turn. */
export class Flow {
  readonly #pacer: Pacer;
  readonly #party: object | undefined;
  readonly #hasMany: () => boolean;
  /** It was held up for being many: that there are few now is the consequence. */
  #hadManyAtMs = -Infinity;
  readonly #isAwaited: () => boolean;
  /** Of this turn. */
  #wanted = 0;
  #unwanted = 0;
  readonly #unasked: Allowance;
  readonly #busy: Allowance;
  #ownWanted = 0;
  #othersWanted = 0;
  #othersAtMs = -Infinity;

  constructor(pacer: Pacer, { party, hasMany = () => true, isAwaited = () => false }: FlowOptions) {
    this.#pacer = pacer;
    this.#party = party;
    this.#hasMany = hasMany;
    this.#isAwaited = isAwaited;
    const nowMs = pacer.clock.monotonicMs();
    this.#unasked = new Allowance(UNASKED_BURST_MS, UNASKED_FREE_SHARE, nowMs);
    this.#busy = new Allowance(BUSY_BURST_MS, BUSY_FREE_SHARE, nowMs);
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

  /** Whether it must wait for its turns. */
  get isPaced(): boolean {
    return this.#lane() !== undefined;
  }

  /** How long the next turn may take. */
  get turnMs(): number {
    return this.#lane()?.policy.turnMs ?? TURN_MS;
  }

  /** A turn has taken `ms` and `bytes` of a message of which `openBytes` have come so far. */
  end(ms: number, bytes: number, openBytes: number): void {
    const { 0: wanted, 1: unwanted } = [this.#wanted, this.#unwanted] as const;
    this.#wanted = 0;
    this.#unwanted = 0;
    this.#ownWanted += wanted;
    this.#pacer.wanted += wanted;
    const share = unwanted === 0 ? 0 : unwanted / (wanted + unwanted);
    const unaskedMs = ms * share + (openBytes > FREE_MESSAGE_BYTES ? bytes * MS_A_BYTE : 0);
    const nowMs = this.#pacer.clock.monotonicMs();
    if (unaskedMs > 0) {
      this.#unasked.spend(unaskedMs, nowMs);
      const others = this.#pacer.wanted - this.#ownWanted;
      if (others !== this.#othersWanted) this.#othersAtMs = nowMs;
      this.#othersWanted = others;
    }
    if (this.#party !== undefined && wanted > 0) {
      this.#pacer.atWork(this.#party, nowMs);
      if (this.#hasMany()) this.#hadManyAtMs = nowMs;
      this.#busy.spend(ms * (1 - share), nowMs);
    }
    this.#lane()?.spent(ms);
  }

  /** Does what somebody waits for and no stream brought: a request over HTTP is a turn of its own. */
  turn<T>(work: () => T): T {
    const { clock } = this.#pacer;
    const startMs = clock.monotonicMs();
    this.wanted();
    try {
      return work();
    } finally {
      this.end(clock.monotonicMs() - startMs, 0, 0);
    }
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
    const lane = this.#lane();
    if (lane === undefined) nextTurn(turn);
    else lane.queue(turn);
  }

  #lane(): Lane | undefined {
    const isOver = this.#unasked.isSpent;
    if (!isOver && !this.#busy.isSpent) return undefined;
    const nowMs = this.#pacer.clock.monotonicMs();
    if (isOver && nowMs - this.#othersAtMs < AT_WORK_MS) {
      return this.#isAwaited() ? this.#pacer.awaited : this.#pacer.unasked;
    }
    const isBusy = this.#party !== undefined && this.#busy.isSpent && nowMs - this.#hadManyAtMs < AT_WORK_MS;
    if (isBusy && nowMs - this.#pacer.othersAtMs(this.#party) < AT_WORK_MS) return this.#pacer.busy;
    return undefined;
  }
}
