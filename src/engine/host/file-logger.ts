/** Logs by pino to a file in the state folder, readable by the owner only; a full one is kept as `.1` and begun anew. */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import type { Logger } from '../../kernel/log.ts';

const MAX_BYTES = 10 * 1024 * 1024;
/** After so many bytes it is looked whether the file is still there: log rotation moves or removes it. */
const LOOK_BYTES = 64 * 1024;

/** How much it tells may be changed while it is in use. */
export interface LeveledLogger extends Logger {
  level: string;
}

export function fileLogger(stateDir: string, level: string, maxBytes: number = MAX_BYTES): LeveledLogger {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = path.join(stateDir, 'engine.log');
  const stream = pino.destination({ dest: file, mode: 0o600, sync: false });
  let bytes = sizeOf(file);
  let looked = 0;
  // A log that cannot be written must not stop an engine.
  const reopen = (): void => {
    try {
      bytes = sizeOf(file);
      stream.reopen();
    } catch {
      bytes = 0;
    }
  };
  stream.on('write', (written: number) => {
    bytes += written;
    looked += written;
    if (bytes >= maxBytes) {
      try {
        renameSync(file, `${file}.1`);
      } catch {
        // Somebody has moved or removed it: a new one is begun all the same.
      }
      reopen();
    } else if (looked >= LOOK_BYTES) {
      looked = 0;
      if (!existsSync(file)) reopen();
    }
  });
  stream.on('error', () => undefined);
  const logger: LeveledLogger = pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    stream,
  );
  return logger;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
