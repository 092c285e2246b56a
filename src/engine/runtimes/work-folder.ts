/** Gives each server that runs as a process a folder to work in: the one of its definition, else one of its own below the data folder. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../../kernel/errors.ts';
import { defined } from '../../kernel/defined.ts';
import { folderFacts } from '../../kernel/folder-trouble.ts';
import type { Failure } from '../../store/schema/failure.ts';
import type { Server } from '../../store/schema/server.ts';

type Definition = Pick<Server, 'name' | 'runtime' | 'source'>;

/** Undefined for what does not run as a process of this machine. */
export function workFolderOf(dataDir: string, server: Definition): string | undefined {
  if (server.runtime !== 'process') return undefined;
  return namedFolder(server) ?? ownFolder(dataDir, server);
}

/** Stays over restarts, and is empty but for what the server puts there. */
export function ownFolder(dataDir: string, { name }: Pick<Definition, 'name'>): string {
  return path.join(dataDir, 'work', name);
}

function namedFolder({ source }: Definition): string | undefined {
  return source.kind === 'command' || source.kind === 'package' ? source.cwd : undefined;
}

/** Makes its own folder, or looks whether the named one is there; what is wrong with it, if anything. */
export async function readyWorkFolder(dataDir: string, server: Definition): Promise<Failure | undefined> {
  const named = namedFolder(server);
  const folder = ownFolder(dataDir, server);
  try {
    if (named !== undefined && server.source.kind === 'command') return await trouble(named);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await endSearch(path.dirname(folder));
    // npx is told to look in its own folder, wherever the server works.
    return named === undefined ? undefined : await trouble(named);
  } catch (error) {
    const facts = folderFacts(error);
    if (facts === undefined) throw error;
    const { errno, path: unmade, syscall } = facts;
    return { kind: 'folder', state: 'unmade', errno, ...defined({ folder: unmade, syscall }) };
  }
}

/** npm looks for a project in all folders above: it finds this one, which has no programs and no settings. */
async function endSearch(folder: string): Promise<void> {
  const file = path.join(folder, 'package.json');
  try {
    await writeFile(file, '{"private":true}\n', { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

async function trouble(folder: string): Promise<Failure | undefined> {
  try {
    if ((await stat(folder)).isDirectory()) return undefined;
    return { kind: 'folder', state: 'file', folder, errno: 'ENOTDIR' };
  } catch (error) {
    const errno = errnoOf(error) ?? 'unknown error';
    const state = errno === 'ENOENT' || errno === 'ENOTDIR' ? 'absent' : 'unusable';
    return { kind: 'folder', state, folder, errno };
  }
}
