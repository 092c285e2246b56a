/** Keeps what an instance printed and what the engine remarked: a bounded ring in memory and a bounded file per instance. */
import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Pacer } from '../../pacing/pace.ts';
import { PacedStream } from '../../pacing/paced-stream.ts';
import type { Masker } from '../secrets/masker.ts';
import type { LogLine } from '../views/view.ts';
import { LogFile, sizeOf } from './log-file.ts';
import { olderLines, parseLogLine } from './log-history.ts';

export interface LogBookOptions {
  readonly pacer: Pacer;
  /** Folder of `<instance>.log`, made 0700; files 0600. */
  readonly folder: string;
  readonly masker: Pick<Masker, 'cut' | 'safeEnd'>;
  /** Lines in memory for each instance. Default 5,000. */
  readonly maxLines?: number;
  /** Bytes in memory for each instance. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Bytes of a file before it becomes `.1`. Default 5 MiB. */
  readonly maxFileBytes?: number;
}

/** Longer lines are cut: a megabyte without a newline is no log line. */
const MAX_LINE = 8_192;
/** Bytes that a line costs beside its characters, of two bytes each. */
const LINE_BYTES = 64;

/** So many bytes are read between two looks at the clock. */
const FEW_BYTES = 8_192;

/** How many lines may come at once, and how many a second after that; the others are counted, not kept. */
const BURST_LINES = 5_000;
const LINES_PER_S = 1_000;

interface Book {
  lines: LogLine[];
  /** Of the newest line. */
  n: number;
  /** Of `lines`, as they are counted. */
  bytes: number;
  /** Lines that may come now, as of `atMs` (monotonic). */
  room: number;
  atMs: number;
  leftOut: number;
  readonly file: LogFile;
  /** Nothing is kept any more: its instance is gone. */
  isClosed: boolean;
}

export class LogBook {
  readonly #options: Required<LogBookOptions>;
  readonly #books = new Map<string, Book>();

  constructor(options: LogBookOptions) {
    this.#options = { maxLines: 5_000, maxBytes: 1024 * 1024, maxFileBytes: 5 * 1024 * 1024, ...options };
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  /** Drains what a child prints until it ends; `isAwaited`: a call waits for the child's answer. */
  drain(
    name: string,
    stream: Readable,
    isAwaited: () => boolean = () => false,
    as: 'stderr' | 'stdout' = 'stderr',
  ): void {
    const { pacer, masker } = this.#options;
    const flow = pacer.flow({ isAwaited });
    const book = this.#book(name);
    const decoder = new TextDecoder('utf-8');
    let rest = '';
    const reader = {
      get openBytes() {
        return rest.length;
      },
      read: (chunk: Buffer, from: number): number => {
        const end = Math.min(from + FEW_BYTES, chunk.length);
        const parts = (rest + decoder.decode(chunk.subarray(from, end), { stream: true })).split(/\r?\n/);
        rest = parts.pop() ?? '';
        if (rest.length > MAX_LINE) {
          // Not through a secret: what may be the begin of one waits for what follows.
          const end = masker.safeEnd(rest);
          if (end > 0) parts.push(rest.slice(0, end));
          rest = rest.slice(end);
        }
        for (const text of parts) this.#add(book, as, text);
        flow.unwanted();
        return end;
      },
    };
    const paced = new PacedStream(stream, reader, flow, pacer.clock);
    stream.on('end', () => {
      paced.finish();
      if (rest !== '') this.#add(book, as, rest);
      rest = '';
    });
  }

  add(name: string, stream: LogLine['stream'], text: string): void {
    this.#add(this.#book(name), stream, text);
  }

  /** What was moved or removed is begun anew. */
  reopen(): void {
    for (const { file } of this.#books.values()) file.reopen();
  }

  /** Writes into the log as it is now: once its instance is gone, nowhere. */
  writer(name: string): (stream: LogLine['stream'], text: string) => void {
    const book = this.#book(name);
    return (stream, text) => this.#add(book, stream, text);
  }

  #add(book: Book, stream: LogLine['stream'], text: string): void {
    if (book.isClosed) return;
    if (!this.#hasRoom(book)) {
      book.leftOut += 1;
      return;
    }
    if (book.leftOut > 0) {
      const { leftOut } = book;
      book.leftOut = 0;
      this.#keep(book, 'engine', `${leftOut} lines left out: they came faster than ${LINES_PER_S} a second`);
    }
    this.#keep(book, stream, text);
  }

  /** A bucket that fills with time. */
  #hasRoom(book: Book): boolean {
    if (book.room < 1) {
      const nowMs = this.#options.pacer.clock.monotonicMs();
      book.room = Math.min(BURST_LINES, book.room + ((nowMs - book.atMs) / 1000) * LINES_PER_S);
      book.atMs = nowMs;
    }
    if (book.room < 1) return false;
    book.room -= 1;
    return true;
  }

  #keep(book: Book, stream: LogLine['stream'], text: string): void {
    const { masker, maxLines, maxBytes, pacer } = this.#options;
    const kept = masker.cut(text, MAX_LINE);
    const shown = text.length > MAX_LINE ? `${kept} (${text.length} characters)` : kept;
    const line: LogLine = { n: (book.n += 1), at: pacer.clock.now(), stream, text: shown };
    book.lines.push(line);
    book.bytes += bytesOf(line);
    // Dropping a quarter at once keeps the cost of a line constant.
    if (book.bytes > maxBytes) shrink(book, maxLines, maxBytes * 0.75);
    else if (book.lines.length > maxLines * 1.25) shrink(book, maxLines, maxBytes);
    book.file.write(`${new Date(line.at).toISOString()} ${line.stream} ${line.text}\n`);
  }

  /** The newest `count` in memory with a number above `after`, oldest first. */
  tail(name: string, count: number, after = -Infinity): readonly LogLine[] {
    const { lines } = this.#book(name);
    const newer = Math.min(count, this.#options.maxLines, Math.max(0, (lines.at(-1)?.n ?? 0) - after));
    return lines.slice(Math.max(0, lines.length - newer));
  }

  /** At most `count` lines before the one with this number, oldest first; those that memory has lost come from the files. */
  async before(name: string, before: number, count: number): Promise<readonly LogLine[]> {
    const { lines } = this.#book(name);
    const most = Math.min(count, this.#options.maxLines);
    const end = Math.max(0, Math.min(lines.length, before - (lines[0]?.n ?? before)));
    const inMemory = lines.slice(Math.max(0, end - most), end);
    if (inMemory.length === most) return inMemory;
    const file = this.#fileOf(name);
    const older = await olderLines([file, `${file}.1`], { held: lines, before }, most - inMemory.length);
    return [...older, ...inMemory];
  }

  /** Frees what is held of an instance that is gone; its files too where nobody will ask for them. */
  async forget(name: string, { files }: { readonly files: boolean }): Promise<void> {
    const book = this.#books.get(name) ?? (files ? this.#book(name) : undefined);
    if (book === undefined) return;
    book.isClosed = true;
    book.lines = [];
    this.#books.delete(name);
    await (files ? book.file.remove() : book.file.close());
  }

  async close(): Promise<void> {
    const books = [...this.#books.values()];
    this.#books.clear();
    await Promise.all(books.map(({ file }) => file.close()));
  }

  #book(name: string): Book {
    let book = this.#books.get(name);
    if (book === undefined) {
      const file = this.#fileOf(name);
      const lines = readTail(file);
      const bytes = lines.reduce((sum, line) => sum + bytesOf(line), 0);
      const atMs = this.#options.pacer.clock.monotonicMs();
      const log = new LogFile(file, this.#options.maxFileBytes);
      book = { lines, n: lines.length, bytes, room: BURST_LINES, atMs, leftOut: 0, file: log, isClosed: false };
      this.#books.set(name, book);
    }
    return book;
  }

  #fileOf(name: string): string {
    return path.join(this.#options.folder, `${name}.log`);
  }
}

const bytesOf = ({ text }: LogLine): number => LINE_BYTES + 2 * text.length;

/** Drops the oldest until neither is over. */
function shrink(book: Book, maxLines: number, maxBytes: number): void {
  let from = Math.max(0, book.lines.length - maxLines);
  for (const line of book.lines.slice(0, from)) book.bytes -= bytesOf(line);
  for (let line = book.lines[from]; line !== undefined && book.bytes > maxBytes; line = book.lines[from]) {
    book.bytes -= bytesOf(line);
    from += 1;
  }
  book.lines = book.lines.slice(from);
}

const TAIL_BYTES = 256 * 1024;

/** Reads the log of an earlier engine; empty when there is no file or it cannot be read. */
function readTail(file: string): LogLine[] {
  try {
    const size = sizeOf(file);
    const from = Math.max(0, size - TAIL_BYTES);
    const buffer = Buffer.alloc(size - from);
    const fd = openSync(file, 'r');
    try {
      readSync(fd, buffer, 0, buffer.length, from);
    } finally {
      closeSync(fd);
    }
    const lines = buffer.toString('utf8').split('\n');
    return lines
      .slice(from > 0 ? 1 : 0)
      .flatMap((line) => parseLogLine(line) ?? [])
      .map((line, index) => ({ n: index + 1, ...line }));
  } catch {
    return [];
  }
}
