/** Puts bursts of lines on the disk: at the end of the newest segment, or as the start of a new one. All of a burst or nothing. */
import type { EpochMs } from '../../kernel/clock.ts';
import { errnoOf, messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { StoreFile, StoreFs } from '../files/fs.ts';
import { encodeHeader } from '../record.ts';
import { journalFolder, segmentPath } from './segments.ts';
import type { ChainHead } from '../types.ts';

export interface SegmentWriterOptions {
  readonly fs: StoreFs;
  readonly logger: Logger;
  readonly dataDir: string;
  /** A segment that has reached this size is followed by a new one. */
  readonly segmentBytes: number;
  /** Of the segments it begins. */
  readonly format: number;
  /** The segment that goes on, and how much of it is good; undefined = begin a new one. */
  readonly active: { readonly path: string; readonly size: number } | undefined;
}

/** Why a burst is not on the disk. */
export interface WriteFailure {
  readonly error: unknown;
  /** A sentence for people. */
  readonly reason: string;
  /** It was taken back, and goes away by itself, as a full disk does. */
  readonly passing: boolean;
}

/** Anything else, EIO above all, leaves the disk in doubt. */
const PASSING: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM']);

interface OpenSegment {
  readonly path: string;
  readonly file: StoreFile;
  size: number;
}

export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #active: OpenSegment | undefined;

  private constructor(options: SegmentWriterOptions, active: OpenSegment | undefined) {
    this.#options = options;
    this.#active = active;
  }

  static async open(options: SegmentWriterOptions): Promise<SegmentWriter> {
    const { fs, active } = options;
    if (active === undefined) return new SegmentWriter(options, undefined);
    return new SegmentWriter(options, { ...active, file: await fs.open(active.path, 'change') });
  }

  /** The file that grows, and how much of it is durable; a copy. */
  get active(): { readonly path: string; readonly size: number } | undefined {
    return this.#active === undefined ? undefined : { path: this.#active.path, size: this.#active.size };
  }

  /** Undefined once the lines, which follow `chain`, are durable; else why they are not, after they were taken back. */
  write(lines: string, chain: ChainHead, at: EpochMs): Promise<WriteFailure | undefined> {
    if (this.#active === undefined || this.#active.size >= this.#options.segmentBytes)
      return this.#begin(lines, chain, at);
    return this.#append(this.#active, lines);
  }

  async close(): Promise<void> {
    await this.#active?.file.close();
    this.#active = undefined;
  }

  async #append(active: OpenSegment, lines: string): Promise<WriteFailure | undefined> {
    const { file, size } = active;
    const bytes = Buffer.from(lines);
    try {
      await file.write(bytes, size);
      await file.datasync();
    } catch (error) {
      return takeBack(error, async () => {
        await file.truncate(size);
        await file.datasync();
      });
    }
    active.size += bytes.length;
    return undefined;
  }

  async #begin(lines: string, chain: ChainHead, at: EpochMs): Promise<WriteFailure | undefined> {
    const { fs, dataDir, format, logger } = this.#options;
    const path = segmentPath(dataDir, chain.seq + 1);
    const bytes = Buffer.from(encodeHeader(format, chain, new Date(at).toISOString()) + lines);
    let file: StoreFile | undefined;
    try {
      file = await fs.open(path, 'create');
      await file.write(bytes, 0);
      await file.datasync();
      await fs.syncFolder(journalFolder(dataDir));
    } catch (error) {
      return takeBack(error, async () => {
        if (file === undefined) return;
        await file.close();
        await fs.unlink(path);
        await fs.syncFolder(journalFolder(dataDir));
      });
    }
    const before = this.#active;
    this.#active = { path, file, size: bytes.length };
    // All of it was synced: whether it closes well changes nothing.
    await before?.file.close().catch((error: unknown) => logger.warn({ err: error }, `${before.path} did not close`));
    return undefined;
  }
}

/** Makes the disk forget a burst that failed, before anybody is told so. */
async function takeBack(error: unknown, undo: () => Promise<void>): Promise<WriteFailure> {
  const errno = errnoOf(error) ?? '';
  const reason =
    errno === 'ENOSPC' || errno === 'EDQUOT'
      ? 'the disk is full'
      : `the journal could not be written: ${messageOf(error)}`;
  try {
    await undo();
    return { error, reason, passing: PASSING.has(errno) };
  } catch (undoError) {
    const doubt = 'so the last changes may be there after a restart';
    return {
      error,
      reason: `${reason}; taking it back failed too (${messageOf(undoError)}), ${doubt}`,
      passing: false,
    };
  }
}
