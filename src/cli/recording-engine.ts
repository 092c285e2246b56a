/** Opens an engine that only answers and records, for one command while none runs: it opens the store and starts nothing. */
import path from 'node:path';
import process from 'node:process';
import { LocalEngine } from '../engine/engine.ts';
import { leadHere } from '../engine/host/door.ts';
import type { Engine } from '../engine/index.ts';
import { fileTokens } from '../engine/access/tokens.ts';
import { envSecretSource } from '../engine/secrets/env-source.ts';
import { fileSecretSource } from '../engine/secrets/file-source.ts';
import { randomNonce, ulidIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/log.ts';
import { journalRetention } from '../engine/audit/decisions.ts';
import { openDatabase } from '../store/database.ts';
import { collections, type Shape } from '../store/schema/index.ts';
import { version } from '../kernel/version.ts';
import type { Context } from './context.ts';

/** @throws what opening the store throws, and what `work` throws */
export async function withRecordingEngine<T>(context: Context, work: (engine: Engine) => Promise<T>): Promise<T> {
  const { clock, env, paths, user } = context;
  const db = await openDatabase<Shape>({
    dataDir: paths.dataDir,
    collections,
    clock,
    logger: silentLogger,
    retention: journalRetention,
  });
  try {
    await leadHere(paths);
    const engine = await LocalEngine.start({
      clock,
      ids: ulidIds(clock),
      logger: silentLogger,
      db,
      runtimes: {},
      secrets: { env: envSecretSource(env), file: fileSecretSource(paths.secretsDir, clock) },
      commandEnv: env,
      proxyEnv: env,
      tokens: fileTokens(paths.secretsDir, clock, randomNonce),
      logsFolder: path.join(paths.stateDir, 'instances'),
      pagesFolder: path.join(paths.dataDir, 'pages'),
      seenFolder: path.join(paths.dataDir, 'seen'),
      info: { version, pid: process.pid, hosting: 'embedded', dataDir: paths.dataDir, socketPath: paths.socketPath },
      passive: true,
    });
    try {
      return await work(withActor(engine, `operator:${user}`));
    } finally {
      await engine.close();
    }
  } finally {
    await db.close();
  }
}

function withActor(engine: LocalEngine, actor: string): Engine {
  return {
    commands: engine.commandsFor(actor),
    view: () => engine.view(),
    subscribe: (listener) => engine.subscribe(listener),
    onEvents: (listener) => engine.onEvents(listener),
    onLink: () => engine.onLink(),
    close: () => engine.close(),
  };
}
