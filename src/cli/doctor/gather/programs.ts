/** Gathers where the programs of servers are, on the PATH that instances get. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { argvOf } from '../../../engine/runtimes/argv.ts';
import { childEnv, inheritedEnv } from '../../../engine/runtimes/child-env.ts';
import type { Server } from '../../../store/schema/server.ts';
import { checkPrograms, type Program } from '../checks/programs.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

const USUAL = ['node', 'npx', 'uvx'];
const MAX_FOLDERS = 256;

export async function lookAtPrograms(world: World): Promise<readonly Finding[]> {
  const { env, from } = await world.engineEnv();
  const searchPath = inheritedEnv(env)['PATH'] ?? '';
  const shellPath = world.context.env['PATH'] ?? '';
  const opened = await world.opened().catch(() => undefined);
  const servers = [...(opened?.engine.view().servers.values() ?? [])].filter(({ replicas }) => replicas > 0);
  const programs = await Promise.all(
    wantedBy(servers).map(async ({ name, cwd, ownPath, servers: users }): Promise<Program> => {
      const foundAt = await programAt(name, ownPath ?? searchPath, cwd);
      const inShell = foundAt === undefined ? await programAt(name, shellPath, cwd) : undefined;
      return { name, servers: users, foundAt, inShell, ownPath };
    }),
  );
  return checkPrograms({ from, searchPath, programs });
}

interface Wanted {
  readonly name: string;
  readonly cwd?: string | undefined;
  readonly ownPath?: string | undefined;
  readonly servers: readonly string[];
}

function wantedBy(servers: readonly Server[]): readonly Wanted[] {
  const wanted = new Map<string, Wanted>(USUAL.map((name) => [name, { name, servers: [] }]));
  for (const server of servers) {
    if (server.runtime !== 'process') continue;
    const { source } = server;
    const [name] = argvOf(source, '/');
    if (name === undefined) continue;
    const own = childEnv({}, literalsOf(server))['PATH'];
    const cwd = 'cwd' in source && name.includes('/') ? source.cwd : undefined;
    const key = [name, ...(own === undefined && cwd === undefined ? [] : [own, cwd])].join('\n');
    const before = wanted.get(key)?.servers ?? [];
    wanted.set(key, { name, cwd, ownPath: own, servers: [...before, server.name] });
  }
  return [...wanted.values()];
}

function literalsOf({ env }: Server): Readonly<Record<string, string>> {
  return Object.fromEntries(env.flatMap((entry) => ('value' in entry ? [[entry.name, entry.value] as const] : [])));
}

/** As the system looks for it: a name with a slash is a path. */
export async function programAt(name: string, searchPath: string, cwd = '/'): Promise<string | undefined> {
  const places = name.includes('/')
    ? [path.resolve(cwd, name)]
    : searchPath
        .split(path.delimiter)
        .slice(0, MAX_FOLDERS)
        .filter((folder) => folder !== '')
        .map((folder) => path.join(folder, name));
  for (const place of places) if (await isProgram(place)) return place;
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
