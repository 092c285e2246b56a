/** Tells who holds a folder's lock: by what the holder wrote into the folder, and never by what a socket says. */
import { isAlive } from '../../kernel/is-alive.ts';
import { readFile, readdir, readlink, unlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sleep, type Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';

/** How long the owner gets to answer. */
const ANSWER_MS = 250;

const pidFile = (dataDir: string): string => join(dataDir, 'lock.pid');

/** For those who come next; only whoever may write into the folder can say so. A full disk keeps nobody from starting. */
export async function writeHolder(dataDir: string): Promise<void> {
  await writeFile(pidFile(dataDir), `${process.pid}\n`, { mode: 0o600 }).catch(() => undefined);
}

export async function forgetHolder(dataDir: string): Promise<void> {
  await unlink(pidFile(dataDir)).catch(() => undefined);
}

/** Why the folder cannot be had. `socketName` is what its lock listens on. */
export async function inUse(dataDir: string, socketName: string, clock: Clock): Promise<McptuiError> {
  const [pid, answers] = await Promise.all([holderPid(dataDir, socketName), answersAt(socketName, clock)]);
  const silence = answers ? '' : ', which does not answer';
  if (pid !== undefined) {
    return new McptuiError('conflict', `${dataDir} is in use by process ${pid}${silence}`, {
      hint: answers
        ? 'quit it first, or attach to it by running `mcptui` without further options'
        : `if it is stopped: kill -CONT ${pid}; to end it: kill -KILL ${pid}`,
    });
  }
  return new McptuiError('conflict', `${dataDir} is in use by another process${silence}`, {
    hint: 'attach to it by running `mcptui` without further options; a process of another user can hold its lock too: use another data folder then',
  });
}

/** The process that the folder names, when that is the one with the lock. */
async function holderPid(dataDir: string, socketName: string): Promise<number | undefined> {
  const text = await readFile(pidFile(dataDir), 'latin1').catch(() => '');
  const [digits] = /^\d{1,10}(?=\n$)/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  // A socket file is in the folder itself, where only its owner can put one.
  const isHolder = socketName.startsWith('\0') ? await hasSocket(digits, socketName) : isAlive(Number(digits));
  return isHolder ? Number(digits) : undefined;
}

/** Whether that process has the abstract socket of this name open; false as well when it is another user's. */
async function hasSocket(pid: string, socketName: string): Promise<boolean> {
  try {
    // Num RefCount Protocol Flags Type St Inode Path; a leading @ stands for the NUL of an abstract name.
    const path = `@${socketName.slice(1)}`;
    const lines = (await readFile('/proc/net/unix', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
    const inodes = new Set(lines.flatMap(([, , , , , , inode, name]) => (name === path ? [`socket:[${inode}]`] : [])));
    const folder = `/proc/${pid}/fd`;
    const links = await Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')));
    return links.some((link) => inodes.has(link));
  } catch {
    return false;
  }
}

/** Whether the owner closes a connection in time: a stopped process only accepts it. */
async function answersAt(socketName: string, clock: Clock): Promise<boolean> {
  const socket = connect({ path: socketName });
  const done = new AbortController();
  const answered = new Promise<boolean>((resolve) => {
    socket.resume();
    socket.on('close', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  const outcome = await Promise.race([answered, sleep(clock, ANSWER_MS, done.signal).then(() => false)]);
  done.abort();
  socket.destroy();
  return outcome;
}
