/**
 * Starts an engine in a worker thread of the console, and another when it dies. The view and the commands go over the engine's
 * socket, as for everyone.
 */
import { Worker } from 'node:worker_threads';
import { settlesWithin, sleep, type Clock } from '../../kernel/clock.ts';
import { fromErrorJson, type ErrorJson } from '../../kernel/errors.ts';
import type { Paths } from '../../kernel/paths.ts';

export interface WorkerInput {
  readonly paths: Paths;
  readonly version: string;
  readonly logLevel: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type WorkerMessage =
  | { readonly type: 'ready'; readonly socketPath: string }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly error: ErrorJson };

export interface HostedWorker {
  readonly socketPath: string;
  /** Stops instances and engine; resolves once all is gone, or after a last deadline. Idempotent. */
  close(): Promise<void>;
}

/** Instances end in less, also those that have to be killed. */
const CLOSE_MS = 4_300;
/** An engine that died of a bug is started again after this; its socket path stays, so that clients find it. */
const AGAIN_MS = 1_000;

/**
 * Hosts an engine and hosts another when it dies. `entry` is the bundled worker beside the caller.
 * @throws McptuiError what `hostEngine` throws, for the first one
 */
export async function hostInWorker(entry: URL, input: WorkerInput, clock: Clock): Promise<HostedWorker> {
  const closing = new AbortController();
  let current = await startWorker(entry, input);
  const supervised = (async () => {
    while (!closing.signal.aborted) {
      await current.ended;
      await sleep(clock, AGAIN_MS, closing.signal);
      if (closing.signal.aborted) return;
      // A start that fails is tried again: what was in the way may be gone.
      current = await startWorker(entry, input).catch(() => ({ ...current, ended: Promise.resolve() }));
    }
  })();
  return {
    socketPath: current.socketPath,
    close: async () => {
      closing.abort();
      current.close();
      // If this engine does not end, the next one on the folder ends what it left running.
      if (!(await settlesWithin(clock, CLOSE_MS, current.ended))) await current.terminate();
      await supervised;
    },
  };
}

interface RunningWorker {
  readonly socketPath: string;
  /** Resolves when the thread is gone, for whatever reason. */
  readonly ended: Promise<void>;
  close(): void;
  terminate(): Promise<unknown>;
}

function startWorker(entry: URL, input: WorkerInput): Promise<RunningWorker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, {
      workerData: input,
      env: { ...input.env },
      stdout: true,
      stderr: true,
      // The same as the daemon's: a young generation is three semi-spaces of 4 MB.
      resourceLimits: { maxYoungGenerationSizeMb: 12 },
    });
    const ended = new Promise<void>((done) => {
      worker.on('exit', () => done());
    });
    // Before it is ready this is the outcome; after it the exit that follows says enough.
    worker.on('error', reject);
    worker.on('message', (message: WorkerMessage) => {
      switch (message.type) {
        case 'ready':
          return resolve({
            socketPath: message.socketPath,
            ended,
            close: () => worker.postMessage('close'),
            terminate: () => worker.terminate(),
          });
        case 'failed':
          reject(fromErrorJson(message.error));
          return void worker.terminate();
        case 'closed':
          return void worker.terminate();
      }
    });
  });
}
