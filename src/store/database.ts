/** Opens and recovers the store of one data folder, and hands out the only way to change it. */
import type { Clock } from '../kernel/clock.ts';
import { errnoOf, McptuiError, messageOf } from '../kernel/errors.ts';
import { folderTrouble } from '../kernel/folder-trouble.ts';
import { silentLogger, type Logger } from '../kernel/log.ts';
import { bodiesFolder, type WholeRow } from './bodies/body-files.ts';
import { realFs, type StoreFs } from './files/fs.ts';
import { Journal } from './journal/journal.ts';
import { takeKernelLock, type TakeLock } from './files/lock.ts';
import { formatOf, migrations as allMigrations, type Migration } from './migrations.ts';
import { refuseOddFiles } from './files/odd-files.ts';
import { recover } from './recovery.ts';
import type { CollectionSpecs, InvalidRow } from './journal/replay.ts';
import type { Retention } from './journal/retention.ts';
import { journalFolder } from './journal/segments.ts';
import { snapshotFolder } from './snapshot.ts';
import { Store } from './store.ts';
import type { Database, StoreShape } from './types.ts';
import { readUnwritten } from './journal/unwritten.ts';
import { EventWindow } from './journal/window.ts';

export interface OpenOptions {
  readonly dataDir: string;
  readonly collections: CollectionSpecs;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Default the real file system. */
  readonly fs?: StoreFs;
  /** Default the kernel's; tests of one process that pretends to have crashed put their own. */
  readonly lock?: TakeLock;
  /** How many of the newest events are kept in memory; default 100,000. */
  readonly window?: number;
  /** A segment that has reached this size is followed by a new one; default 8 MiB. */
  readonly segmentBytes?: number;
  /** A file of bodies that has reached this size is followed by a new one; default 64 MiB. */
  readonly bodyFileBytes?: number;
  /** Records between snapshots; default 20,000. */
  readonly snapshotEveryRecords?: number;
  /** What of the journal is kept; default 1 GiB, whatever its age. */
  readonly retention?: Retention;
  /** Default those of this program. */
  readonly migrations?: readonly Migration[];
}

const DEFAULT_WINDOW = 100_000;
const DEFAULT_SEGMENT_BYTES = 8 * 1024 * 1024;
const DEFAULT_SNAPSHOT_RECORDS = 20_000;
const DEFAULT_RETENTION: Retention = { maxBytes: 1024 * 1024 * 1024 };

/**
 * Takes the folder's lock, recovers what is in it and keeps it open until `close`.
 * @throws McptuiError `conflict` when another process has the folder; `unavailable` for damage or a newer format (naming
 *   file and offset) and when the system refuses; `invalid` for a record that fails its schema
 */
export async function openDatabase<S extends StoreShape>(options: OpenOptions): Promise<Database<S>> {
  try {
    return await openFolder<S>(options, options.fs ?? realFs);
  } catch (error) {
    if (error instanceof McptuiError || errnoOf(error) === undefined) throw error;
    const trouble = folderTrouble(error);
    const message = trouble?.message ?? `${options.dataDir} cannot be opened: ${messageOf(error)}`;
    throw new McptuiError('unavailable', message, {
      ...(trouble === undefined ? {} : { hint: trouble.hint }),
      cause: error,
    });
  }
}

/**
 * `onInvalid` gets the rows that fail their schema, which are then left out; without it the first one is thrown. `salvaged`:
 * what a repair knows of bodies that are not where they were.
 */
export async function openFolder<S extends StoreShape>(
  options: OpenOptions,
  fs: StoreFs,
  onInvalid?: (invalid: InvalidRow) => void,
  salvaged?: ReadonlyMap<string, WholeRow | undefined>,
): Promise<Store<S>> {
  const { dataDir, clock, collections } = options;
  const logger = options.logger ?? silentLogger;
  const migrations = options.migrations ?? allMigrations;
  const format = formatOf(migrations);

  await fs.makeFolder(dataDir);
  const info = await fs.info(dataDir);
  if (info === undefined) throw new McptuiError('unavailable', `${dataDir} is gone`);
  const lock = await (options.lock ?? takeKernelLock)(dataDir, info, clock);
  try {
    await fs.makeFolder(journalFolder(dataDir));
    await fs.makeFolder(snapshotFolder(dataDir));
    if (Object.values(collections).some(({ body }) => body !== undefined)) await fs.makeFolder(bodiesFolder(dataDir));
    await refuseOddFiles(fs, dataDir);
    const unwritten = await readUnwritten(fs, dataDir);
    const window = new EventWindow(options.window ?? DEFAULT_WINDOW);
    const onEvents = window.push.bind(window);
    const recovered = await recover({
      fs,
      dataDir,
      specs: collections,
      migrations,
      onEvents,
      ...(onInvalid === undefined ? {} : { onInvalid }),
      ...(salvaged === undefined ? {} : { salvaged }),
      ...(options.bodyFileBytes === undefined ? {} : { bodyFileBytes: options.bodyFileBytes }),
    });
    const { chain, active } = recovered;
    const segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    const journal = await Journal.open({ fs, clock, logger, dataDir, segmentBytes, format, chain, active });
    return new Store<S>({
      dataDir,
      specs: collections,
      clock,
      logger,
      fs,
      format,
      lock,
      journal,
      window,
      recovered,
      unwritten,
      snapshotEveryRecords: options.snapshotEveryRecords ?? DEFAULT_SNAPSHOT_RECORDS,
      retention: options.retention ?? DEFAULT_RETENTION,
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}
