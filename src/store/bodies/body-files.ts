/**
 * Writes and reads bodies on the disk: `bodies/<collection>-<number>.jsonl`, lines as in the journal, each with a whole row.
 * Only appended to; what a snapshot refers to is never written again.
 */
import { join } from 'node:path';
import { errnoOf } from '../../kernel/errors.ts';
import type { StoreFile, StoreFs } from '../files/fs.ts';
import { encodeLine, parseObject, parseRecord, readLine } from '../record.ts';
import type { SnapshotRow } from '../snapshot-row.ts';
import { Turns } from '../turns.ts';

/** Lines of a file that are read together, in bytes. */
const READ_BYTES = 4 * 1024 * 1024;
const WRITE_BYTES = 1024 * 1024;

/** A line: its first byte, and its bytes with the LF. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** A row with its body, as it was written. */
export interface WholeRow {
  /** Of the program that wrote it. */
  readonly format: number;
  readonly put: SnapshotRow;
}

export const bodiesFolder = (dataDir: string): string => join(dataDir, 'bodies');

/** `file`: 1 or more. */
export function bodyPath(dataDir: string, collection: string, file: number): string {
  return join(bodiesFolder(dataDir), `${collection}-${String(file).padStart(6, '0')}.jsonl`);
}

/** A row in a line of a body file; undefined when it is none. */
export function rowInBodyLine(body: Buffer, id: string): WholeRow | undefined {
  const value = parseObject(body) as Partial<WholeRow> | undefined;
  return typeof value?.format === 'number' && value.put?.id === id
    ? { format: value.format, put: value.put }
    : undefined;
}

/** The rows of a collection in a line of the journal, by id. */
export function rowsInRecord(body: Buffer, collection: string): ReadonlyMap<string, SnapshotRow> {
  const rows = new Map<string, SnapshotRow>();
  for (const change of parseRecord(body)?.changes ?? []) {
    if (change.in === collection && 'put' in change) rows.set(change.put.id, change.put);
  }
  return rows;
}

export type LineRead<P> =
  { readonly at: P; readonly body: Buffer } | { readonly at: P; readonly body?: undefined; readonly reason: string };

/** The lines at these places of one file, by offset, each with its body or with what is wrong. @throws system errors but ENOENT */
export async function* readLines<P extends Span>(
  fs: StoreFs,
  path: string,
  places: readonly P[],
): AsyncGenerator<LineRead<P>, void, undefined> {
  const sorted = places.toSorted((a, b) => a.offset - b.offset);
  const turns = new Turns();
  for (let first = 0; first < sorted.length;) {
    const from = sorted[first]?.offset ?? 0;
    let next = first + 1;
    while (next < sorted.length && endOf(sorted[next]) - from <= READ_BYTES) next++;
    const bytes = await readOrNothing(fs, path, from, endOf(sorted[next - 1]));
    for (const at of sorted.slice(first, next)) {
      yield lineAt(bytes, from, at);
      await turns.did(at.length);
    }
    first = next;
  }
}

const endOf = (span: Span | undefined): number => (span?.offset ?? 0) + (span?.length ?? 0);

async function readOrNothing(fs: StoreFs, path: string, from: number, to: number): Promise<Buffer | undefined> {
  try {
    return await fs.read(path, from, to);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function lineAt<P extends Span>(bytes: Buffer | undefined, from: number, at: P): LineRead<P> {
  if (bytes === undefined) return { at, reason: 'the file is missing' };
  const own = bytes.subarray(at.offset - from, at.offset - from + at.length);
  if (own.length < at.length) return { at, reason: 'the file ends before it' };
  const line = readLine(own, 0);
  if (line?.ok !== true) return { at, reason: line?.reason ?? 'nothing is there' };
  return line.end === at.length ? { at, body: line.body } : { at, reason: 'the line is another one' };
}

/** Where the next line goes. */
export interface BodyTail {
  readonly file: number;
  readonly end: number;
}

/** Where a line went. */
export interface BodyPlace extends Span {
  readonly file: number;
}

export interface BodyWriterOptions {
  readonly fs: StoreFs;
  readonly dataDir: string;
  readonly collection: string;
  /** A file that has reached this size is followed by a new one. */
  readonly maxFileBytes: number;
}

/** Appends rows behind `tail`. Nothing counts before `finish` has resolved. */
export class BodyWriter {
  readonly #options: BodyWriterOptions;
  #tail: BodyTail;
  #file: StoreFile | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(options: BodyWriterOptions, tail: BodyTail) {
    this.#options = options;
    this.#tail = tail;
  }

  get tail(): BodyTail {
    return this.#tail;
  }

  async add(row: WholeRow): Promise<BodyPlace> {
    if (this.#tail.end >= this.#options.maxFileBytes) {
      await this.#closeFile();
      this.#tail = { file: this.#tail.file + 1, end: 0 };
    }
    const line = Buffer.from(encodeLine(JSON.stringify(row)));
    const place = { file: this.#tail.file, offset: this.#tail.end, length: line.length };
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    this.#tail = { file: place.file, end: place.offset + place.length };
    if (this.#waitingBytes >= WRITE_BYTES) await this.#write();
    return place;
  }

  /** Makes all that was added durable. */
  async finish(): Promise<void> {
    await this.#closeFile();
    // Also for a file that was there: an earlier attempt may have failed here.
    await this.#options.fs.syncFolder(bodiesFolder(this.#options.dataDir));
  }

  /** Closes what is open after a failure. */
  async abandon(): Promise<void> {
    await this.#file?.close();
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    const position = this.#tail.end - bytes.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#file ??= await this.#openFile(position);
    await this.#file.write(bytes, position);
  }

  /** Nothing refers to what is behind `end`: a crash or a failure has left it. */
  async #openFile(end: number): Promise<StoreFile> {
    const { fs, dataDir, collection } = this.#options;
    const path = bodyPath(dataDir, collection, this.#tail.file);
    const info = await fs.info(path);
    if (info === undefined) return fs.open(path, 'create');
    this.#file = await fs.open(path, 'change');
    if (info.size > end) await this.#file.truncate(end);
    return this.#file;
  }

  async #closeFile(): Promise<void> {
    if (this.#waiting.length > 0) await this.#write();
    const file = this.#file;
    if (file === undefined) return;
    await file.datasync();
    this.#file = undefined;
    await file.close();
  }
}
