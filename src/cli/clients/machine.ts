/** Says which machine and which program clients' files are about: home, folder, and how a client starts this mcptui. */
import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Connections } from '../../clients/connections.ts';
import { placeIn, placeOf, type ClientPlace, type Machine } from '../../clients/places.ts';
import { clientNamed, clients, type Client } from '../../clients/table.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { placingEnv } from '../../kernel/paths.ts';
import { userHome } from '../../kernel/user-home.ts';
import type { Context } from '../context.ts';

export function machineOf({ env }: Pick<Context, 'env'>): Machine {
  return { env, home: userHome(), platform: process.platform, folder: process.cwd() };
}

export function connectionsOf({ paths }: Context): Connections {
  return new Connections(path.join(paths.stateDir, 'clients'));
}

/** @throws McptuiError `not-found` with the names that there are */
export function clientOf(name: string): Client {
  const client = clientNamed(name);
  if (client !== undefined) return client;
  const known = clients.map((one) => one.name);
  throw noSuch('client', name, known, `mcptui knows ${known.join(', ')}`);
}

export interface PlaceFlags {
  readonly scope?: 'user' | 'project';
  readonly file?: string;
}

/** @throws McptuiError `invalid` for a client that keeps no such file */
export function placeFor(client: Client, { scope, file }: PlaceFlags, machine: Machine): ClientPlace {
  if (file !== undefined) {
    if (scope !== undefined) throw new McptuiError('invalid', 'give --scope or --file, not both');
    return placeIn(client, 'file', path.resolve(machine.folder, file));
  }
  const wanted = scope ?? (client.user.length === 0 ? 'project' : 'user');
  const place = placeOf(client, wanted, machine);
  if (place !== undefined) return place;
  throw new McptuiError('invalid', `${client.title} has no file of a ${wanted} that is known`, {
    hint: 'name it: --file FILE',
  });
}

/**
 * The words that start the proxy. A client with a window often lacks the shell's `PATH`: it gets whole paths, except in a
 * file that others share.
 */
export function proxyCommand(
  { client: { hasWindow }, scope }: ClientPlace,
  args: readonly string[],
  env: Context['env'],
): readonly [string, ...string[]] {
  const script = process.argv[1] ?? '';
  if (scope === 'project' || (!hasWindow && isOnPath(script, env['PATH']))) return ['mcptui', 'proxy', ...args];
  return [process.execPath, script, 'proxy', ...args];
}

/** Whether `mcptui` on the path is this program. */
function isOnPath(script: string, searched = ''): boolean {
  return searched
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .some((folder) => {
      try {
        const found = path.join(folder, 'mcptui');
        accessSync(found, constants.X_OK);
        return realpathSync(found) === realpathSync(script);
      } catch {
        return false;
      }
    });
}

/** What leads the proxy to this data folder: clients are started without this shell's environment. */
export function proxyEnv({ env, paths }: Context): Readonly<Record<string, string>> {
  const xdg = env['XDG_DATA_HOME'];
  return { ...(paths.dataFrom === 'xdg' && xdg !== undefined ? { XDG_DATA_HOME: xdg } : {}), ...placingEnv(env) };
}
