/** Opens the engine's sockets where they can be, and says in the data folder where that is. */
import { writeAtomically } from '../../kernel/atomic-file.ts';
import { mkdir, chmod, lstat, rm, unlink } from 'node:fs/promises';
import type { Server as HttpServer } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { holdsData, POINTER, readPointer, type Pointer } from '../../kernel/engine-pointer.ts';
import { errnoOf, McptuiError, messageOf } from '../../kernel/errors.ts';
import { agentsSocket, type Paths } from '../../kernel/paths.ts';
import { PRIVATE_MODE, privateFolder } from '../../store/files/private-folder.ts';

export interface DoorServers {
  readonly operators: HttpServer;
  readonly agents: HttpServer;
}

export interface OpenDoors {
  readonly socketPath: string;
  readonly agentsPath: string;
}

/**
 * Listens on the first of the folder's sockets that can be used, and beside it for agents; a runtime folder that is not there
 * is not made. With the folder's lock held. Returns where it listens.
 * @throws McptuiError `unavailable`, `conflict` when the engine of another folder listens there, `denied` for a loose folder
 */
export async function openDoors({ operators, agents }: DoorServers, paths: Paths): Promise<OpenDoors> {
  const { dataDir, socketPaths } = paths;
  const [first] = socketPaths;
  let refusal: unknown;
  for (const socketPath of socketPaths) {
    try {
      const folder = path.dirname(socketPath);
      await (socketPath === first && socketPaths.length > 1 ? runtimeFolder(folder, paths) : privateFolder(folder));
      const agentsPath = agentsSocket(socketPath);
      if (agentsPath === socketPath) {
        throw new McptuiError('invalid', `${socketPath} is the name of the agents' socket`, {
          hint: 'set MCPTUI_SOCKET to another name: agents.sock is made beside it',
        });
      }
      await listen(operators, socketPath);
      await listen(agents, agentsPath);
      await point(dataDir, { socketPath });
      return { socketPath, agentsPath };
    } catch (error) {
      if (error instanceof McptuiError && error.code === 'denied') throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/** The engine listens no more: who comes next need not try. */
export async function closeDoor(dataDir: string): Promise<void> {
  await unlink(path.join(dataDir, POINTER)).catch(() => undefined);
}

/** Leads programs that do not have this one's `XDG_DATA_HOME` to its data, unless they have data of their own. */
export async function leadHere(paths: Paths): Promise<void> {
  const { dataDir, dataFrom, standardDataDir } = paths;
  if (dataFrom !== 'xdg' || holdsData(standardDataDir)) return;
  const there = readPointer(standardDataDir);
  if (there !== undefined && 'dataDir' in there && there.dataDir === dataDir) return;
  // A home that cannot be written to keeps nobody from using another folder.
  await mkdir(standardDataDir, { recursive: true, mode: PRIVATE_MODE }).catch(() => undefined);
  await point(standardDataDir, { dataDir });
}

/** A disk that is full keeps no engine from starting: it is looked for at its usual place, too. */
async function point(folder: string, pointer: Pointer): Promise<void> {
  const file = path.join(folder, POINTER);
  try {
    await writeAtomically(file, `${JSON.stringify(pointer)}\n`);
  } catch {
    // A pointer that a killed engine left names a socket where nobody listens.
  }
}

/** Makes only our own part of a runtime folder: a missing one means that this user has no session. */
async function runtimeFolder(folder: string, { stateDir }: Paths): Promise<unknown> {
  if (folder === stateDir) return privateFolder(folder);
  try {
    await mkdir(folder, { mode: PRIVATE_MODE });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  return privateFolder(folder);
}

async function listen(server: HttpServer, socketPath: string): Promise<void> {
  const there = await lstat(socketPath).catch(() => undefined);
  if (there?.isSocket() === false) {
    throw new McptuiError('invalid', `${socketPath} exists and is not a socket`, {
      hint: 'set MCPTUI_SOCKET elsewhere',
    });
  }
  // The lock of this folder is held: a socket that is there and dead was its own.
  if (there !== undefined && (await accepts(socketPath))) {
    throw new McptuiError('conflict', `the engine of another data folder listens on ${socketPath}`, {
      hint: 'unset MCPTUI_SOCKET, or set it to another path for this folder',
    });
  }
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => {
      server.off('listening', onListening);
      reject(new McptuiError('unavailable', `cannot listen on ${socketPath}: ${messageOf(error)}`, { cause: error }));
    };
    const onListening = (): void => {
      server.off('error', onError);
      resolve();
    };
    server.once('error', onError).once('listening', onListening).listen(socketPath);
  });
  await chmod(socketPath, 0o600);
}

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
