/**
 * Reads a stream's lines in turns: after a quarter of a millisecond everybody else has a turn. What one peer floods with costs the
 * others a fraction of a millisecond then, and the stream is not read ahead of its turns.
 */
import type { Readable } from 'node:stream';
import { nextTurn, type Clock } from '../clock.ts';
import type { LineReader } from './framing.ts';

/** How long a turn takes, and after how many lines the clock is looked at. */
const TURN_MS = 0.25;
const LINES_A_LOOK = 8;

export class Turns {
  readonly #stream: Readable;
  readonly #reader: LineReader;
  readonly #clock: Clock;
  /** What has arrived and has not been read. */
  #rest: Buffer | undefined;
  #isHeld = false;
  #isClosed = false;

  constructor(stream: Readable, reader: LineReader, clock: Clock) {
    this.#clock = clock;
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
    else nextTurn(this.#turn);
  }

  /** Reads what is left at once: the stream has ended. */
  finish(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined && !this.#isClosed) this.#reader.push(rest);
  }

  /** What comes from now on is nobody's; the stream is left to whoever opened it. */
  close(): void {
    this.#isClosed = true;
    this.#rest = undefined;
    this.#stream.off('data', this.#onData);
  }

  readonly #onData = (chunk: Buffer): void => {
    // A stream may have read another chunk before it was paused.
    this.#rest = this.#rest === undefined ? this.#read(chunk) : Buffer.concat([this.#rest, chunk]);
  };

  readonly #turn = (): void => {
    const rest = this.#rest;
    if (rest === undefined || this.#isHeld || this.#isClosed) return;
    this.#rest = this.#read(rest);
    if (this.#rest === undefined && !this.#isHeld) this.#stream.resume();
  };

  /** What is left after one turn, whose next one is asked for. */
  #read(chunk: Buffer): Buffer | undefined {
    const untilMs = this.#clock.monotonicMs() + TURN_MS;
    let rest = this.#reader.pushLines(chunk, LINES_A_LOOK);
    while (rest !== undefined && !this.#isClosed && !this.#isHeld && this.#clock.monotonicMs() < untilMs) {
      rest = this.#reader.pushLines(rest, LINES_A_LOOK);
    }
    if (rest === undefined || this.#isClosed) return undefined;
    this.#stream.pause();
    nextTurn(this.#turn);
    return rest;
  }
}
