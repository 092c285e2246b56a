/** Reads where a data folder's engine listens: its file beside the folder's lock says so, whatever the environment of who looks. */
import { closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { withDataDir, type Paths } from './paths.ts';

/** Written by the engine of the folder, with the lock held; or in the standard folder, when the data is elsewhere. */
export const POINTER = 'engine.json';

export type Pointer =
  | { readonly socketPath: string }
  /** Of a user whose `XDG_DATA_HOME` not every program has. */
  | { readonly dataDir: string };

/** Who asks names the folder that it means: several folders may have used one socket path in turn. */
export const FOLDER_HEADER = 'x-mcptui-folder';

export function readPointer(dataDir: string): Pointer | undefined {
  try {
    const text = readAtOnce(join(dataDir, POINTER));
    const { socketPath, dataDir: elsewhere } = JSON.parse(text) as Partial<Record<'socketPath' | 'dataDir', unknown>>;
    if (isPath(socketPath)) return { socketPath };
    return isPath(elsewhere) ? { dataDir: elsewhere } : undefined;
  } catch {
    return undefined;
  }
}

/** A named pipe in place of the file keeps nobody waiting. */
function readAtOnce(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** In order, where the engine of the folder may be found. */
export function socketsToTry(dataDir: string | undefined, socketPaths: readonly string[]): readonly string[] {
  const pointer = dataDir === undefined ? undefined : readPointer(dataDir);
  const said = pointer !== undefined && 'socketPath' in pointer ? [pointer.socketPath] : [];
  return [...new Set([...said, ...socketPaths])];
}

/** Programs without `XDG_DATA_HOME` use the folder of those that have it, unless there is data in the standard one. */
export function followed(paths: Paths): Paths {
  if (paths.dataFrom !== 'standard') return paths;
  const pointer = readPointer(paths.dataDir);
  if (pointer === undefined || !('dataDir' in pointer) || holdsData(paths.dataDir)) return paths;
  return withDataDir(paths, pointer.dataDir);
}

export function holdsData(dataDir: string): boolean {
  return existsSync(join(dataDir, 'journal'));
}

/** Of a header's value: only ASCII passes there. */
export function folderHeader(dataDir: string): string {
  return encodeURIComponent(dataDir);
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && isAbsolute(value);
}
