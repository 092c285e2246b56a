/** Runs in a worker thread of the console, so that repainting never stops an agent's call. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../kernel/clock.ts';
import { toErrorJson } from '../../kernel/errors.ts';
import { reportCrash } from './crash-report.ts';
import { fileLogger } from './file-logger.ts';
import { hostEngine } from './host.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

const input = workerData as WorkerInput;

function tell(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

try {
  const { stateDir } = input.paths;
  const logger = fileLogger(stateDir, input.logLevel);
  process.on('uncaughtException', (error) => {
    const { facts } = reportCrash(error, { at: systemClock.now(), version: input.version, stateDir });
    logger.error(facts, 'uncaught: the engine ends, and is started again');
    process.exit(1);
  });
  const hosted = await hostEngine({
    paths: input.paths,
    hosting: 'embedded',
    version: input.version,
    env: input.env,
    logger,
  });
  parentPort?.once('message', () => {
    void hosted.close().then(
      () => tell({ type: 'closed' }),
      (error: unknown) => tell({ type: 'failed', error: toErrorJson(error) }),
    );
  });
  tell({ type: 'ready', socketPath: hosted.socketPath });
} catch (error) {
  tell({ type: 'failed', error: toErrorJson(error) });
}
