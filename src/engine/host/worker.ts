/** The console's side of an engine in a worker thread. The view and the commands go over the engine's socket, as for everyone. */
import { Worker } from 'node:worker_threads';
import { fromErrorJson, type ErrorJson } from '../../errors.ts';
import type { Paths } from '../../store/paths.ts';

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
  /** Stops instances and engine; resolves once all is gone. Idempotent. */
  close(): Promise<void>;
  /** Rejects when the engine dies of a bug. */
  readonly crashed: Promise<never>;
}

/** `entry` is the bundled worker beside the caller. @throws McptuiError what `hostEngine` throws */
export function hostInWorker(entry: URL, input: WorkerInput): Promise<HostedWorker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, { workerData: input, env: { ...input.env }, stdout: true, stderr: true });
    const crashed = new Promise<never>((_, fail) => {
      worker.on('error', fail);
    });
    crashed.catch(reject);
    let closing: Promise<void> | undefined;
    const closed = new Promise<void>((done) => {
      worker.on('exit', () => done());
    });
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'failed') {
        reject(fromErrorJson(message.error));
        void worker.terminate();
      }
      if (message.type === 'closed') void worker.terminate();
      if (message.type === 'ready') {
        resolve({
          socketPath: message.socketPath,
          crashed,
          close: () => {
            closing ??= closed;
            worker.postMessage('close');
            return closing;
          },
        });
      }
    });
  });
}
