/** Cuts long results in a worker thread, so that nobody else's call waits for it. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../kernel/errors.ts';
import type { WorkerAnswer, WorkerRequest } from './page-cutter.ts';
import { pagedResult } from './paged-result.ts';

function answer({ number, request }: WorkerRequest): WorkerAnswer {
  try {
    return { number, result: pagedResult(request) };
  } catch (error) {
    return { number, error: messageOf(error) };
  }
}

parentPort?.on('message', (asked: WorkerRequest) => {
  const told = answer(asked);
  const texts = ('result' in told ? told.result?.texts : undefined) ?? [];
  const buffers = texts
    .map(({ encoded: { bytes } }) => bytes)
    .filter((bytes) => bytes.length === bytes.buffer.byteLength);
  parentPort?.postMessage(
    told,
    buffers.map(({ buffer }) => buffer as ArrayBuffer),
  );
});
