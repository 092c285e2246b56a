/** Reads and replaces a client's file: whole or not at all, with its mode, owner and symbolic link, and only while it is as it was read. */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readFile, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, McptuiError } from '../kernel/errors.ts';
import { MAX_FILE_BYTES } from './formats/index.ts';

/** SHA-256 of a file's bytes, in hex; `ABSENT` of none. */
export type Fingerprint = string;
export const ABSENT: Fingerprint = 'absent';

export interface FileText {
  /** With its byte order mark; "" for a file that is not there. */
  readonly text: string;
  readonly print: Fingerprint;
}

export function fingerprint(bytes: string | Uint8Array): Fingerprint {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws McptuiError for a file that is no text, too large, or not to be read */
export async function readClientFile(file: string): Promise<FileText> {
  const bytes = await bytesOf(file);
  if (bytes === undefined) return { text: '', print: ABSENT };
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) {
    throw new McptuiError('invalid', `${file} is not UTF-8 text`, { hint: 'nothing was changed' });
  }
  return { text, print: fingerprint(bytes) };
}

/** Undefined for one that is not there. */
async function bytesOf(file: string): Promise<Buffer | undefined> {
  let handle: FileHandle;
  try {
    // A pipe in its place must not be waited for.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new McptuiError('unavailable', `cannot read ${file}: ${errnoOf(error) ?? 'unknown error'}`, { cause: error });
  }
  try {
    const { size, ...stats } = await handle.stat();
    if ((stats.mode & constants.S_IFMT) !== constants.S_IFREG)
      throw new McptuiError('invalid', `${file} is not a file`);
    if (size > MAX_FILE_BYTES) {
      throw new McptuiError('invalid', `${file} is over ${MAX_FILE_BYTES / 1024 / 1024} MiB: no settings are so long`);
    }
    const bytes = await readFile(handle);
    return bytes;
  } finally {
    await handle.close();
  }
}

export interface WriteOptions {
  /** What it must still be. */
  readonly expected: Fingerprint;
  /** Of a file that is not there yet. */
  readonly mode: number;
}

/** `text` undefined removes it. @throws McptuiError `conflict` when it is not as expected any more; then nothing is written */
export async function replaceClientFile(
  file: string,
  text: string | undefined,
  { expected, mode }: WriteOptions,
): Promise<void> {
  const target = await targetOf(file);
  if (text === undefined) {
    await refuseStale(file, expected);
    await rm(target, { force: true });
    return;
  }
  const folder = path.dirname(target);
  if (expected === ABSENT) await mkdir(folder, { recursive: true, mode: 0o700 });
  const temp = path.join(folder, `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeTemp(temp, text, target, mode);
    await refuseStale(file, expected);
    await rename(temp, target);
  } catch (error) {
    await rm(temp, { force: true });
    if (error instanceof McptuiError) throw error;
    throw new McptuiError('unavailable', `cannot write ${file}: ${errnoOf(error) ?? 'unknown error'}`, {
      cause: error,
    });
  }
}

async function writeTemp(temp: string, text: string, target: string, mode: number): Promise<void> {
  const old = await stat(target).catch(() => undefined);
  const handle = await open(temp, 'wx', 0o600);
  try {
    const own = await handle.stat();
    if (old !== undefined && (old.uid !== own.uid || old.gid !== own.gid)) await handle.chown(old.uid, old.gid);
    await handle.chmod(old === undefined ? mode : old.mode & 0o7777);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function refuseStale(file: string, expected: Fingerprint): Promise<void> {
  const { print } = await readClientFile(file);
  if (print === expected) return;
  throw new McptuiError('conflict', `${file} has changed since it was shown: nothing was written`, {
    hint: 'run it again and look at the new difference',
  });
}

/** What a symbolic link leads to: the link stays. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    const link = await lstat(file).catch(() => undefined);
    if (link === undefined) return file;
    throw new McptuiError('invalid', `${file} is a link that leads nowhere`, {
      hint: 'make its file, or remove the link',
    });
  }
}
