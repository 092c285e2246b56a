/** Keeps the texts of one project in files: a text and its pages are two files, and count only together. */
import { lstat, mkdir, open, readdir, readFile, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { errnoOf } from '../../kernel/errors.ts';
import { parseForeign } from '../../kernel/foreign.ts';
import type { EncodedText, MadeOfText } from '../../mcp/pages/page-store.ts';
import type { Page, Span } from '../../mcp/pages/types.ts';
import { bytesOf, encodeText, idOf, type TextEncoding } from './text-bytes.ts';

export interface ShelfOptions {
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Of all files together. */
  readonly maxBytes: number;
  readonly write: (file: string, content: string | Uint8Array) => Promise<void>;
}

const FILE = /^([0-9a-f]{32})\.(?:text|json)$/;
/** Of the pages of one text: more than those of 64 MiB. */
const MAX_INDEX_BYTES = 16 * 1024 * 1024;

const indexSchema = z.object({
  encoding: z.enum(['latin1', 'utf16le']),
  length: z.int().min(0),
  pages: z.array(z.object({ from: z.int().min(0), to: z.int(), title: z.string(), tokens: z.number() })),
  /** By a model. */
  made: z
    .object({
      titles: z.object({ told: z.string() }).exactOptional(),
      summary: z.object({ told: z.string(), model: z.string(), text: z.string() }).exactOptional(),
    })
    .exactOptional(),
});
type Index = z.infer<typeof indexSchema>;

interface Entry {
  readonly bytes: number;
  /** Not yet read in this run of the engine: what a loss of power left of it is not known. */
  isChecked: boolean;
}

export class ProjectShelf {
  readonly #o: ShelfOptions;
  /** By id, the oldest first. */
  #entries: Map<string, Entry> | undefined;
  #bytes = 0;

  constructor(options: ShelfOptions) {
    this.#o = options;
  }

  /** The id; undefined when it is larger than all of the project's texts may be. @throws system errors */
  async keep(text: string | EncodedText, pages: readonly Page[], made?: MadeOfText): Promise<string | undefined> {
    const entries = await this.#load();
    const { encoding, bytes, length, id } = typeof text === 'string' ? encodeText(text) : text;
    const index: Index = { encoding, length, pages: [...pages], ...(made === undefined ? {} : { made }) };
    const indexText = JSON.stringify(index);
    const size = bytes.length + Buffer.byteLength(indexText);
    if (size > this.#o.maxBytes) return undefined;
    const known = entries.get(id);
    if (known !== undefined) this.#drop(id, known);
    for (const [oldest, entry] of entries) {
      if (this.#bytes + size <= this.#o.maxBytes) break;
      this.#drop(oldest, entry);
      await this.#remove(oldest);
    }
    await mkdir(this.#o.folder, { recursive: true, mode: 0o700 });
    const now = this.#o.clock.now() / 1_000;
    if (known === undefined || !known.isChecked) await this.#o.write(this.#file(id, 'text'), bytes);
    await this.#o.write(this.#file(id, 'json'), indexText);
    await utimes(this.#file(id, 'json'), now, now);
    entries.set(id, { bytes: size, isChecked: true });
    this.#bytes += size;
    return id;
  }

  /** Nothing of a text that is gone, or that has pages of another extent by now. @throws system errors */
  async amend(id: string, pages: readonly Page[], made: MadeOfText): Promise<void> {
    const index = await this.find(id);
    const entry = this.#entries?.get(id);
    if (index === undefined || entry === undefined || !isSameExtent(index.pages, pages)) return;
    const titled = made.titles === undefined ? index.pages : [...pages];
    const next: Index = { ...index, pages: titled, made: { ...index.made, ...made } };
    const written = JSON.stringify(next);
    const { mtime } = await lstat(this.#file(id, 'json'));
    await this.#o.write(this.#file(id, 'json'), written);
    // It is no newer for that.
    await utimes(this.#file(id, 'json'), mtime, mtime);
    const bytes = bytesOf(index.encoding, index.length) + Buffer.byteLength(written);
    this.#bytes += bytes - entry.bytes;
    this.#entries?.set(id, { ...entry, bytes });
  }

  /** @throws system errors */
  async find(id: string): Promise<Index | undefined> {
    const entry = (await this.#load()).get(id);
    if (entry === undefined) return undefined;
    const index = await this.#index(id);
    if (index !== undefined && (entry.isChecked || (await this.#isWhole(id, index)))) {
      entry.isChecked = true;
      return index;
    }
    this.#drop(id, entry);
    await this.#remove(id);
    return undefined;
  }

  /** @throws system errors */
  async read(id: string, span: Span | undefined): Promise<string | undefined> {
    const index = await this.find(id);
    if (index === undefined) return undefined;
    const { encoding, length } = index;
    const from = Math.min(Math.max(0, span?.from ?? 0), length);
    const to = Math.min(Math.max(from, span?.to ?? length), length);
    const bytes = await this.#bytesAt(id, bytesOf(encoding, from), bytesOf(encoding, to - from));
    return bytes?.toString(encoding);
  }

  #file(id: string, kind: 'text' | 'json'): string {
    return path.join(this.#o.folder, `${id}.${kind}`);
  }

  #drop(id: string, { bytes }: Entry): void {
    this.#entries?.delete(id);
    this.#bytes -= bytes;
  }

  /** The pages go first: a text without them is none. */
  async #remove(id: string): Promise<void> {
    await rm(this.#file(id, 'json'), { force: true });
    await rm(this.#file(id, 'text'), { force: true });
  }

  /** What the folder holds, once; what is half there, or was being written when the engine ended, goes. */
  async #load(): Promise<Map<string, Entry>> {
    if (this.#entries !== undefined) return this.#entries;
    const names = await namesIn(this.#o.folder);
    const found: { readonly id: string; readonly bytes: number; readonly at: number }[] = [];
    for (const name of names) {
      const id = FILE.exec(name)?.[1];
      const file = path.join(this.#o.folder, name);
      const isHalf = id !== undefined && !(names.has(`${id}.json`) && names.has(`${id}.text`));
      if (isHalf || name.endsWith('.tmp')) await rm(file, { force: true });
      else if (id !== undefined && name.endsWith('.json')) {
        const [index, text] = [await lstat(file), await lstat(this.#file(id, 'text'))];
        // A link or a pipe is none of ours.
        if (index.isFile() && text.isFile()) found.push({ id, bytes: index.size + text.size, at: index.mtimeMs });
      }
    }
    found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    this.#entries = new Map(found.map(({ id, bytes }) => [id, { bytes, isChecked: false }]));
    this.#bytes = found.reduce((sum, { bytes }) => sum + bytes, 0);
    return this.#entries;
  }

  async #index(id: string): Promise<Index | undefined> {
    const file = this.#file(id, 'json');
    if ((await lstat(file)).size > MAX_INDEX_BYTES) return undefined;
    const text = await readFile(file, 'utf8');
    try {
      return indexSchema.safeParse(parseForeign(text)).data;
    } catch {
      return undefined;
    }
  }

  async #isWhole(id: string, { encoding, length }: Index): Promise<boolean> {
    const bytes = await this.#bytesAt(id, 0, bytesOf(encoding, length));
    return bytes !== undefined && idOf(encoding satisfies TextEncoding, bytes) === id;
  }

  async #bytesAt(id: string, position: number, length: number): Promise<Buffer | undefined> {
    if (length > this.#o.maxBytes) return undefined;
    const handle = await open(this.#file(id, 'text'), 'r');
    try {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, position);
      return bytesRead === length ? bytes : undefined;
    } finally {
      await handle.close();
    }
  }
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return new Set();
    throw error;
  }
}

/** Whether the pages begin and end at the same places. */
export function isSameExtent(one: readonly Span[], other: readonly Span[]): boolean {
  return (
    one.length === other.length && one.every(({ from, to }, at) => from === other[at]?.from && to === other[at].to)
  );
}
