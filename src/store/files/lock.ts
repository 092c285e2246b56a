/**
 * Locks a data folder for one owner, by the kernel and never by time: a stopped owner keeps it, a killed one frees it
 * at once. On Linux an abstract socket named from the folder's device and inode (unique within one network namespace);
 * elsewhere a socket file in the folder.
 */
import { randomBytes } from 'node:crypto';
import { link, lstat, rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { errnoOf, McptuiError } from '../../kernel/errors.ts';
import type { FileInfo } from './fs.ts';
import { forgetHolder, inUse, writeHolder } from './lock-holder.ts';

export interface FolderLock {
  /** Frees the folder. Idempotent. */
  release(): Promise<void>;
}

/** How a data folder is made exclusive. @throws McptuiError `conflict` when somebody else has it */
export type TakeLock = (dataDir: string, info: FileInfo, clock: Clock) => Promise<FolderLock>;

/** Connections at once; further ones are closed unseen. */
const MAX_CONNECTIONS = 8;

export const takeKernelLock: TakeLock = (dataDir, info, clock) =>
  process.platform === 'linux' ? takeAbstract(dataDir, info, clock) : takeSocketFile(dataDir, info, clock);

async function held(dataDir: string, free: () => Promise<void>): Promise<FolderLock> {
  await writeHolder(dataDir);
  return { release: () => forgetHolder(dataDir).then(free) };
}

export const takeAbstract: TakeLock = async (dataDir, info, clock) => {
  const name = `\0mcptui-${info.dev}-${info.ino}`;
  try {
    const server = await listen(name);
    return held(dataDir, () => close(server));
  } catch (error) {
    if (errnoOf(error) !== 'EADDRINUSE') throw error;
    throw await inUse(dataDir, name, clock);
  }
};

/**
 * Binds under a random name and links it to the final one, which one taker alone can do. A dead owner's file is replaced in
 * one step by the taker that holds the guard of that very file, so that the name is never free in between.
 */
export const takeSocketFile: TakeLock = async (dataDir, _info, clock) => {
  const path = join(dataDir, 'lock.sock');
  const own = join(dataDir, `.lock-${randomBytes(4).toString('hex')}`);
  const server = await listen(own);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if ((await tryLink(own, path)) || (!(await accepts(path)) && (await replaceDead(path, own)))) {
        await unlink(own).catch(() => undefined);
        const free = (): Promise<void> => close(server);
        return await held(dataDir, () => unlink(path).then(free, free));
      }
    }
    throw await inUse(dataDir, path, clock);
  } catch (error) {
    await close(server);
    await unlink(own).catch(() => undefined);
    throw error;
  }
};

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** True when `own` is at `path` now. @throws McptuiError `unavailable` for a guard that a crash left behind */
async function replaceDead(path: string, own: string): Promise<boolean> {
  const dead = await inodeOf(path);
  if (dead === undefined) return false;
  const guard = `${path}.${dead}.taking`;
  if (!(await tryLink(own, guard))) {
    if ((await accepts(guard)) || (await inodeOf(guard)) === undefined) return false;
    throw new McptuiError('unavailable', `${guard} is left from a crash`, {
      hint: 'remove it when no mcptui runs on this folder',
    });
  }
  try {
    // Looked at again under the guard: only its holder may replace this file, so what holds now holds until the rename.
    if ((await inodeOf(path)) !== dead || (await accepts(path))) return false;
    await rename(own, path);
    return true;
  } finally {
    await unlink(guard);
  }
}

async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).ino;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whoever connects learns that the owner lives, and nothing else: on Linux every user of the machine can connect. */
function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.destroy();
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.once('error', reject);
    server.listen({ path }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
