/** Writes to the proxy's agent: whole lines where that costs nothing, so that a lost engine leaves no half message. */
import type { Writable } from 'node:stream';

/** A line that is longer is passed on as it comes. */
const HELD_BYTES = 32 * 1024;
const NEWLINE = 10;

export class ClientOutput {
  readonly #stream: Writable;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Part of a line is out already. */
  #isMidLine = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === chunk.length - 1 && this.#heldBytes === 0) {
      this.#isMidLine = false;
      this.#stream.write(chunk);
      return;
    }
    if (end !== -1) {
      this.#hold(chunk.subarray(0, end + 1));
      this.#release();
      this.#isMidLine = false;
      if (end + 1 < chunk.length) this.#hold(chunk.subarray(end + 1));
    } else {
      this.#hold(chunk);
      if (this.#isMidLine || this.#heldBytes > HELD_BYTES) {
        this.#release();
        this.#isMidLine = true;
      }
    }
  }

  /** A message of the proxy's own, between lines. */
  writeLine(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  /** No more will come of the open line. */
  abandonLine(): void {
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#isMidLine) this.#stream.write('\n');
    this.#isMidLine = false;
  }

  #hold(part: Buffer): void {
    this.#held.push(part);
    this.#heldBytes += part.length;
  }

  #release(): void {
    const [only, another] = this.#held;
    if (only !== undefined) this.#stream.write(another === undefined ? only : Buffer.concat(this.#held));
    this.#held = [];
    this.#heldBytes = 0;
  }
}
