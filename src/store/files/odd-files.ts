/** Refuses what stands in place of the store's files and is none: a pipe that never answers, a link, a file open to others. */
import { join } from 'node:path';
import { McptuiError } from '../../kernel/errors.ts';
import { bodiesFolder } from '../bodies/body-files.ts';
import type { FileLook, StoreFs } from './fs.ts';
import { journalFolder } from '../journal/segments.ts';
import { snapshotFolder } from '../snapshot.ts';

const NAMES: Readonly<Record<Exclude<FileLook['kind'], 'file'>, string>> = {
  folder: 'a folder',
  link: 'a symbolic link',
  pipe: 'a named pipe',
  socket: 'a socket',
  device: 'a device',
};

/** Group or others may read or write. */
const OPEN_MODE = 0o077;
const OURS = /\.jsonl?$/;
/** What an engine keeps beside the store. Whatever else is in the folder is none of ours. */
const BESIDE = ['folder-id', 'start-journal.json', 'engine-start.json', 'engine.json', 'unwritten.json'];

export interface OddFile {
  readonly path: string;
  /** Something else than a file; it may never answer who reads it. */
  readonly isFile: boolean;
  readonly reason: string;
  readonly hint: string;
}

/** What is not as the store made it; nothing is opened to find out. */
export async function oddFiles(fs: StoreFs, dataDir: string): Promise<OddFile[]> {
  const found: OddFile[] = [];
  for (const name of BESIDE) {
    const odd = await oddAt(fs, join(dataDir, name));
    if (odd !== undefined) found.push(odd);
  }
  for (const folder of [journalFolder(dataDir), snapshotFolder(dataDir), bodiesFolder(dataDir)]) {
    for (const name of await fs.list(folder)) {
      const odd = OURS.test(name) ? await oddAt(fs, join(folder, name)) : undefined;
      if (odd !== undefined) found.push(odd);
    }
  }
  return found;
}

async function oddAt(fs: StoreFs, path: string): Promise<OddFile | undefined> {
  const look = await fs.look(path);
  return look === undefined ? undefined : oddness(path, look);
}

function oddness(path: string, { kind, mode }: FileLook): OddFile | undefined {
  if (kind !== 'file') {
    const hint = `move it away and put the file itself there; without one, \`mcptui store repair\` saves the rest`;
    return { path, isFile: false, reason: `${NAMES[kind]} is in place of the file`, hint };
  }
  if ((mode & OPEN_MODE) === 0) return undefined;
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  const reason = `others than its owner may use it, its mode is ${shown}`;
  return { path, isFile: true, reason, hint: `see who has changed it, then run \`chmod 600 ${path}\`` };
}

/** @throws McptuiError `unavailable` with the first odd file and what mends it */
export async function refuseOddFiles(fs: StoreFs, dataDir: string): Promise<void> {
  const [odd] = await oddFiles(fs, dataDir);
  if (odd === undefined) return;
  throw new McptuiError('unavailable', `${odd.path}: ${odd.reason}`, { hint: odd.hint });
}
