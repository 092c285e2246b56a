/** Notices an engine that accepts connections and does not answer: a stopped process, or one that is busy for ever. */
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { settlesWithin, type Clock, type Timer } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { HEALTH_PATH } from './protocol.ts';

/** The longest that anything waits for a sign of life. */
export const SILENT_MS = 5_000;
/** Time that an answer may take before the engine is asked whether it is there. */
const PATIENCE_MS = 1_000;

/** It is there, so nothing may take its place; and it cannot be used. */
export class SilentEngineError extends McptuiError {}

export interface EngineAddress {
  readonly socketPath: string;
  /** Of the engine's data, where it says which process it is. */
  readonly dataDir?: string | undefined;
}

export function silentEngine({ socketPath, dataDir }: EngineAddress): SilentEngineError {
  const pid = dataDir === undefined ? undefined : holderPid(dataDir);
  const who = pid === undefined ? 'engine' : `engine (pid ${pid})`;
  const hint =
    pid === undefined
      ? 'find its process with: pgrep -af mcptui'
      : `if it is stopped: kill -CONT ${pid}; to end it: kill -KILL ${pid}, then start another: mcptui --daemon`;
  return new SilentEngineError('unavailable', `${who} does not answer (${socketPath})`, { hint });
}

function holderPid(dataDir: string): string | undefined {
  try {
    return /^\d{1,10}(?=\n$)/.exec(readFileSync(path.join(dataDir, 'lock.pid'), 'latin1'))?.[0];
  } catch {
    return undefined;
  }
}

/** Calls `silent` once, when the engine gives no sign of life for five seconds; until the returned function is called. */
export function watchSilence(clock: Clock, address: EngineAddress, silent: () => void): () => void {
  const asked = new AbortController();
  const look = async (): Promise<void> => {
    const sign = signOfLife(address.socketPath, asked.signal);
    const isAlive = await settlesWithin(clock, SILENT_MS - PATIENCE_MS, sign);
    if (asked.signal.aborted) return;
    if (isAlive) timer = later();
    else silent();
  };
  const later = (): Timer => clock.after(PATIENCE_MS, () => void look(), { unref: true });
  let timer = later();
  return () => {
    timer.cancel();
    asked.abort();
  };
}

/** Resolves at any answer, and at an error too: an engine that is gone is not silent. */
function signOfLife(socketPath: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const request = httpRequest({ socketPath, path: HEALTH_PATH, signal }, (response) => {
      response.on('error', () => undefined).resume();
      resolve();
    });
    request.on('error', () => resolve());
    request.on('socket', (socket) => socket.unref());
    request.end();
  });
}
