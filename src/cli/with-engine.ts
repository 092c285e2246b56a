/** Hands a verb its engine: the running one, or one that only records when none runs. */
import { attachEngine } from '../engine/host/client.ts';
import { SilentEngineError } from '../engine/host/silence.ts';
import type { Engine } from '../engine/index.ts';
import { readOnly } from '../engine/commands/read-only.ts';
import { signing } from '../engine/signing/signing-client.ts';
import { readPointer } from '../kernel/engine-pointer.ts';
import { McptuiError } from '../kernel/errors.ts';
import type { Context } from './context.ts';
import { keyFromFolder } from './key-folder.ts';

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

/** The running engine; undefined when none runs. @throws McptuiError for one that runs and does not answer */
export async function engineIfRunning(context: Context): Promise<Engine | undefined> {
  try {
    return await runningEngine(context);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** No engine runs: one that runs and does not answer is something else. */
function isAbsent(error: unknown): boolean {
  return error instanceof McptuiError && error.code === 'unavailable' && !(error instanceof SilentEngineError);
}

/**
 * Runs `work` on the running engine, else on one that only records: it opens the store for this one command and starts
 * nothing. `live` tells which.
 */
export async function withEngine<T>(context: Context, work: (engine: Engine, live: boolean) => Promise<T>): Promise<T> {
  const running = await engineIfRunning(context);
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

function allowed(context: Context, engine: Engine): Engine {
  return context.access.isReadOnly ? readOnly(engine) : signing(engine, keyFromFolder(context));
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
