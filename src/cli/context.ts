/** What every verb needs: paths, who asks, where output goes, and the engine, running or not. */
import { userInfo } from 'node:os';
import process from 'node:process';
import { systemClock, type Clock } from '../kernel/clock.ts';
import { followed, readPointer } from '../kernel/engine-pointer.ts';
import { McptuiError } from '../kernel/errors.ts';
import { attachEngine } from '../engine/host/client.ts';
import { SilentEngineError } from '../engine/host/silence.ts';
import type { Engine } from '../engine/index.ts';
import { readOnly } from '../engine/commands/read-only.ts';
import { resolvePaths, type Paths } from '../kernel/paths.ts';
import { clean } from '../text/clean.ts';
import { userHome } from '../kernel/user-home.ts';

export interface Context {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  /** The system's user, for the audit log. */
  readonly user: string;
  /** Data; everything else goes to `note`. Both clean what they write: foreign text reaches no terminal raw. */
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
  readonly isTty: boolean;
  /** `--read-only` or `MCPTUI_READONLY=1`: what changes something is refused. */
  readonly access: { isReadOnly: boolean };
}

export function systemContext(): Context {
  return {
    clock: systemClock,
    env: process.env,
    paths: followed(resolvePaths(process.env, userHome())),
    user: userName(),
    print: (text) => void process.stdout.write(`${printable(text)}\n`),
    note: (text) => void process.stderr.write(`${printable(text)}\n`),
    isTty: process.stdout.isTTY && process.stdin.isTTY,
    access: { isReadOnly: process.env.MCPTUI_READONLY === '1' },
  };
}

/** Lines of cleaned text. What programs read (`toJson`, `toYaml`) holds nothing that would be changed here. */
export function printable(text: string): string {
  return text.split('\n').map(clean).join('\n');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'unknown';
  }
}

/** The engine that runs on this data folder. @throws McptuiError `unavailable` when none does */
export async function runningEngine(context: Context): Promise<Engine> {
  const { socketPath, socketPaths, dataDir } = context.paths;
  try {
    return await attachEngine({ socketPath, socketPaths, dataDir, clock: context.clock, user: context.user });
  } catch (error) {
    if (isAbsent(error)) tellOfStandardEngine(context);
    throw error;
  }
}

/** Agents that do not have this program's `XDG_DATA_HOME` may have an engine and data of their own. */
function tellOfStandardEngine({ paths: { dataFrom, standardDataDir }, note }: Context): void {
  const pointer = dataFrom === 'xdg' ? readPointer(standardDataDir) : undefined;
  if (pointer === undefined || !('socketPath' in pointer)) return;
  note(`mcptui: an engine runs on ${standardDataDir}, for programs without your XDG_DATA_HOME`);
  note(`  → to use that one: MCPTUI_DATA_DIR=${standardDataDir}`);
}

/** No engine runs: one that runs and does not answer is something else. */
export function isAbsent(error: unknown): boolean {
  return error instanceof McptuiError && error.code === 'unavailable' && !(error instanceof SilentEngineError);
}

/**
 * Runs `work` on the running engine, else on one that only records: it opens the store for this one command and starts
 * nothing. `live` tells which.
 */
export async function withEngine<T>(context: Context, work: (engine: Engine, live: boolean) => Promise<T>): Promise<T> {
  const running = await runningEngine(context).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (running !== undefined) {
    try {
      return await work(allowed(context, running), true);
    } finally {
      await running.close();
    }
  }
  // Store, schemas and engine are loaded only when this process needs them itself.
  const { withRecordingEngine } = await import('./recording-engine.ts');
  return withRecordingEngine(context, (engine) => work(allowed(context, engine), false));
}

function allowed({ access }: Context, engine: Engine): Engine {
  return access.isReadOnly ? readOnly(engine) : engine;
}

/** For verbs that make no sense without instances. @throws McptuiError `unavailable` */
export async function withRunningEngine<T>(context: Context, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await runningEngine(context);
  try {
    return await work(allowed(context, engine));
  } finally {
    await engine.close();
  }
}
