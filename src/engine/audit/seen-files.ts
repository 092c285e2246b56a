/** Keeps what agents were shown in the data folder, once for each content: named by its hash, the oldest out, over restarts. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../../kernel/atomic-file.ts';
import type { Clock } from '../../kernel/clock.ts';
import { errnoOf } from '../../kernel/errors.ts';

/** Of all contents together. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 16_384;

const FILE = /^([0-9a-f]{64})\.json$/;

export interface SeenFilesOptions {
  /** Made at the first content, 0700. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  /** A file could not be written or read. */
  readonly failed: (error: unknown) => void;
  readonly maxBytes?: number;
}

export const hashOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

export class SeenFiles {
  readonly #o: SeenFilesOptions;
  readonly #maxBytes: number;
  /** Bytes by hash, what was shown longest ago first. */
  #sizes: Map<string, number> | undefined;
  #bytes = 0;
  /** Of contents that wait for their turn. */
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SeenFilesOptions) {
    this.#o = options;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Nobody waits for it. What would be too much, or cannot be written, is not kept. */
  keep(hash: string, content: Buffer): void {
    if (this.#waiting + content.length > this.#maxBytes) return;
    this.#waiting += content.length;
    this.#turn = this.#turn
      .then(() => this.#keep(hash, content))
      .catch((error: unknown) => this.#forgotten(error))
      .finally(() => {
        this.#waiting -= content.length;
      });
  }

  /** Undefined when it is no longer kept, or is not what its name says. Never rejects. */
  async read(hash: string): Promise<string | undefined> {
    await this.#turn;
    try {
      const file = this.#file(hash);
      const found = await lstat(file);
      // A link or a pipe is none of ours.
      if (!found.isFile() || found.size > this.#maxBytes) return undefined;
      const content = await readFile(file);
      return hashOf(content) === hash ? content.toString('utf8') : undefined;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') this.#o.failed(error);
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#turn;
  }

  async #keep(hash: string, content: Buffer): Promise<void> {
    const sizes = await this.#load();
    const isKnown = this.#drop(hash);
    const file = this.#file(hash);
    if (isKnown === undefined) {
      await this.#makeRoom(sizes, content.length);
      await mkdir(this.#o.folder, { recursive: true, mode: 0o700 });
      await writeAtomically(file, content);
    }
    const now = this.#o.clock.now() / 1_000;
    await utimes(file, now, now);
    sizes.set(hash, content.length);
    this.#bytes += content.length;
  }

  async #makeRoom(sizes: ReadonlyMap<string, number>, bytes: number): Promise<void> {
    for (const oldest of sizes.keys()) {
      if (this.#bytes + bytes <= this.#maxBytes && sizes.size < MAX_FILES) return;
      this.#drop(oldest);
      await rm(this.#file(oldest), { force: true });
    }
  }

  /** Its size, where it was there. */
  #drop(hash: string): number | undefined {
    const size = this.#sizes?.get(hash);
    if (size === undefined) return undefined;
    this.#sizes?.delete(hash);
    this.#bytes -= size;
    return size;
  }

  /** What is on the disk is looked at anew. */
  #forgotten(error: unknown): void {
    this.#sizes = undefined;
    this.#o.failed(error);
  }

  /** What the folder holds, once; what was being written when an engine ended goes. */
  async #load(): Promise<Map<string, number>> {
    if (this.#sizes !== undefined) return this.#sizes;
    const found: { readonly hash: string; readonly size: number; readonly at: number }[] = [];
    for (const name of await namesIn(this.#o.folder)) {
      const hash = FILE.exec(name)?.[1];
      const file = path.join(this.#o.folder, name);
      if (hash === undefined) {
        if (name.endsWith('.tmp')) await rm(file, { force: true });
        continue;
      }
      const { size, mtimeMs } = await lstat(file);
      found.push({ hash, size, at: mtimeMs });
    }
    found.sort((a, b) => a.at - b.at || (a.hash < b.hash ? -1 : 1));
    this.#sizes = new Map(found.map(({ hash, size }) => [hash, size]));
    this.#bytes = found.reduce((sum, { size }) => sum + size, 0);
    return this.#sizes;
  }

  #file(hash: string): string {
    return path.join(this.#o.folder, `${hash}.json`);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
