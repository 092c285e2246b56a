/**
 * Reads a stream's lines in turns: after so many of them everybody else has a turn. What one peer floods with costs the
 * others a fraction of a millisecond then, and the stream is not read ahead of its turns.
 */
import type { Readable } from 'node:stream';
import { nextTurn } from '../clock.ts';
import type { LineReader } from './framing.ts';

/** Lines of one turn: about a quarter of a millisecond. What a session with 16 calls in flight reads at once is no more. */
const MAX_LINES = 16;

export class Turns {
  readonly #stream: Readable;
  readonly #reader: LineReader;
  /** What has arrived and has not been read. */
  #rest: Buffer | undefined;
  #isHeld = false;
  #isClosed = false;

  constructor(stream: Readable, reader: LineReader) {
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
    const rest = this.#reader.pushLines(chunk, MAX_LINES);
    if (rest === undefined || this.#isClosed) return undefined;
    this.#stream.pause();
    nextTurn(this.#turn);
    return rest;
  }
}
