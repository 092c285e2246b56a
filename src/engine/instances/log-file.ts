/** Appends an instance's lines to its file; a full one is kept as `.1` and begun anew. Never throws: the ring in memory goes on. */
import { createWriteStream, existsSync, rmSync, statSync, renameSync, type WriteStream } from 'node:fs';

/** A stalled disk must not fill memory: what does not fit is left to the ring. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** After so many characters it is looked whether the file is still there: log rotation moves or removes it. */
const LOOK_BYTES = 64 * 1024;

export class LogFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #stream: WriteStream | undefined;
  #bytes = 0;
  #looked = 0;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  write(text: string): void {
    try {
      if (this.#stream !== undefined && this.#bytes > this.#maxBytes) this.#rotate();
      else if (this.#looked > LOOK_BYTES) this.#lookForIt();
      const stream = (this.#stream ??= this.#open());
      this.#bytes += text.length;
      this.#looked += text.length;
      if (stream.writableLength < MAX_WAITING_BYTES) stream.write(text);
    } catch {
      this.#stream = undefined;
    }
  }

  /** Resolves once what was written is with the system. */
  close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    return new Promise((resolve) => {
      if (stream === undefined || stream.destroyed) return resolve();
      stream.once('close', resolve);
      stream.end();
    });
  }

  /** Closes it and removes it from the disk. */
  async remove(): Promise<void> {
    await this.close();
    for (const path of [this.#path, `${this.#path}.1`]) {
      try {
        rmSync(path, { force: true });
      } catch {
        // Left behind: it is read by nobody.
      }
    }
  }

  /** The next line begins it anew, if it is gone. */
  reopen(): void {
    this.#stream?.end();
    this.#stream = undefined;
  }

  #lookForIt(): void {
    this.#looked = 0;
    // One that is not open yet has made no file.
    if (this.#stream?.pending === false && !existsSync(this.#path)) this.reopen();
  }

  #rotate(): void {
    this.#stream?.end();
    this.#stream = undefined;
    try {
      renameSync(this.#path, `${this.#path}.1`);
    } catch {
      // Somebody has moved or removed it: a new one is begun all the same.
    }
  }

  #open(): WriteStream {
    this.#bytes = sizeOf(this.#path);
    const stream = createWriteStream(this.#path, { flags: 'a', mode: 0o600 });
    stream.on('error', () => {
      if (this.#stream === stream) this.#stream = undefined;
    });
    return stream;
  }
}

export function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
