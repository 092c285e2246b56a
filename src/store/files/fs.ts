/** Describes the few file operations the store needs, as a port: tests put crashes and full disks behind it. */
import * as nodeFs from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../../kernel/errors.ts';
import { privateFolder } from './private-folder.ts';

export interface StoreFile {
  /** Writes all of `bytes` at `position`; may leave a part of it behind when it fails. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** fdatasync: content and size are on the disk when it resolves. */
  datasync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

export interface FileInfo {
  readonly size: number;
  readonly dev: number;
  readonly ino: number;
}

/** Kind and permissions of what stands at a path; links are not followed. */
export interface FileLook {
  readonly kind: 'file' | 'folder' | 'link' | 'pipe' | 'socket' | 'device';
  /** Permission bits. */
  readonly mode: number;
}

/** Errors are Node's system errors with their `code`. */
export interface StoreFs {
  /** `create` refuses an existing file and makes it 0600 whatever the umask is; `change` needs an existing one. */
  open(path: string, how: 'create' | 'change'): Promise<StoreFile>;
  /** The bytes from `start` (default 0) to `end` (exclusive, default the end of the file). */
  read(path: string, start?: number, end?: number): Promise<Buffer>;
  /** Names in the folder; empty when there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  /** Makes the folder and what leads to it, 0700. True when it was not there before. @throws McptuiError `denied` for a loose one that was */
  makeFolder(path: string): Promise<boolean>;
  /** Undefined when there is no such file. */
  info(path: string): Promise<FileInfo | undefined>;
  /** Undefined when there is nothing. */
  look(path: string): Promise<FileLook | undefined>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** fsync of a folder: names created, renamed or removed in it are on the disk. */
  syncFolder(path: string): Promise<void>;
}

const FILE_MODE = 0o600;

/** Copying this much into the page cache takes less time than the trip to a thread and back. */
const INLINE_WRITE_BYTES = 128 * 1024;

class RealFile implements StoreFile {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const left = bytes.length - done;
      done +=
        left <= INLINE_WRITE_BYTES
          ? nodeFs.writeSync(this.#fd, bytes, done, left, position + done)
          : await this.#writeOnThread(bytes, done, left, position + done);
    }
  }

  #writeOnThread(bytes: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      nodeFs.write(this.#fd, bytes, offset, length, position, (error, written) => {
        if (error === null) resolve(written);
        else reject(error);
      });
    });
  }

  datasync(): Promise<void> {
    return new Promise((resolve, reject) => {
      nodeFs.fdatasync(this.#fd, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  truncate(size: number): Promise<void> {
    return new Promise((resolve, reject) => {
      nodeFs.ftruncate(this.#fd, size, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      nodeFs.close(this.#fd, (error) => (error == null ? resolve() : reject(error)));
    });
  }
}

export const realFs: StoreFs = {
  open: (path, how) =>
    new Promise((resolve, reject) => {
      nodeFs.open(path, how === 'create' ? 'wx' : 'r+', FILE_MODE, (error, fd) => {
        if (error === null) resolve(new RealFile(fd));
        else reject(error);
      });
    }),
  async read(path, start = 0, end) {
    if (start === 0 && end === undefined) return nodeFs.promises.readFile(path);
    const handle = await nodeFs.promises.open(path, 'r');
    try {
      const length = Math.max(0, (end ?? (await handle.stat()).size) - start);
      const buffer = Buffer.allocUnsafe(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(buffer, done, length - done, start + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    } finally {
      await handle.close();
    }
  },
  async list(path) {
    try {
      return (await nodeFs.promises.readdir(path)).sort();
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
  },
  async makeFolder(path) {
    const first = await privateFolder(path);
    if (first === undefined) return false;
    for (let made = path; made.length >= first.length; made = dirname(made)) await realFs.syncFolder(dirname(made));
    return true;
  },
  async info(path) {
    try {
      const { size, dev, ino } = await nodeFs.promises.stat(path);
      return { size, dev, ino };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  async look(path) {
    try {
      const found = await nodeFs.promises.lstat(path);
      return { kind: kindOf(found), mode: found.mode & 0o7777 };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  rename: (from, to) => nodeFs.promises.rename(from, to),
  unlink: (path) => nodeFs.promises.unlink(path),
  async syncFolder(path) {
    const handle = await nodeFs.promises.open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

function kindOf(found: nodeFs.Stats): FileLook['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  if (found.isSymbolicLink()) return 'link';
  if (found.isFIFO()) return 'pipe';
  return found.isSocket() ? 'socket' : 'device';
}
