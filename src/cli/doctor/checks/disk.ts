/** Judges the room on the disks of data and logs. Pure. */
import { bytesText } from '../../../text/format.ts';
import { fail, ok, warn, type Finding } from '../finding.ts';

export interface DiskFacts {
  readonly role: string;
  /** The folder, or the nearest one above it that is there. */
  readonly path: string;
  readonly device: number;
  readonly freeBytes: number;
  /** Free entries for files; 0 of 0 where a file system has no such limit. */
  readonly freeFiles: number;
  readonly files: number;
  /** What the running engine says of its store when that is not ok. */
  readonly trouble?: string;
}

const MIN_BYTES = 64 * 1024 * 1024;
const GOOD_BYTES = 512 * 1024 * 1024;
const GIB = 1024 ** 3;
const MIN_FILES = 1_000;

export function checkDisk(all: readonly DiskFacts[]): readonly Finding[] {
  return all.map((facts) => {
    const { role, path, freeBytes, freeFiles, files, trouble } = facts;
    const said = `${role}: ${roomText(freeBytes)} free at ${path}`;
    const mend = `free some space: df -h ${path}`;
    if (trouble !== undefined) return fail('disk', `the engine's store is ${trouble}`, mend);
    if (freeBytes < MIN_BYTES) return fail('disk', `${said}: changes are refused when it is full`, mend);
    if (files > 0 && freeFiles < MIN_FILES) {
      return fail('disk', `${role}: ${freeFiles} files can still be made at ${path}`, `remove files: df -i ${path}`);
    }
    if (freeBytes < GOOD_BYTES) return warn('disk', said, mend);
    return ok('disk', said);
  });
}

function roomText(bytes: number): string {
  return bytes < GIB ? bytesText(bytes) : `${Math.floor(bytes / GIB)} GiB`;
}
