/** pino to a rotated file in the state folder: 10 MB a file, three kept, readable by the owner only. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import roll from 'pino-roll';
import type { Logger } from '../../log.ts';

export async function fileLogger(stateDir: string, level: string): Promise<Logger> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const file = path.join(stateDir, 'engine');
  const stream = await roll({ file, extension: '.log', size: '10m', limit: { count: 3 }, mode: 0o600, sync: false });
  const logger: Logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return logger;
}
