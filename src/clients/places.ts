/** Finds the files of clients on this machine: which there are, and where one would be. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FormatName, Place } from './formats/index.ts';
import { clients, type Client } from './table.ts';

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The folder whose project files are meant. */
  readonly folder: string;
}

/** `local`: of one user in one project, as Claude Code keeps them inside the user's file. */
export type Scope = 'user' | 'project' | 'local' | 'file';

/** Servers of a client in one file, under one key. */
export interface ClientPlace extends Place {
  readonly client: Client;
  readonly scope: Scope;
  readonly file: string;
  readonly format: FormatName;
}

/** Folders that a pattern with `*` finds. */
const MAX_FOUND = 64;

/** Where a client's servers of the scope are, or would be; undefined for a client that has none. */
export function placeOf(client: Client, scope: 'user' | 'project', machine: Machine): ClientPlace | undefined {
  const files = scope === 'user' ? userFiles(client, machine) : projectFiles(client, machine);
  const plain = files.filter((file) => !file.includes('*'));
  const file = plain.find(isFile) ?? plain.find((one) => isFolder(path.dirname(one))) ?? plain[0];
  return file === undefined ? undefined : placeIn(client, scope, file);
}

export function placeIn(
  client: Client,
  scope: Scope,
  file: string,
  keys: readonly string[] = client.path,
): ClientPlace {
  return { client, scope, file, format: formatOf(file, client), path: keys, shape: client.shape };
}

/** A file that was named may have another ending than the client's own. */
function formatOf(file: string, { format }: Client): FormatName {
  if (file.endsWith('.toml')) return 'toml';
  return /\.ya?ml$/.test(file) ? 'yaml' : format === 'jsonc' || /\.jsonc?$/.test(file) ? 'jsonc' : format;
}

/** All places whose file is there, in the order of the table; a file that is both a user's and a project's is the user's. */
export function foundPlaces(machine: Machine): readonly ClientPlace[] {
  const all = clients.flatMap((client) => [
    ...found(userFiles(client, machine)).flatMap((file) => {
      const own = placeIn(client, 'user', file);
      return client.name === 'claude-code'
        ? [own, placeIn(client, 'local', file, ['projects', machine.folder, ...client.path])]
        : [own];
    }),
    ...found(projectFiles(client, machine)).map((file) => placeIn(client, 'project', file)),
  ]);
  const seen = new Set<string>();
  return all.filter(({ file, path: keys }) => {
    const id = JSON.stringify([path.resolve(file), keys]);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/** A client that has a folder on this machine, though no file yet. */
export function isInstalled(client: Client, machine: Machine): boolean {
  return userFiles(client, machine).some(
    (file) => isFile(file) || (path.dirname(file) !== machine.home && isFolder(path.dirname(file))),
  );
}

function userFiles({ user, homeVariable }: Client, machine: Machine): readonly string[] {
  const { env, home, platform } = machine;
  const named = homeVariable === undefined ? undefined : env[homeVariable];
  if (named !== undefined && path.isAbsolute(named)) return user.map((file) => path.join(named, path.basename(file)));
  const config = env['XDG_CONFIG_HOME'];
  const xdg = config !== undefined && path.isAbsolute(config) ? config : path.join(home, '.config');
  const app = platform === 'darwin' ? path.join(home, 'Library/Application Support') : xdg;
  return user.map((file) =>
    file
      .replace(/^~/, () => home)
      .replace('{app}', () => app)
      .replace('{xdg}', () => xdg),
  );
}

function projectFiles({ project }: Client, { folder }: Machine): readonly string[] {
  return project.map((file) => path.join(folder, file));
}

/** A folder of any name stands for `*`. */
function found(files: readonly string[]): readonly string[] {
  const all = files.flatMap((file) => {
    const [before, after] = file.split('/*/');
    if (before === undefined || after === undefined) return [file];
    return foldersIn(before).map((name) => path.join(before, name, after));
  });
  // Names that differ in case only may be one file.
  const seen = new Set<string>();
  return all.filter((file) => {
    const id = tried(() => idOf(file));
    if (id === undefined || seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted().slice(0, MAX_FOUND);
  } catch {
    return [];
  }
}

/** Of a file that is there. */
function idOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats?.isFile() === true ? `${stats.dev}:${stats.ino}` : undefined;
}

const isFile = (file: string): boolean => tried(() => idOf(file)) !== undefined;
const isFolder = (folder: string): boolean =>
  tried(() => statSync(folder, { throwIfNoEntry: false })?.isDirectory()) === true;

/** What cannot be looked at is not there. */
function tried<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
