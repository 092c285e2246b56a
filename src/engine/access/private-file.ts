/** Writes and reads files that only the owner may read: whole or not at all, durable, and never wider than 0600 for a moment. */
import { lstat, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../../kernel/atomic-file.ts';
import { errnoOf, McptuiError, messageOf } from '../../kernel/errors.ts';

/**
 * The text of such a file. What is none is not opened: a named pipe would never answer.
 * @throws McptuiError `unavailable` for something else than a file of the owner's alone; the system's `ENOENT` when there is none
 */
export async function readPrivately(file: string): Promise<string> {
  const found = await lstat(file);
  if (!found.isFile()) {
    throw new McptuiError('unavailable', `${file} is no file`, { hint: 'move it away and put the file itself there' });
  }
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    throw new McptuiError('unavailable', `others than its owner may use ${file}: its mode is ${mode}`, {
      hint: `see who has changed it, then run \`chmod 600 ${file}\``,
    });
  }
  return readFile(file, 'utf8');
}

/** Replaces the file. The folder is made when it is missing (0700). @throws McptuiError `unavailable` */
export async function writePrivately(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeAtomically(file, text, { isDurable: true });
  } catch (error) {
    const why = errnoOf(error) ?? messageOf(error);
    throw new McptuiError('unavailable', `${file} cannot be written: ${why}`, { cause: error });
  }
}
