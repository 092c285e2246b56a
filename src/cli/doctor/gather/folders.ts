/** Gathers owner, mode and room of mcptui's own folders. */
import { constants } from 'node:fs';
import { access, lstat, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { errnoOf, messageOf } from '../../../kernel/errors.ts';
import { checkDisk, type DiskFacts } from '../checks/disk.ts';
import { checkFolders, type FolderFacts } from '../checks/folders.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

/** Files below the folder of secrets that none but their owner may read. */
const KEYS = ['secrets.key', 'secrets.key.next', 'secrets.json', 'http-token'] as const;

export async function lookAtFolders({ context: { paths } }: World): Promise<readonly Finding[]> {
  const { configDir, dataDir, secretsDir, stateDir } = paths;
  const folders = [
    ['config', configDir],
    ['data', dataDir],
    ['secrets', secretsDir],
    ['logs', stateDir],
  ] as const;
  const looks = folders.map(([role, folder]) => factsOf(role, folder, false));
  const keys = KEYS.map((name) => factsOf('file', path.join(secretsDir, name), true));
  const shown = await Promise.all([...looks, ...keys]);
  // The engine makes it with the folder around it.
  return checkFolders(shown.filter(({ role, kind }) => role !== 'secrets' || kind !== 'none'));
}

async function factsOf(role: string, file: string, isSecret: boolean): Promise<FolderFacts> {
  const base = { role, path: file, ownUid: process.getuid?.(), isSecret };
  const nothing = { kind: 'none', mode: 0, uid: 0, isWritable: false } as const;
  try {
    const found = await stat(file);
    const kind = found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
    const isWritable = await access(file, constants.W_OK).then(
      () => true,
      () => false,
    );
    return { ...base, kind, mode: found.mode & 0o1777, uid: found.uid, isWritable };
  } catch (error) {
    const errno = errnoOf(error);
    // A link that leads nowhere is in the way of what would be made there.
    const isLink = errno === 'ENOENT' && (await lstat(file).catch(() => undefined)) !== undefined;
    if (errno === 'ENOENT' && !isLink) return { ...base, ...nothing };
    return { ...base, ...nothing, error: isLink ? 'it is a link that leads nowhere' : (errno ?? messageOf(error)) };
  }
}

export async function lookAtDisk(world: World): Promise<readonly Finding[]> {
  const { dataDir, stateDir } = world.context.paths;
  const data = await diskOf('data', dataDir);
  const logs = await diskOf('logs', stateDir);
  const running = await world.running();
  const storage = running.kind === 'open' ? running.engine.view().info.storage : undefined;
  const trouble = storage !== undefined && 'reason' in storage ? `${storage.kind}: ${storage.reason}` : undefined;
  const all: DiskFacts[] = [{ ...data, ...(trouble === undefined ? {} : { trouble }) }];
  // One line for one disk.
  if (data.device !== logs.device) all.push(logs);
  return checkDisk(all);
}

async function diskOf(role: string, folder: string): Promise<DiskFacts> {
  for (let at = folder; ; at = path.dirname(at)) {
    try {
      const [{ bavail, bsize, ffree, files }, { dev: device }] = await Promise.all([statfs(at), stat(at)]);
      return { role, path: at, device, freeBytes: bavail * bsize, freeFiles: ffree, files };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || at === path.dirname(at)) throw error;
    }
  }
}
