/** Writes once per destination and tick: what is sent while one batch of input is handled leaves together. */
import type { Writable } from 'node:stream';

const NEWLINE = Buffer.from('\n');

/** From here on a text is encoded by itself: joined to others it would be copied once more. */
const LARGE_TEXT_CHARS = 64 * 1024;

export class Outbox {
  readonly #stream: Writable;
  readonly #onWrite: (() => void) | undefined;
  #text = '';
  #queue: (string | Buffer)[] = [];
  /** Of `#text` and `#queue`. */
  #waitingBytes = 0;
  #isScheduled = false;
  #isClosed = false;

  /** `onWrite` is called after each write, when `queuedBytes` has moved. */
  constructor(stream: Writable, onWrite?: () => void) {
    this.#stream = stream;
    this.#onWrite = onWrite;
  }

  /** Bytes that the destination has not taken. */
  get queuedBytes(): number {
    return this.#waitingBytes + this.#stream.writableLength;
  }

  /** Sends one message: text, or pieces of bytes. The newline is added. */
  send(message: string | readonly Buffer[]): void {
    if (this.#isClosed) return;
    if (typeof message === 'string' && message.length >= LARGE_TEXT_CHARS) return this.send([Buffer.from(message)]);
    if (typeof message === 'string') {
      this.#text += message + '\n';
      this.#waitingBytes += message.length;
    } else {
      if (this.#text !== '') this.#queue.push(this.#text);
      this.#text = '';
      for (const piece of message) {
        this.#queue.push(piece);
        this.#waitingBytes += piece.length;
      }
      this.#queue.push(NEWLINE);
    }
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(this.flush);
  }

  /** Writes what waits now. */
  readonly flush = (): void => {
    this.#isScheduled = false;
    if (this.#isClosed) return;
    const { 0: text, 1: queue } = [this.#text, this.#queue] as const;
    this.#text = '';
    this.#waitingBytes = 0;
    if (queue.length === 0) {
      if (text !== '') this.#stream.write(text);
    } else {
      this.#queue = [];
      this.#stream.cork();
      for (const piece of queue) this.#stream.write(piece);
      if (text !== '') this.#stream.write(text);
      this.#stream.uncork();
    }
    this.#onWrite?.();
  };

  /** Drops what waits; later messages go nowhere. */
  close(): void {
    this.#isClosed = true;
    this.#waitingBytes = 0;
    this.#text = '';
    this.#queue = [];
  }
}
