/** Opens a data folder and runs an engine on it: lock, store, secrets, runtimes, engine, socket. The daemon and the worker both call it. */
import { existsSync, writeFileSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import path from 'node:path';
import { systemBootClock } from '../../kernel/boot-clock.ts';
import { guardedClock } from '../../kernel/bugs.ts';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import { randomNonce, ulidIds } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import { HttpEndpoint } from '../../mcp/downstream/http/http-endpoint.ts';
import type { HttpSettings } from '../../mcp/downstream/http/settings.ts';
import { openDatabase } from '../../store/database.ts';
import { agentsSocket, type Paths } from '../../kernel/paths.ts';
import { collections, type Shape } from '../../store/schema/index.ts';
import type { StoreState } from '../../store/types.ts';
import { journalRetention } from '../audit/decisions.ts';
import { OtlpExporter } from '../audit/otlp.ts';
import { otlpSettings } from './otlp-settings.ts';
import { fileTokens } from '../access/tokens.ts';
import { LocalEngine } from '../engine.ts';
import { dockerRuntime } from '../runtimes/docker/docker-runtime.ts';
import { processRuntime } from '../runtimes/process.ts';
import { envSecretSource } from '../secrets/env-source.ts';
import { fileSecretSource } from '../secrets/file-source.ts';
import { apiListener } from './api.ts';
import { closeDoor, leadHere, openDoors } from './door.ts';
import { firstToken } from './first-token.ts';
import { folderIdOf } from './folder-id.ts';
import { parseListen } from './listen-address.ts';
import { agentsServer, operatorsServer } from './sockets.ts';
import { recordStart } from './start-record.ts';
import { listenTcp, type TcpServer } from './tcp.ts';

export interface HostOptions {
  readonly paths: Paths;
  readonly hosting: 'embedded' | 'daemon';
  readonly version: string;
  /** Secrets of the backend `env`, the children's base environment and the proxy come from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Listen on this loopback address too, `127.0.0.1:PORT`. */
  readonly listen?: string;
  /** Refuse calls that could not be audited; default: whether `MCPTUI_AUDIT_REQUIRED` is 1. */
  readonly auditRequired?: boolean;
  readonly http?: Partial<HttpSettings>;
  /** Called when an operator asks the engine to end. Default: only who started it can end it. */
  readonly onShutDown?: () => void;
  /** For people, such as where a token is that was made. */
  readonly note?: (line: string) => void;
}

export interface HostedEngine {
  readonly engine: LocalEngine;
  readonly socketPath: string;
  /** For agents alone. */
  readonly agentsPath: string;
  /** Where it listens besides. */
  readonly httpAddress: string | undefined;
  /** What the store can do; after the end too. */
  storage(): StoreState;
  /** Stops instances, engine, store and socket, in that order. Idempotent. */
  close(): Promise<void>;
}

/** @throws McptuiError `conflict` when another process owns the data folder; what the store throws when it is damaged */
export async function hostEngine(options: HostOptions): Promise<HostedEngine> {
  const { paths, logger, env } = options;
  const clock = options.clock ?? systemClock;
  const address = options.listen === undefined ? undefined : parseListen(options.listen);
  const collector = otlpSettings(env, options.version);
  const spans = collector === undefined ? undefined : new OtlpExporter({ ...collector, clock, logger });
  const tokens = fileTokens(paths.secretsDir, clock, randomNonce);
  const db = await openDatabase<Shape>({
    dataDir: paths.dataDir,
    collections,
    clock,
    logger,
    retention: journalRetention,
  });
  try {
    const started = await recordStart(paths, env);
    const { id: folderId, formerId: formerFolderId } = await folderIdOf(paths.dataDir);
    let isShutDown = false;
    const { onShutDown } = options;
    const engine = await LocalEngine.start({
      clock,
      ids: ulidIds(clock),
      logger,
      db,
      runtimes: {
        process: processRuntime({ clock, logger, folderId, formerFolderId, env, dataDir: paths.dataDir }),
        docker: dockerRuntime({
          clock,
          logger,
          folderId,
          formerFolderId,
          env,
          ownFolders: [
            paths.dataDir,
            paths.secretsDir,
            paths.stateDir,
            paths.configDir,
            ...paths.socketPaths.map((socket) => path.dirname(socket)),
          ],
          used: markerFile(path.join(paths.dataDir, 'uses-docker')),
        }),
      },
      secrets: { env: envSecretSource(env), file: fileSecretSource(paths.secretsDir, clock) },
      commandEnv: env,
      proxyEnv: env,
      spans,
      auditReads: env['MCPTUI_AUDIT_READS'] === '1',
      auditRequired: options.auditRequired ?? env['MCPTUI_AUDIT_REQUIRED'] === '1',
      tokens,
      bootClock: systemBootClock,
      startJournal: path.join(paths.dataDir, 'start-journal.json'),
      logsFolder: path.join(paths.stateDir, 'instances'),
      listsFolder: path.join(paths.dataDir, 'lists'),
      pagesFolder: path.join(paths.dataDir, 'pages'),
      linksFolder: path.join(paths.dataDir, 'links'),
      seenFolder: path.join(paths.dataDir, 'seen'),
      ...(onShutDown === undefined
        ? {}
        : {
            shutDown: () => {
              isShutDown = true;
              onShutDown();
            },
          }),
      info: {
        version: options.version,
        pid: process.pid,
        hosting: options.hosting,
        dataDir: paths.dataDir,
        socketPath: paths.socketPath,
      },
    });
    const endpoint = new HttpEndpoint({
      agents: engine.router.agents,
      clock: guardedClock(clock, engine.bugs),
      logger,
      nonce: randomNonce,
      ...(options.http === undefined ? {} : { settings: options.http }),
    });
    const ownClock = guardedClock(clock, engine.bugs);
    const listener = apiListener(engine, endpoint, ownClock);
    const operators = operatorsServer(engine, listener);
    const agents = agentsServer({ engine, listener, tokens, clock: ownClock });
    let tcp: TcpServer | undefined;
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      // Agents see their in-flight calls answered by the router's close before their streams end.
      await engine.close();
      await Promise.all([closeServer(operators), closeServer(agents), tcp?.close(), closeDoor(paths.dataDir)]);
      await Promise.all([tokens.close(), spans?.close()]);
      await started(isShutDown);
      await db.close();
    };
    let { socketPath } = paths;
    let agentsPath = agentsSocket(socketPath);
    try {
      if (address !== undefined) {
        await firstToken(tokens, paths.secretsDir, env['MCPTUI_TOKEN'], options.note);
        tcp = await listenTcp({ address, tokens, listener, bugs: engine.bugs, clock: ownClock });
      }
      ({ socketPath, agentsPath } = await openDoors({ operators, agents }, paths));
      engine.listens({ socketPath, ...(tcp === undefined ? {} : { httpAddress: tcp.url }) });
      await leadHere(paths);
    } catch (error) {
      await engine.close();
      await tcp?.close();
      throw error;
    }
    return {
      engine,
      socketPath,
      agentsPath,
      httpAddress: tcp?.url,
      storage: () => db.state(),
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}

function markerFile(file: string): { get(): boolean; set(): void } {
  return { get: () => existsSync(file), set: () => writeFileSync(file, '', { mode: 0o600 }) };
}

function closeServer(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
