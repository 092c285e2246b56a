/** Reads text that an operator gives: UTF-8, from a file or stdin; what is none is refused by name instead of being mangled. */
import { createReadStream } from 'node:fs';
import { McptuiError } from '../../kernel/errors.ts';

/** Text of a file, or of stdin for `-`, without a byte order mark. @throws McptuiError `invalid` naming the file */
export async function readInput(file: string): Promise<string> {
  return decodeText(file === '-' ? 'stdin' : file, await bytesOf(file));
}

/** More is no text that anybody reads. */
const MAX_BYTES = 16 * 1024 * 1024;

async function bytesOf(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_BYTES) throw new McptuiError('invalid', `${file} is over ${MAX_BYTES / 1024 / 1024} MiB`);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof McptuiError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const why = code === 'EISDIR' ? 'it is a folder' : code === 'ENOENT' ? 'there is no such file' : code;
    throw new McptuiError('invalid', `cannot read ${file}: ${why}`, { cause: error });
  }
}

/** @throws McptuiError `invalid` with what it is, and how to make UTF-8 of it */
export function decodeText(name: string, bytes: Buffer): string {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) throw notUtf8(name, `it is ${utf16}`, utf16);
  const text = bytes.toString('utf8');
  const nul = bytes.indexOf(0);
  if (nul !== -1) throw new McptuiError('invalid', `${name} is not text: byte ${nul + 1} is NUL`);
  if (!Buffer.from(text).equals(bytes)) {
    const line = text.slice(0, text.indexOf('\uFFFD')).split('\n').length;
    throw notUtf8(name, `line ${line} has other bytes, as ISO-8859-1 (Latin-1) has`, 'ISO-8859-1');
  }
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** By its mark, or by every other byte being NUL as in western text without one. */
function utf16Of(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return 'UTF-16LE';
  if (mark === 'feff') return 'UTF-16BE';
  const head = bytes.subarray(0, 64);
  if (head.length < 4 || head.length % 2 !== 0) return undefined;
  const nuls = (from: number): boolean => head.every((byte, index) => (index % 2 === from ? byte === 0 : byte !== 0));
  return nuls(1) ? 'UTF-16LE' : nuls(0) ? 'UTF-16BE' : undefined;
}

function notUtf8(name: string, why: string, from: string): McptuiError {
  return new McptuiError('invalid', `${name} is not UTF-8 text: ${why}`, {
    hint: `iconv -f ${from} -t UTF-8 ${name === 'stdin' ? 'FILE' : name} > NEW, and give that`,
  });
}
