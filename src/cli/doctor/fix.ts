/** Does what `doctor --fix` may do: modes of own folders, folders that are missing, sockets of engines that are gone. */
import { chmod, mkdir, stat, unlink } from 'node:fs/promises';
import process from 'node:process';
import { realFs } from '../../store/files/fs.ts';
import { takeKernelLock } from '../../store/files/lock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Context } from '../context.ts';
import type { Fix } from './finding.ts';
import { socketAt } from './gather/engine.ts';

/** What was done, or why it was not. */
export async function fixed(context: Context, fix: Fix): Promise<string> {
  try {
    return await carriedOut(context, fix);
  } catch (error) {
    return `not mended: ${fix.path}: ${messageOf(error)}`;
  }
}

async function carriedOut(context: Context, fix: Fix): Promise<string> {
  const { path } = fix;
  switch (fix.kind) {
    case 'make':
      await mkdir(path, { recursive: true, mode: 0o700 });
      return `made: ${path}`;
    case 'mode': {
      const { uid } = await stat(path);
      if (uid !== process.getuid?.()) return `not mended: ${path} belongs to user ${uid}`;
      await chmod(path, fix.mode);
      return `chmod ${fix.mode.toString(8)} ${path}`;
    }
    case 'unlink':
      return removeDead(context, path);
  }
}

/** With the folder's lock held: no engine can begin to listen there meanwhile. */
async function removeDead({ paths, clock }: Context, socketPath: string): Promise<string> {
  const info = await realFs.info(paths.dataDir);
  const lock = info === undefined ? undefined : await takeKernelLock(paths.dataDir, info, clock);
  try {
    if ((await socketAt(socketPath, clock)) !== 'dead') return `left: somebody listens on ${socketPath} now`;
    await unlink(socketPath);
    return `removed: ${socketPath}, where nobody listened`;
  } finally {
    await lock?.release();
  }
}
