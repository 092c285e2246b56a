/** Replaces files that only the owner may read: each is the old one or the new one, whole, and never wider than 0600 for a moment. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

export interface Durability {
  /** It survives a loss of power from the moment this resolves. Default false: an older state after one is no harm. */
  readonly isDurable?: boolean;
}

const tempOf = (file: string): string => `${file}.${randomBytes(6).toString('hex')}.tmp`;

/** @throws the system's error; then the file is as it was, and nothing is left beside it */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array,
  { isDurable = false }: Durability = {},
): Promise<void> {
  const temp = tempOf(file);
  try {
    const handle = await open(temp, 'wx', 0o600);
    try {
      // The umask of whoever started us decides nothing.
      await handle.chmod(0o600);
      await handle.writeFile(content);
      if (isDurable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temp, file);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
  if (!isDurable) return;
  const folder = await open(path.dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The same, at once, for what must be there before the next thing happens. */
export function writeAtomicallySync(file: string, text: string): void {
  const temp = tempOf(file);
  try {
    const descriptor = openSync(temp, 'wx', 0o600);
    try {
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temp, file);
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
}
