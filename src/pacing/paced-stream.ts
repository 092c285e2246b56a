/** Reads a stream in turns: after a fraction of a millisecond everybody else has one, and the stream is not read ahead of its turns. */
import type { Readable } from 'node:stream';
import type { Clock } from '../kernel/clock.ts';
import type { Flow } from './pace.ts';

export interface PacedReader {
  /** Reads a little of `chunk` from byte `from` on; where to go on, its length when that was all. */
  read(chunk: Buffer, from: number): number;
  /** What has come of a message that is not complete, in bytes. */
  readonly openBytes: number;
}

export class PacedStream {
  readonly #stream: Readable;
  readonly #reader: PacedReader;
  readonly #flow: Flow;
  readonly #clock: Clock;
  /** What has arrived and has not been read; empty when only the stream has to wait. */
  #rest: Buffer | undefined;
  #isHeld = false;
  #isClosed = false;

  constructor(stream: Readable, reader: PacedReader, flow: Flow, clock: Clock) {
    this.#clock = clock;
    this.#flow = flow;
    this.#stream = stream;
    this.#reader = reader;
    stream.on('data', this.#onData);
  }

  /** Reads nothing until `release`. */
  hold(): void {
    this.#isHeld = true;
    this.#stream.pause();
  }

  release(): void {
    this.#isHeld = false;
    if (this.#rest === undefined) this.#stream.resume();
    else this.#flow.next(this.#turn);
  }

  /** Reads what is left at once: the stream has ended. */
  finish(): void {
    const rest = this.#rest ?? Buffer.alloc(0);
    this.#rest = undefined;
    for (let at = 0; at < rest.length && !this.#isClosed;) at = this.#reader.read(rest, at);
  }

  /** What comes from now on is nobody's; the stream is left to whoever opened it. */
  close(): void {
    this.#isClosed = true;
    this.#rest = undefined;
    this.#stream.off('data', this.#onData);
  }

  readonly #onData = (chunk: Buffer): void => {
    // A stream may have read another chunk before it was paused.
    if (this.#rest !== undefined) {
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
      return;
    }
    if (this.#reader.openBytes === 0) this.#flow.begin();
    this.#rest = this.#read(chunk);
  };

  readonly #turn = (): void => {
    const rest = this.#rest;
    if (rest === undefined || this.#isHeld || this.#isClosed) return;
    this.#rest = rest.length === 0 ? undefined : this.#read(rest);
    if (this.#rest === undefined && !this.#isHeld) this.#stream.resume();
  };

  /** What is left after one turn, whose next one is asked for. No piece is made for what is read at once: it is every call's way. */
  #read(chunk: Buffer): Buffer | undefined {
    const flow = this.#flow;
    const startMs = this.#clock.monotonicMs();
    const untilMs = startMs + flow.turnMs;
    let at = this.#reader.read(chunk, 0);
    let nowMs = this.#clock.monotonicMs();
    while (at < chunk.length && !this.#isClosed && !this.#isHeld && nowMs < untilMs) {
      at = this.#reader.read(chunk, at);
      nowMs = this.#clock.monotonicMs();
    }
    flow.end(nowMs - startMs, at, this.#reader.openBytes);
    if (this.#isClosed || (at === chunk.length && !flow.isPaced)) return undefined;
    this.#stream.pause();
    flow.next(this.#turn);
    return chunk.subarray(at);
  }
}
