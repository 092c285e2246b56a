/** Notices that a server has stopped in the middle of a line: nothing more may come, and a call waits for the rest. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { PacedReader } from '../../pacing/paced-stream.ts';
import { textAt } from '../wire/answers.ts';
import type { LineReader } from '../wire/framing.ts';

/** A line that has begun grows at least this often. */
export const STALLED_MS = 30_000;

const SHOWN_BYTES = 4 * 1024;

export class StalledLine implements PacedReader {
  readonly #reader: LineReader;
  readonly #clock: Clock;
  readonly #stalled: (begin: string) => void;
  #reads = 0;
  #timer: Timer | undefined;

  /** `stalled` gets the begin of the line, once a line. */
  constructor(reader: LineReader, clock: Clock, stalled: (begin: string) => void) {
    this.#reader = reader;
    this.#clock = clock;
    this.#stalled = stalled;
  }

  get openBytes(): number {
    return this.#reader.openBytes;
  }

  read(chunk: Buffer, from = 0): number {
    const at = this.#reader.read(chunk, from);
    this.#reads += 1;
    if (this.#timer === undefined && this.#reader.openBytes > 0) this.#watch();
    return at;
  }

  close(): void {
    this.#timer?.cancel();
  }

  #watch(): void {
    const reads = this.#reads;
    this.#timer = this.#clock.after(
      STALLED_MS,
      () => {
        this.#timer = undefined;
        const { openBytes, pendingParts } = this.#reader;
        if (openBytes === 0) return;
        if (this.#reads === reads) this.#stalled(textAt(pendingParts, 0, Math.min(openBytes, SHOWN_BYTES)));
        else this.#watch();
      },
      { unref: true },
    );
  }
}
