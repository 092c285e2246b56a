/** Starts the engine for an agent that came first, and waits for whoever else is to start it. */
import { join } from 'node:path';
import { placingEnv, type Paths } from '../../kernel/paths.ts';
import { startDaemon } from '../../kernel/start-daemon.ts';
import { daemonEnvironment, parseStartRecord, START_RECORD, type LastStart } from '../../kernel/start-record.ts';

/** Of the process that has the data folder, as it wrote there. */
export async function enginePid({ dataDir }: Paths): Promise<string | undefined> {
  const fs = await import('node:fs');
  try {
    return /^\d{1,10}(?=\n$)/.exec(fs.readFileSync(join(dataDir, 'lock.pid'), 'latin1'))?.[0];
  } catch {
    return undefined;
  }
}

export interface StartedEngine {
  readonly logPath: string;
  /** Resolves with its exit code, should it end. */
  readonly exited: Promise<number | null>;
  /** What it has said on stderr. */
  words(): string;
}

export interface EngineStarter {
  /** Who started the engine that has gone; undefined when it ended in good order, or none ever ran. */
  startedBy(): Promise<LastStart | undefined>;
  /** @throws Error of the system when there is no folder for it */
  start(): Promise<StartedEngine>;
}

export function engineStarter(binPath: string, paths: Paths): EngineStarter {
  const record = async () => {
    const fs = await import('node:fs');
    try {
      return parseStartRecord(fs.readFileSync(join(paths.dataDir, START_RECORD), 'utf8'));
    } catch {
      return undefined;
    }
  };
  return {
    startedBy: async () => (await record())?.startedBy,
    start: async () => {
      const placing = { ...placingEnv(process.env), ...dataPlace(paths) };
      const env = { ...placing, ...daemonEnvironment({ ...process.env, ...placing }, await record()) };
      const stateDir = env['MCPTUI_STATE_DIR'] ?? paths.stateDir;
      return startDaemon({ binPath, paths: { dataDir: paths.dataDir, stateDir }, env });
    },
  };
}

/** What the folder of programs without `XDG_DATA_HOME` led to has to be said. */
function dataPlace({ dataDir, standardDataDir, dataFrom }: Paths): Record<string, string> {
  return dataFrom === 'standard' && dataDir !== standardDataDir ? { MCPTUI_DATA_DIR: dataDir } : {};
}
