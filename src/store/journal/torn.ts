/** Tells the end of a write that was never finished from damage to what was, and cuts the former. */
import { basename, dirname, join } from 'node:path';
import type { StoreFs } from '../files/fs.ts';
import { lacksOnlyItsEnd, parseRecord, readLine } from '../record.ts';

/** The unit in which disks and file systems leave parts of a write out. */
const SECTOR_BYTES = 512;

/**
 * Whether what begins at `offset`, after record `lastSeq`, can be a write that was cut short. Journals only grow, so what
 * is missing of one is absent at the end or reads as zeros in whole sectors; and nothing of a later burst can follow, since a burst is begun
 * only after the one before is durable. Anything else, a changed byte above all, is damage to something acknowledged.
 */
export function isTorn(bytes: Buffer, offset: number, lastSeq: number): boolean {
  const first = readLine(bytes, offset);
  if (first === undefined) return true;
  if (first.ok) return false;
  const endsInLine = first.end === bytes.length && bytes[first.end - 1] !== 0x0a;
  if (!endsInLine && !hasHole(bytes, offset, first.end)) return false;
  if (endsInLine && lacksOnlyItsEnd(bytes, offset)) return false;
  for (let line = readLine(bytes, first.end); line !== undefined; line = readLine(bytes, line.end)) {
    const record = line.ok ? parseRecord(line.body) : undefined;
    if (record !== undefined && record.batch > lastSeq + 1) return false;
  }
  return true;
}

/** A run of zeros that begins and ends where a sector, the line or the file does. A line of JSON holds no zero byte. */
function hasHole(bytes: Buffer, offset: number, end: number): boolean {
  for (let from = bytes.indexOf(0, offset); from >= 0 && from < end;) {
    let to = from;
    while (to < bytes.length && bytes[to] === 0) to++;
    const begins = from === offset || from % SECTOR_BYTES === 0;
    const ends = to === bytes.length || to % SECTOR_BYTES === 0;
    if (begins && ends) return true;
    from = bytes.indexOf(0, to);
  }
  return false;
}

/**
 * Copies everything from `offset` to a new `.broken` file beside it, then cuts it off; a file that is cut whole is removed.
 * Returns the copy's path; undefined when there was nothing to keep.
 */
export async function cutTail(fs: StoreFs, path: string, bytes: Buffer, offset: number): Promise<string | undefined> {
  const kept = bytes.length > offset ? await keepAside(fs, path, bytes.subarray(offset), offset) : undefined;
  if (offset === 0) {
    await fs.unlink(path);
    await fs.syncFolder(dirname(path));
    return kept;
  }
  const file = await fs.open(path, 'change');
  try {
    await file.truncate(offset);
    await file.datasync();
  } finally {
    await file.close();
  }
  return kept;
}

/** Writes the bytes to the first free name `<file>.at-<offset>[-2, -3 …].broken`, durably. */
export async function keepAside(fs: StoreFs, path: string, bytes: Buffer, offset: number): Promise<string> {
  const folder = dirname(path);
  const names = new Set(await fs.list(folder));
  let name = `${basename(path)}.at-${offset}.broken`;
  for (let i = 2; names.has(name); i++) name = `${basename(path)}.at-${offset}-${i}.broken`;
  const copy = join(folder, name);
  const file = await fs.open(copy, 'create');
  try {
    await file.write(bytes, 0);
    await file.datasync();
  } catch (error) {
    await fs.unlink(copy).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  await fs.syncFolder(folder);
  return copy;
}
