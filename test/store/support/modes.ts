/** Uses a store in a process whose umask is 0, and lists what in its folder others could read. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('modes-process.ts', import.meta.url));

/** `path mode` of every file that is not 0600 and every folder that is not 0700; empty when all are. */
export async function modes(): Promise<string[]> {
  const parent = await mkdtemp(join(tmpdir(), 'mcptui-modes-'));
  try {
    const dataDir = join(parent, 'deep', 'data');
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, dataDir]);
    const wrong = stdout.split('\n').filter((line) => line !== '');
    const names = await readdir(join(parent, 'deep'), { recursive: true });
    for (const name of ['.', ...names]) {
      const info = await stat(join(parent, 'deep', name));
      const mode = info.mode & 0o777;
      if (mode !== (info.isDirectory() ? 0o700 : 0o600)) wrong.push(`${name} ${mode.toString(8)}`);
    }
    const hasLines = (folder: string): boolean =>
      names.some((name) => name.includes(folder) && name.endsWith('.jsonl'));
    if (!hasLines('journal/') || !hasLines('bodies/') || !names.some((name) => name.endsWith('items.json'))) {
      wrong.push(`journal, bodies or snapshot missing in ${names.join(', ')}`);
    }
    return wrong;
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}
