/** What an instance printed and what the engine remarked: a bounded ring in memory and a bounded file per instance. */
import {
  closeSync,
  createWriteStream,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Pacer } from '../../pace.ts';
import { PacedStream } from '../../paced-stream.ts';
import type { LogLine } from '../view.ts';

export interface LogBookOptions {
  readonly pacer: Pacer;
  /** Folder of `<instance>.log`, made 0700; files 0600. */
  readonly folder: string;
  readonly mask: (text: string) => string;
  /** Lines in memory for each instance. Default 5,000. */
  readonly maxLines?: number;
  /** Bytes of a file before it becomes `.1`. Default 5 MiB. */
  readonly maxFileBytes?: number;
}

/** Longer lines are cut: a megabyte without a newline is no log line. */
const MAX_LINE = 8_192;

/** So many bytes are read between two looks at the clock. */
const FEW_BYTES = 8_192;

/** So many lines may come at once, and so many a second go on: a program that writes more is not read, it is endured. */
const BURST_LINES = 5_000;
const LINES_PER_S = 1_000;

interface Book {
  lines: LogLine[];
  /** Lines that may come now, as of `atMs` (monotonic). */
  room: number;
  atMs: number;
  leftOut: number;
  file: WriteStream | undefined;
  fileBytes: number;
}

export class LogBook {
  readonly #options: Required<LogBookOptions>;
  readonly #books = new Map<string, Book>();

  constructor(options: LogBookOptions) {
    this.#options = { maxLines: 5_000, maxFileBytes: 5 * 1024 * 1024, ...options };
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  /** Drains a child's stderr until it ends; `isAwaited`: a call waits for the child's answer. */
  drain(name: string, stream: Readable, isAwaited: () => boolean = () => false): void {
    const { pacer } = this.#options;
    const flow = pacer.flow({ isAwaited });
    const decoder = new TextDecoder('utf-8');
    let rest = '';
    const reader = {
      get openBytes() {
        return rest.length;
      },
      read: (chunk: Buffer): Buffer | undefined => {
        const parts = (rest + decoder.decode(chunk.subarray(0, FEW_BYTES), { stream: true })).split(/\r?\n/);
        rest = parts.pop() ?? '';
        if (rest.length > MAX_LINE) {
          parts.push(rest);
          rest = '';
        }
        for (const text of parts) this.add(name, 'stderr', text);
        flow.unwanted();
        return chunk.length > FEW_BYTES ? chunk.subarray(FEW_BYTES) : undefined;
      },
    };
    const paced = new PacedStream(stream, reader, flow, pacer.clock);
    stream.on('end', () => {
      paced.finish();
      if (rest !== '') this.add(name, 'stderr', rest);
      rest = '';
    });
  }

  add(name: string, stream: LogLine['stream'], text: string): void {
    const book = this.#book(name);
    if (!this.#hasRoom(book)) {
      book.leftOut += 1;
      return;
    }
    if (book.leftOut > 0) {
      const { leftOut } = book;
      book.leftOut = 0;
      this.#keep(name, book, 'engine', `${leftOut} lines left out: they came faster than ${LINES_PER_S} a second`);
    }
    this.#keep(name, book, stream, text);
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

  #keep(name: string, book: Book, stream: LogLine['stream'], text: string): void {
    const { mask, maxLines, pacer } = this.#options;
    const cut = text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}… (${text.length} characters)` : text;
    const line: LogLine = { at: pacer.clock.now(), stream, text: mask(cut) };
    book.lines.push(line);
    // Dropping a quarter at once keeps the cost of a line constant.
    if (book.lines.length > maxLines * 1.25) book.lines = book.lines.slice(-maxLines);
    this.#write(name, book, line);
  }

  /** The newest `count`, oldest first. */
  tail(name: string, count: number): readonly LogLine[] {
    const { lines } = this.#book(name);
    return lines.slice(Math.max(0, lines.length - Math.min(count, this.#options.maxLines)));
  }

  close(): Promise<void> {
    const files = [...this.#books.values()].flatMap((book) => (book.file === undefined ? [] : [book.file]));
    this.#books.clear();
    return Promise.all(files.map((file) => new Promise<void>((resolve) => file.end(() => resolve())))).then(
      () => undefined,
    );
  }

  #book(name: string): Book {
    let book = this.#books.get(name);
    if (book === undefined) {
      const lines = readTail(path.join(this.#options.folder, `${name}.log`));
      const atMs = this.#options.pacer.clock.monotonicMs();
      book = { lines, room: BURST_LINES, atMs, leftOut: 0, file: undefined, fileBytes: 0 };
      this.#books.set(name, book);
    }
    return book;
  }

  /** A log file that cannot be written must not stop a server: the ring in memory goes on. */
  #write(name: string, book: Book, line: LogLine): void {
    const file = path.join(this.#options.folder, `${name}.log`);
    if (book.file !== undefined && book.fileBytes > this.#options.maxFileBytes) {
      book.file.end();
      book.file = undefined;
      try {
        renameSync(file, `${file}.1`);
      } catch {
        return;
      }
    }
    if (book.file === undefined) {
      book.fileBytes = sizeOf(file);
      const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
      stream.on('error', () => {
        if (book.file === stream) book.file = undefined;
      });
      book.file = stream;
    }
    const text = `${new Date(line.at).toISOString()} ${line.stream} ${line.text}\n`;
    book.fileBytes += text.length;
    // A stalled disk must not fill memory: what does not fit is left to the ring.
    if (book.file.writableLength < 1_048_576) book.file.write(text);
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

const TAIL_BYTES = 256 * 1024;

/** What an earlier engine wrote; empty when there is no file or it cannot be read. */
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
    return lines.slice(from > 0 ? 1 : 0).flatMap(parseLine);
  } catch {
    return [];
  }
}

function parseLine(line: string): LogLine[] {
  const [, time, stream, text] = /^(\S+) (stderr|stdout|engine) (.*)$/s.exec(line) ?? [];
  if (time === undefined || text === undefined) return [];
  return [{ at: Date.parse(time), stream: stream as LogLine['stream'], text }];
}
