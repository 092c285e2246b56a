/** What every verb needs: paths, who asks, where output goes, and the engine, running or not. */
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { systemClock, type Clock } from '../clock.ts';
import { McptuiError } from '../errors.ts';
import { ulidIds } from '../ids.ts';
import { silentLogger } from '../log.ts';
import { LocalEngine } from '../engine/engine.ts';
import { attachEngine } from '../engine/host/client.ts';
import type { Engine } from '../engine/index.ts';
import { envSecretSource } from '../engine/secrets/env-source.ts';
import { fileSecretSource } from '../engine/secrets/file-source.ts';
import { openDatabase } from '../store/database.ts';
import { resolvePaths, type Paths } from '../store/paths.ts';
import { collections, type Shape } from '../store/schema/index.ts';
import { version } from '../version.ts';

export interface Context {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  /** The system's user, for the audit log. */
  readonly user: string;
  /** Data; everything else goes to `note`. */
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
  readonly isTty: boolean;
}

export function systemContext(): Context {
  return {
    clock: systemClock,
    env: process.env,
    paths: resolvePaths(process.env, homedir()),
    user: userName(),
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    isTty: process.stdout.isTTY && process.stdin.isTTY,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'unknown';
  }
}

/** The engine that runs on this data folder. @throws McptuiError `unavailable` when none does */
export function runningEngine(context: Context): Promise<Engine> {
  return attachEngine({ socketPath: context.paths.socketPath, clock: context.clock, user: context.user });
}

/**
 * Runs `work` on the running engine, else on one that only records: it opens the store for this one command and starts
 * nothing. `live` tells which.
 */
export async function withEngine<T>(context: Context, work: (engine: Engine, live: boolean) => Promise<T>): Promise<T> {
  const running = await runningEngine(context).catch((error: unknown) => {
    if (error instanceof McptuiError && error.code === 'unavailable') return undefined;
    throw error;
  });
  if (running !== undefined) {
    try {
      return await work(running, true);
    } finally {
      await running.close();
    }
  }
  const { clock, env, paths, user } = context;
  const db = await openDatabase<Shape>({ dataDir: paths.dataDir, collections, clock, logger: silentLogger });
  try {
    const engine = await LocalEngine.start({
      clock,
      ids: ulidIds(clock),
      logger: silentLogger,
      db,
      runtimes: {},
      secrets: { env: envSecretSource(env), file: fileSecretSource(paths.secretsDir) },
      logsFolder: path.join(paths.stateDir, 'instances'),
      info: { version, pid: process.pid, hosting: 'embedded', dataDir: paths.dataDir, socketPath: paths.socketPath },
      passive: true,
    });
    try {
      return await work(withActor(engine, `operator:${user}`), false);
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

/** For verbs that make no sense without instances. @throws McptuiError `unavailable` */
export async function withRunningEngine<T>(context: Context, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await runningEngine(context);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
