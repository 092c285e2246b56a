/** pino to a file in the state folder, readable by the owner only; a full one is kept as `.1` and begun anew. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { errnoOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';

const MAX_BYTES = 10 * 1024 * 1024;

export function fileLogger(stateDir: string, level: string): Logger {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = path.join(stateDir, 'engine.log');
  const stream = pino.destination({ dest: file, mode: 0o600, sync: false });
  let bytes = sizeOf(file);
  stream.on('write', (written: number) => {
    bytes += written;
    if (bytes < MAX_BYTES) return;
    bytes = 0;
    renameSync(file, `${file}.1`);
    stream.reopen();
  });
  // A log that cannot be written must not stop an engine.
  stream.on('error', () => undefined);
  const logger: Logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return logger;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
