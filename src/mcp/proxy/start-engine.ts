/** Starts the engine for an agent that came first, and waits for whoever else is to start it. */
import { join } from 'node:path';
import { startDaemon } from '../../start-daemon.ts';
import { daemonEnvironment, parseStartRecord, START_RECORD, type StartedBy } from '../../start-record.ts';
import type { EnginePaths } from './paths.ts';

/** Of the process that has the data folder, as it wrote there. */
export async function enginePid({ dataDir }: EnginePaths): Promise<string | undefined> {
  const fs = await import('node:fs');
  try {
    return /^\d{1,10}(?=\n$)/.exec(fs.readFileSync(join(dataDir, 'lock.pid'), 'latin1'))?.[0];
  } catch {
    return undefined;
  }
}

export interface EngineStarter {
  /** Who started the engine that has gone; undefined when it ended in good order, or none ever ran. */
  startedBy(): Promise<StartedBy | undefined>;
  /** Returns where it logs. */
  start(): Promise<string>;
}

export function engineStarter(binPath: string, paths: EnginePaths): EngineStarter {
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
      const env = daemonEnvironment(process.env, await record());
      return (await startDaemon({ binPath, paths, env })).logPath;
    },
  };
}
