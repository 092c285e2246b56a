/** Opens a data folder and runs an engine on it: lock, store, secrets, runtimes, engine, socket. The daemon and the worker both call it. */
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, realpath, rm } from 'node:fs/promises';
import type { Server as HttpServer } from 'node:http';
import path from 'node:path';
import { systemClock, type Clock } from '../../clock.ts';
import { errnoOf, McptuiError, messageOf } from '../../errors.ts';
import { ulidIds } from '../../ids.ts';
import type { Logger } from '../../log.ts';
import { openDatabase } from '../../store/database.ts';
import type { Paths } from '../../store/paths.ts';
import { collections, type Shape } from '../../store/schema/index.ts';
import { LocalEngine } from '../engine.ts';
import { dockerRuntime } from '../runtimes/docker/docker-runtime.ts';
import { processRuntime } from '../runtimes/process.ts';
import { envSecretSource } from '../secrets/env-source.ts';
import { fileSecretSource } from '../secrets/file-source.ts';
import { apiServer } from './api.ts';

export interface HostOptions {
  readonly paths: Paths;
  readonly hosting: 'embedded' | 'daemon';
  readonly version: string;
  /** Secrets of the backend `env` and the children's base environment come from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly clock?: Clock;
}

export interface HostedEngine {
  readonly engine: LocalEngine;
  readonly socketPath: string;
  /** Stops instances, engine, store and socket, in that order. Idempotent. */
  close(): Promise<void>;
}

/** @throws McptuiError `conflict` when another process owns the data folder; what the store throws when it is damaged */
export async function hostEngine(options: HostOptions): Promise<HostedEngine> {
  const { paths, logger, env } = options;
  const clock = options.clock ?? systemClock;
  const db = await openDatabase<Shape>({ dataDir: paths.dataDir, collections, clock, logger });
  try {
    const folderId = createHash('sha256')
      .update(await realpath(paths.dataDir))
      .digest('hex')
      .slice(0, 16);
    const engine = await LocalEngine.start({
      clock,
      ids: ulidIds(clock),
      logger,
      db,
      runtimes: {
        process: processRuntime({ clock, folderId, env }),
        docker: dockerRuntime({
          clock,
          logger,
          folderId,
          env,
          used: markerFile(path.join(paths.dataDir, 'uses-docker')),
        }),
      },
      secrets: { env: envSecretSource(env), file: fileSecretSource(paths.secretsDir) },
      logsFolder: path.join(paths.stateDir, 'instances'),
      info: {
        version: options.version,
        pid: process.pid,
        hosting: options.hosting,
        dataDir: paths.dataDir,
        socketPath: paths.socketPath,
      },
    });
    const server = apiServer(engine, clock, logger);
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      // Agents see their in-flight calls answered by the router's close before their streams end.
      await engine.close();
      await closeServer(server);
      await db.close();
    };
    try {
      await listen(server, paths.socketPath);
    } catch (error) {
      await engine.close();
      throw error;
    }
    return { engine, socketPath: paths.socketPath, close: () => (closing ??= close()) };
  } catch (error) {
    await db.close();
    throw error;
  }
}

function markerFile(file: string): { get(): boolean; set(): void } {
  return { get: () => existsSync(file), set: () => writeFileSync(file, '', { mode: 0o600 }) };
}

/** The lock is held: a socket file that is there belongs to an engine that is gone. */
async function listen(server: HttpServer, socketPath: string): Promise<void> {
  const folder = path.dirname(socketPath);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const hint =
        errnoOf(error) === 'ENAMETOOLONG' || errnoOf(error) === 'EINVAL'
          ? { hint: 'set MCPTUI_SOCKET to a shorter path' }
          : {};
      reject(
        new McptuiError('unavailable', `cannot listen on ${socketPath}: ${messageOf(error)}`, {
          ...hint,
          cause: error,
        }),
      );
    });
    server.listen(socketPath, () => resolve());
  });
  await chmod(socketPath, 0o600);
}

function closeServer(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
