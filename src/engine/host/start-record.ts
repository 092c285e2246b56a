/** Writes who started the engine of a data folder; read by those who may have to start the next one. */
import { writeAtomically } from '../../kernel/atomic-file.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Paths } from '../../kernel/paths.ts';
import {
  parseStartRecord,
  START_RECORD,
  starterOf,
  surroundingsOf,
  type StartRecord,
} from '../../kernel/start-record.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** With the folder's lock held. Returns what is to be done when the engine ends in good order; `isShutDown`: an operator asked for it. */
export async function recordStart(paths: Paths, env: Env): Promise<(isShutDown: boolean) => Promise<void>> {
  const { dataDir, stateDir, configDir } = paths;
  const startedBy = starterOf(env, process.pid);
  const { surroundings, folders } =
    startedBy === 'agent'
      ? (kept(dataDir) ?? { surroundings: {}, folders: undefined })
      : { surroundings: surroundingsOf(env), folders: { stateDir, configDir } };
  await write(dataDir, { startedBy, surroundings, folders });
  // A service that was stopped is stopped: nobody else starts it.
  return async (isShutDown) => {
    const next = isShutDown ? 'shut-down' : undefined;
    if (startedBy !== 'service') await write(dataDir, { startedBy: next, surroundings, folders });
  };
}

function kept(dataDir: string): StartRecord | undefined {
  try {
    return parseStartRecord(readFileSync(path.join(dataDir, START_RECORD), 'utf8'));
  } catch {
    return undefined;
  }
}

/** A disk that is full keeps no engine from starting. */
async function write(dataDir: string, record: StartRecord): Promise<void> {
  const file = path.join(dataDir, START_RECORD);
  try {
    await writeAtomically(file, `${JSON.stringify(record)}\n`);
  } catch {
    // The next engine is started as if none had been.
  }
}
