/** Adapts lowdb to power loss: the file is always the old one or the new one, whole, 0600. */
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Adapter } from 'lowdb';
import { errnoOf } from '../../kernel/errors.ts';
import type { StoreFile, StoreFs } from './fs.ts';
import { nextTurn } from '../turns.ts';

export const TEMP_SUFFIX = '.tmp';

/** Making JSON of this much takes about a millisecond. */
const CHARACTERS_A_WRITE = 256 * 1024;

/** How the data is turned into bytes and back. `decode` throws on what it cannot understand. */
export interface Codec<T> {
  /** Text in pieces, each made when it is its turn: `data` must not change meanwhile. */
  encode(data: T): Iterable<string>;
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

/** Puts the pieces at `path` by way of a temporary file, which is removed when anything fails. */
export async function writeDurably(fs: StoreFs, path: string, pieces: Iterable<string>): Promise<void> {
  const temp = `${path}.${randomBytes(6).toString('hex')}${TEMP_SUFFIX}`;
  const file = await fs.open(temp, 'create');
  try {
    try {
      await writePieces(file, pieces);
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

/** Pieces are gathered to writes of some size, and the event loop has its turn after each. */
async function writePieces(file: StoreFile, pieces: Iterable<string>): Promise<void> {
  let position = 0;
  let open: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(open.join(''));
    open = [];
    length = 0;
    await file.write(bytes, position);
    position += bytes.length;
  };
  for (const piece of pieces) {
    open.push(piece);
    length += piece.length;
    if (length < CHARACTERS_A_WRITE) continue;
    await flush();
    await nextTurn();
  }
  if (open.length > 0) await flush();
}

/** Removes temporary files that a crash left in the folder. */
export async function removeTemps(fs: StoreFs, folder: string): Promise<void> {
  for (const name of await fs.list(folder)) {
    if (name.endsWith(TEMP_SUFFIX)) await fs.unlink(join(folder, name));
  }
}
