/** Hosts the engine headless (`mcptui --daemon`): says once that it is ready, and stops cleanly on TERM, INT and `mcptui shutdown`. */
import { setFlagsFromString } from 'node:v8';
import { settlesWithin, systemClock } from '../../kernel/clock.ts';
import { hostEngine, type HostOptions } from './host.ts';

/** Each part has a deadline of its own; this is the last one. */
const CLOSE_MS = 6_000;

/** Resolves with the exit code once a signal or an operator has stopped the engine: 1 when the store ended read-only. @throws what `hostEngine` throws */
export async function runDaemon(options: Omit<HostOptions, 'hosting'>, say: (line: string) => void): Promise<number> {
  // Before anybody can know of it: who is told that it is ready may end it at once.
  const ending = Promise.withResolvers<NodeJS.Signals | 'shutdown'>();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, ending.resolve);
  const hosted = await hostEngine({ ...options, hosting: 'daemon', onShutDown: () => ending.resolve('shutdown') });
  const { socketPath, httpAddress } = hosted;
  // It outlives the folder that it was started in, which may be removed or unmounted.
  process.chdir(options.paths.dataDir);
  options.logger.info({ socket: socketPath, http: httpAddress, pid: process.pid }, 'engine ready');
  say(`mcptui: ready socket=${socketPath}${httpAddress === undefined ? '' : ` http=${httpAddress}`}`);
  // Left to itself the heap grows to several times what lives in it. Only now: a start would take a tenth longer.
  setFlagsFromString('--heap-growing-percent=50');
  options.logger.info({ reason: await ending.promise }, 'stopping');
  if (!(await settlesWithin(options.clock ?? systemClock, CLOSE_MS, hosted.close()))) {
    options.logger.error({}, 'the engine did not end in time');
    say('mcptui: ended at its last deadline; the next engine ends what it leaves running');
    return 1;
  }
  const storage = hosted.storage();
  if (storage.kind !== 'read-only') return 0;
  (options.note ?? say)(`mcptui: the store became read-only, and later events are not kept: ${storage.reason}`);
  return 1;
}
