/** A lowdb adapter that survives power loss: the file is always the old one or the new one, whole, 0600. */
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Adapter } from 'lowdb';
import { errnoOf } from '../errors.ts';
import type { StoreFs } from './fs.ts';

export const TEMP_SUFFIX = '.tmp';

/** How the data is turned into bytes and back. `decode` throws on what it cannot understand. */
export interface Codec<T> {
  encode(data: T): string;
  decode(bytes: Buffer): T;
}

export class DurableAdapter<T> implements Adapter<T> {
  readonly #fs: StoreFs;
  readonly #path: string;
  readonly #codec: Codec<T>;
  /** Nothing is written before the file was read: what could not be read is never written over. */
  #known = false;

  constructor(fs: StoreFs, path: string, codec: Codec<T>) {
    this.#fs = fs;
    this.#path = path;
    this.#codec = codec;
  }

  /** Null when there is no such file. @throws what the codec throws, and system errors */
  async read(): Promise<T | null> {
    this.#known = false;
    let bytes: Buffer;
    try {
      bytes = await this.#fs.read(this.#path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      this.#known = true;
      return null;
    }
    const data = this.#codec.decode(bytes);
    this.#known = true;
    return data;
  }

  async write(data: T): Promise<void> {
    if (!this.#known) throw new Error(`${this.#path} was not read, so it is not written`);
    await writeDurably(this.#fs, this.#path, this.#codec.encode(data));
  }
}

/** Puts the text at `path` by way of a temporary file, which is removed when anything fails. */
export async function writeDurably(fs: StoreFs, path: string, text: string): Promise<void> {
  const temp = `${path}.${randomBytes(6).toString('hex')}${TEMP_SUFFIX}`;
  const file = await fs.open(temp, 'create');
  try {
    try {
      await file.write(Buffer.from(text), 0);
      await file.datasync();
    } finally {
      await file.close();
    }
    await fs.rename(temp, path);
  } catch (error) {
    await fs.unlink(temp).catch(() => undefined);
    throw error;
  }
  await fs.syncFolder(dirname(path));
}

/** Removes temporary files that a crash left in the folder. */
export async function removeTemps(fs: StoreFs, folder: string): Promise<void> {
  for (const name of await fs.list(folder)) {
    if (name.endsWith(TEMP_SUFFIX)) await fs.unlink(join(folder, name));
  }
}
