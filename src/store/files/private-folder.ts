/** Makes folders that are private from the first moment, and judges those that were there: their mode is their owner's. */
import { mkdir, stat } from 'node:fs/promises';
import { McptuiError } from '../../kernel/errors.ts';

export const PRIVATE_MODE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The first folder that was made, undefined when all were there. One that was there is left as it is.
 * @throws McptuiError `denied` for one in which others may put files
 */
export async function privateFolder(path: string): Promise<string | undefined> {
  const first = await mkdir(path, { recursive: true, mode: PRIVATE_MODE });
  if (first === undefined) await refuseLoose(path);
  return first;
}

async function refuseLoose(path: string): Promise<void> {
  const { mode, uid } = await stat(path);
  const own = process.getuid?.();
  if (own !== undefined && uid !== own && uid !== 0) {
    throw new McptuiError('denied', `folder ${path} belongs to user ${uid}, who may change what is in it`, {
      hint: `chown ${own} ${path}, or use another folder`,
    });
  }
  if ((mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new McptuiError('denied', `others may put files into folder ${path} (mode ${(mode & 0o7777).toString(8)})`, {
      hint: `use a folder of your own, such as ${path.replace(/\/+$/, '')}/mcptui, or chmod go-w ${path}`,
    });
  }
}
