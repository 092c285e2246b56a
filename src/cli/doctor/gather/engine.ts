/** Gathers whether an engine answers, and what is at the path of its socket. */
import { lstat } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { holdsData, readPointer } from '../../../kernel/engine-pointer.ts';
import { userHome } from '../../../kernel/user-home.ts';
import { settlesWithin, type Clock } from '../../../kernel/clock.ts';
import { resolvePaths } from '../../../kernel/paths.ts';
import { version } from '../../../kernel/version.ts';
import { checkEngine, type EngineFacts } from '../checks/engine.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

/** Where `shortEnough` puts them. */
const SHORTENED = /^\/tmp\/mcptui-\d{1,10}\/[\da-f]{8}\.sock$/;
const CONNECT_MS = 1_000;

export async function lookAtEngine(world: World): Promise<readonly Finding[]> {
  const { clock, paths, env } = world.context;
  const running = await world.running();
  const isRunning = running.kind === 'open';
  const pointer = readPointer(paths.dataDir);
  const pointed = pointer !== undefined && 'socketPath' in pointer ? pointer.socketPath : undefined;
  const socketPath = (isRunning ? running.engine.view().info.socketPath : pointed) ?? paths.socketPath;
  // The folder may be held by a process that listens nowhere: opening the records tells.
  const records = running.kind === 'empty' && holdsData(paths.dataDir) ? await world.engine() : running;
  const { standardDataDir, dataFrom } = paths;
  const standard = dataFrom === 'xdg' ? readPointer(standardDataDir) : undefined;
  const tooLong = longPath(env, userHome(), paths.socketPath);
  return checkEngine({
    now: clock.now(),
    dataDir: paths.dataDir,
    ownVersion: version,
    engine: engineFacts(records),
    socketPath,
    socket: await socketAt(socketPath, clock),
    ...(tooLong === undefined ? {} : { tooLong }),
    ...(standard !== undefined && 'socketPath' in standard ? { standardDataDir } : {}),
  });
}

function engineFacts(look: Awaited<ReturnType<World['engine']>>): EngineFacts['engine'] {
  switch (look.kind) {
    case 'empty':
      return { kind: 'none' };
    case 'trouble':
      return { kind: 'trouble', message: look.message, hint: look.hint };
    case 'open': {
      if (!look.isLive) return { kind: 'none' };
      const { pid, version: its, hosting, startedAt, bugs } = look.engine.view().info;
      return { kind: 'runs', pid, version: its, hosting, startedAt, bugs };
    }
  }
}

/** What a setting names, when a socket cannot be there. */
function longPath(env: World['context']['env'], home: string, socketPath: string): string | undefined {
  if (!SHORTENED.test(socketPath)) return undefined;
  const named = env['MCPTUI_SOCKET'] ?? '';
  if (named !== '') return named;
  const { dataDir } = resolvePaths(env, home);
  return path.join(dataDir, 'engine.sock');
}

export async function socketAt(socketPath: string, clock: Clock): Promise<EngineFacts['socket']> {
  const there = await lstat(socketPath).catch(() => undefined);
  if (there === undefined) return 'none';
  if (!there.isSocket()) return 'not a socket';
  return (await isRefused(socketPath, clock)) ? 'dead' : 'answers';
}

/** Nobody listens. One that is only busy is none of that. */
async function isRefused(socketPath: string, clock: Clock): Promise<boolean> {
  const socket = connect(socketPath);
  let refused = false;
  const settled = new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      refused = error.code === 'ECONNREFUSED';
      resolve();
    });
  });
  await settlesWithin(clock, CONNECT_MS, settled);
  socket.destroy();
  return refused;
}
