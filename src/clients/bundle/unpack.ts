/** Unpacks a bundle into a folder of its own: whole or not at all, never over files that are there. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ZipFile } from './zip.ts';

/** Answers whether it was unpacked now; false when that folder was there already. */
export async function unpackBundle(zip: ZipFile, folder: string): Promise<boolean> {
  if ((await stat(folder).catch(() => undefined)) !== undefined) return false;
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const temp = path.join(parent, `.${path.basename(folder)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(temp, { mode: 0o700 });
    for (const { name, isExecutable } of zip.files) {
      const file = path.join(temp, name);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(file, 'wx', isExecutable ? 0o700 : 0o600);
      try {
        await handle.writeFile(zip.read(name));
      } finally {
        await handle.close();
      }
    }
    await rename(temp, folder);
    return true;
  } catch (error) {
    await rm(temp, { recursive: true, force: true });
    throw error;
  }
}
