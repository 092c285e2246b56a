/** Names a data folder for good: what its engines start carries this name, and no other folder has it, whatever their paths are. */
import { writeAtomically } from '../../kernel/atomic-file.ts';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../../kernel/errors.ts';

export interface FolderId {
  readonly id: string;
  /** How earlier versions named it, by its path: what they left running is still found. */
  readonly formerId: string;
}

/** Made at the first start, with the folder's lock held. */
export async function folderIdOf(dataDir: string): Promise<FolderId> {
  const formerId = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 16);
  const file = path.join(dataDir, 'folder-id');
  return { id: (await kept(file)) ?? (await made(file)), formerId };
}

async function kept(file: string): Promise<string | undefined> {
  try {
    return /^[0-9a-f]{32}$/.exec((await readFile(file, 'utf8')).trim())?.[0];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function made(file: string): Promise<string> {
  const id = randomBytes(16).toString('hex');
  await writeAtomically(file, `${id}\n`);
  return id;
}
