/** Writes a text to a file that the operator has named, readable to him alone. */
import { chmodSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { McptuiError } from '../../kernel/errors.ts';

/**
 * The path that was written; undefined when there is a file already and nobody has agreed to replace it.
 * @throws McptuiError `unavailable` when it cannot be written
 */
export function saveText(text: string, named: string, isAgreed: boolean): string | undefined {
  const file = path.resolve(named.replace(/^~(?=\/|$)/, homedir()));
  try {
    writeFileSync(file, text, { mode: 0o600, flag: isAgreed ? 'w' : 'wx' });
    if (isAgreed) chmodSync(file, 0o600);
    return file;
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && !isAgreed) return undefined;
    const words = code === 'ENOENT' ? 'there is no such folder' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new McptuiError('unavailable', `${file} cannot be written: ${words}`, { hint: 'S asks for another path' });
  }
}
